"""Validate: documents to policies. All mistakes of all documents in one run; one bad document hides no other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from pydantic import BaseModel, ValidationError

from ordain.kubeyaml import Document
from ordain.model.finding import Control, Finding
from ordain.model.kind import Kind
from ordain.model.objects import Path
from ordain.model.policy import Policy
from ordain.model.spec import API_VERSION, Model, TargetedSpec, nearest
from ordain.model.wording import Fault, mistakes
from ordain.reasoning.spine import (
    DUPLICATE_NAME,
    INCOMPLETE,
    MISSING_FIELD,
    NOT_A_POLICY,
    NOT_THERE_YET,
    UNKNOWN_FIELD,
    WRONG_TARGET,
    WRONG_VALUE,
)
from ordain.settings import PolicyTest, Project
from ordain.stages.load import ambiguous

_CONTROLS: Final[Mapping[Fault, Control]] = {
    Fault.UNKNOWN: UNKNOWN_FIELD,
    Fault.MISSING: MISSING_FIELD,
    Fault.VALUE: WRONG_VALUE,
    Fault.LATER: NOT_THERE_YET,
}
_BESIDE: Final = (Project.__name__, PolicyTest.__name__)
"""Kinds of ordain's own files that are no policies."""


@dataclass(frozen=True, slots=True)
class Validated:
    """The policies that are sound on their own, and what is wrong with the others."""

    policies: tuple[Policy, ...]
    findings: tuple[Finding, ...]


def validate(documents: Iterable[Document], kinds: Mapping[str, Kind]) -> Validated:
    """Check each document's shape and meaning, the names across documents, and what no document sets."""
    documents = tuple(documents)
    policies: list[Policy] = []
    findings: list[Finding] = []
    for document in documents:
        kind = _kind(document, kinds)
        if isinstance(kind, Finding):
            findings.append(kind)
            continue
        findings.extend(ambiguous((document,)))  # of policies alone: another document may be a Secret
        model = parse(document, kind.document)
        if isinstance(model, list):
            findings.extend(model)
            continue
        policy = Policy(kind.name, document.value["metadata"]["name"], model, document)
        meant = [*kind.meaning(policy), *_target_kinds(policy, kind)]
        findings.extend(meant)
        if not meant:
            policies.append(policy)
    findings.extend(_duplicates(policies))
    findings.extend(_never_set(documents, policies, kinds))
    return Validated(tuple(policies), tuple(findings))


def parse(document: Document, model: type[BaseModel]) -> BaseModel | list[Finding]:
    """Return a document as its model, or all that is wrong with its shape."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        assert issubclass(model, Model)
        return [
            Finding.of(
                _CONTROLS[mistake.fault],
                mistake.message,
                hint=mistake.hint or _explain(model, mistake.path),
                where=document.span(mistake.path, key=mistake.on_key),
                fix=mistake.fix,
            )
            for mistake in mistakes(error, model)
        ]


def one_line(finding: Finding) -> str:
    """Return a finding as a line of an error that names several."""
    return f"{finding.where}: {finding.message}" + (f" ({finding.hint})" if finding.hint else "")


def _explain(model: type[Model], path: Path) -> str:
    (kind,) = get_args(model.model_fields["kind"].annotation)
    field = ".".join((kind, *(step for step in path if isinstance(step, str))))
    return f"`ordain explain {field}` describes it"


def _kind(document: Document, kinds: Mapping[str, Kind]) -> Kind | Finding:
    value = document.value
    if not isinstance(value, dict):
        return Finding.of(
            NOT_A_POLICY,
            "a policy is a mapping with apiVersion, kind, metadata and spec",
            hint="`ordain explain` lists the kinds, and `ordain explain KIND` shows one",
            where=document.span(()),
        )
    name, version = value.get("kind"), value.get("apiVersion")
    if isinstance(name, str) and name in kinds:
        return kinds[name]
    if "kind" not in value:
        return Finding.of(
            MISSING_FIELD,
            "kind is missing",
            hint="add `kind: …`; `ordain explain` lists the kinds",
            where=document.span(()),
        )
    if name in _BESIDE:
        return Finding.of(
            NOT_A_POLICY,
            f"a {name} is no policy",
            hint="keep it beside the policies, not among them",
            where=document.span(("kind",)),
        )
    meant = nearest(str(name), list(kinds))
    if isinstance(version, str) and not version.startswith("ordain.dev/") and not meant:
        return Finding.of(
            NOT_A_POLICY,
            f"{version} {name} is no policy",
            hint="move it out of the policies; `ordain check` judges manifests",
            where=document.span(("kind",)),
        )
    return Finding.of(
        NOT_A_POLICY,
        f"unknown kind of policy {name!r}",
        hint=f"did you mean `{meant}`?" if meant else f"known are {', '.join(kinds)}; the version is {API_VERSION}",
        where=document.span(("kind",)),
    )


def _target_kinds(policy: Policy, kind: Kind) -> Iterator[Finding]:
    if not isinstance(policy.spec, TargetedSpec):
        return
    for index, target in enumerate(policy.targeted.targets):
        for position, name in enumerate(target.kinds):
            if name not in kind.subject_kinds:
                yield Finding.of(
                    WRONG_TARGET,
                    f"a {kind.name} cannot hold for a {name}",
                    hint=f"it holds for {', '.join(kind.subject_kinds)}",
                    where=policy.where("targets", index, "kinds", position),
                )


def _duplicates(policies: Iterable[Policy]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Policy] = {}
    for policy in policies:
        other = first.setdefault((policy.kind, policy.name), policy)
        if other is not policy:
            place = other.document.span(("metadata", "name"))
            yield Finding.of(
                DUPLICATE_NAME,
                f"{policy} is already declared at {place}",
                hint="a name is unique per kind: rename one of them",
                where=policy.document.span(("metadata", "name")),
            )


def _never_set(
    documents: Iterable[Document], policies: Iterable[Policy], kinds: Mapping[str, Kind]
) -> Iterator[Finding]:
    """Report a field that a subject needs and that no document of the kind sets, broken documents included."""
    by_kind: dict[str, list[Document]] = {}
    for document in documents:
        if isinstance(document.value, dict):
            by_kind.setdefault(str(document.value.get("kind")), []).append(document)
    sound = {policy.kind: policy for policy in reversed(tuple(policies))}
    for name, kind in kinds.items():
        for field in kind.required:
            if name in sound and not any(_sets(document.value, field) for document in by_kind[name]):
                yield Finding.of(
                    INCOMPLETE,
                    f"no {name} sets {field}, which every subject needs",
                    hint=f"add spec.{field} here or in a policy of lower priority",
                    where=sound[name].where(),
                )


def _sets(value: object, field: str) -> bool:
    for step in ("spec", *field.split(".")):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
