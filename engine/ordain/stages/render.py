"""Render: effective policies to manifests, through planners and templates, each judged against its contract."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ordain.apischemas import Bundle
from ordain.errors import Span, UserError
from ordain.git import object_path
from ordain.kinds import all_kinds
from ordain.kubeyaml import MANIFESTS, dump, read
from ordain.model.finding import Finding
from ordain.model.forecast import Outlook
from ordain.model.kind import Kind
from ordain.model.live import LiveState
from ordain.model.objects import ObjectRef, Path, RawObject, show_path
from ordain.model.plan import FieldOrigin, Manifest, Recommendation
from ordain.model.policy import EffectivePolicy
from ordain.reasoning.spine import INVALID_MANIFEST, NAME_COLLISION
from ordain.stages.schemas import schemas_of
from ordain.templates import Job, Rendered, TemplateSet
from ordain.templates import render as fill

MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_POLICY_LABEL: Final = "ordain.dev/policy"
_POLICIES: Final = "ordain.dev/policies"


@dataclass(frozen=True, slots=True)
class Manifests:
    """The rendered objects in the order of their names, and what is wrong with them."""

    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]


def render(
    effective: Sequence[EffectivePolicy],
    live: LiveState,
    outlook: Outlook,
    kinds: Mapping[str, Kind],
    templates: TemplateSet,
) -> Manifests:
    """Plan every effective policy, fill the templates and validate the result for the cluster's version.

    Raises UserError, with the template's line, for a template that breaks its contract: exactly one object of the
    expected kind, name and namespace, with the labels and annotations that it was given.
    """
    wanted = [item for policy in effective for item in _plan(kinds[policy.kind], policy, live, outlook)]
    rendered = fill(templates, [Job(f"{item.row}/{item.template}", _values(item)) for item in wanted])
    manifests = sorted(map(_manifest, wanted, rendered), key=lambda manifest: manifest.ref)
    findings = [*_collisions(manifests), *_invalid(manifests, schemas_of(live))]
    return Manifests(tuple(manifests), tuple(findings))


def argocd_snippet(manifests: Iterable[Manifest]) -> str:
    """Return the part of an Argo CD Application that leaves autoscaled fields alone, or nothing."""
    entries = [entry for manifest in manifests for kind in all_kinds().values() for entry in kind.ignores(manifest)]
    if not entries:
        return ""
    return dump(
        {"spec": {"ignoreDifferences": entries, "syncPolicy": {"syncOptions": ["RespectIgnoreDifferences=true"]}}}
    )


def _plan(kind: Kind, effective: EffectivePolicy, live: LiveState, outlook: Outlook) -> Iterable[Recommendation]:
    assert kind.plan is not None
    return kind.plan(effective, live, outlook)


def _values(wanted: Recommendation) -> RawObject:
    return {**wanted.values, "metadata": _metadata(wanted)}


def _metadata(wanted: Recommendation) -> RawObject:
    name = wanted.policies[0].partition("/")[2]
    label = name if len(name) <= 63 else f"{name[:54].rstrip('-.')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    marks = {} if wanted.shared else {MANAGED_BY: "ordain", _POLICY_LABEL: label}
    labels = {**wanted.labels, **marks}
    return {
        "name": wanted.name,
        **({"namespace": namespace} if (namespace := _namespace(wanted)) else {}),
        **({"labels": labels} if labels else {}),
        "annotations": {**wanted.annotations, _POLICIES: ",".join(wanted.policies)},
    }


def _namespace(wanted: Recommendation) -> str:
    return wanted.subject.namespace if wanted.namespace is None else wanted.namespace


def _manifest(wanted: Recommendation, rendered: Rendered) -> Manifest:
    stream = read(rendered.text.encode(), rendered.file, MANIFESTS)
    for problem in stream.problems:
        raise UserError(
            f"what the template writes for {wanted.subject} is no YAML: {problem.message}",
            hint='print a value as one whole expression: {{ name ~ "-suffix" }}, not {{ name }}-suffix',
            where=_line(rendered, problem.where.line),
        )
    if len(stream.documents) != 1:
        raise _broken(wanted, f"it writes {len(stream.documents)} objects instead of one", _line(rendered, 1))
    document = stream.documents[0]
    body = document.value
    for path, value in _contract(wanted):
        found = _at(body, path)
        if found != value:
            place = _line(rendered, document.span(path).line)
            raise _broken(wanted, f"{show_path(path)} is {found!r} instead of {value!r}", place)
    if str(body.get("apiVersion")).rpartition("/")[0] != wanted.expects.group:
        place = _line(rendered, document.span(("apiVersion",)).line)
        raise _broken(wanted, f"apiVersion {body.get('apiVersion')!r} is not of {wanted.expects.group}", place)
    ref = ObjectRef(_namespace(wanted), wanted.expects.kind, wanted.name, wanted.expects.group)
    return Manifest(
        ref, body, dump(body), object_path(ref), wanted, lambda path: _line(rendered, document.span(path).line)
    )


def _contract(wanted: Recommendation) -> Iterator[tuple[Path, object]]:
    metadata = _metadata(wanted)
    yield ("kind",), wanted.expects.kind
    yield ("metadata", "name"), metadata["name"]
    yield ("metadata", "namespace"), metadata.get("namespace")
    for field in ("labels", "annotations"):
        for key, value in metadata.get(field, {}).items():
            yield ("metadata", field, key), value


def _at(value: object, path: Path) -> object:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _line(rendered: Rendered, line: int) -> Span:
    index = min(max(line, 1), len(rendered.lines)) - 1
    return Span(rendered.file, rendered.lines[index] if rendered.lines else 1)


def _broken(wanted: Recommendation, what: str, where: Span) -> UserError:
    return UserError(
        f"the template breaks its contract for {wanted.subject}: {what}",
        hint=f"it writes exactly one {wanted.expects} with `metadata: {{{{ metadata }}}}`",
        where=where,
    )


def _collisions(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    first: dict[str, Manifest] = {}
    for manifest in manifests:
        other = first.setdefault(manifest.path.lower(), manifest)
        if other is not manifest:
            yield Finding.of(
                NAME_COLLISION,
                f"{manifest.recommendation.subject} and {other.recommendation.subject} would share {manifest.ref}",
                hint="rename one of the workloads, or leave one out of the policy's targets",
                where=locate(manifest, ()),
                subject=manifest.recommendation.subject,
                field=str(manifest.ref),
            )


def _invalid(manifests: Sequence[Manifest], schemas: Bundle) -> Iterator[Finding]:
    for manifest in manifests:
        api_version = manifest.body["apiVersion"]
        if not schemas.knows(api_version, manifest.ref.kind) and not schemas.has_group(api_version):
            continue  # a custom resource that nothing is known about
        for error in [] if schemas.is_valid(manifest.body) else schemas.errors(manifest.body):
            origin = set_by(manifest, show_path(error.path))
            yield Finding.of(
                INVALID_MANIFEST,
                f"Kubernetes {schemas.version} would refuse {manifest.ref}: {error.message}",
                hint="mend the policy line or the template's line that wrote it",
                where=origin.where if origin and origin.where else manifest.written_at(error.path),
                subject=manifest.recommendation.subject,
                field=show_path(error.path),
            )


def set_by(manifest: Manifest, path: str) -> FieldOrigin | None:
    """Return who set a field of a manifest: the entry with the longest matching prefix, else the first below it."""
    setters = manifest.recommendation.set_by
    above = [prefix for prefix in setters if path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))]
    below = [name for name in setters if name.startswith(f"{path}.")]
    if above:
        return setters[max(above, key=len)]
    return setters[below[0]] if path and below else None


def locate(manifest: Manifest, path: Path) -> Span:
    """Return the policy line that a field of a manifest comes from, else the policy that decides."""
    origin = set_by(manifest, show_path(path))
    return origin.where if origin and origin.where else manifest.recommendation.where
