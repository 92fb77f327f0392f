"""Argo CD's Applications: which live differences their `ignoreDifferences` leave alone.

The fields are those of https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/. They are read from files, not
from the cluster: Argo CD often runs in another cluster than the one it applies to, and its Applications lie in Git.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ordain.errors import Span, UserError
from ordain.kubeyaml import MANIFESTS, Document
from ordain.model.comparison import FieldPattern, IgnoreRule, ManagerPattern
from ordain.model.fieldpath import Steps, parse_jq, parse_pointer
from ordain.model.finding import Finding
from ordain.model.objects import RawObject
from ordain.reasoning.drifts import NOT_TRANSLATED
from ordain.stages.load import load
from ordain.stages.outcome import refuse

_GROUP: Final = "argoproj.io/"
_READERS: Final[dict[str, Callable[[str], Steps]]] = {"jsonPointers": parse_pointer, "jqPathExpressions": parse_jq}


@dataclass(frozen=True, slots=True)
class _Application:
    """One Application, or the template of an ApplicationSet, with its place in a file."""

    name: str
    spec: RawObject
    document: Document
    path: tuple[str | int, ...]

    def where(self, *path: str | int) -> Span:
        return self.document.span((*self.path, *path))


def application_rules(paths: Sequence[str], folder: Path) -> Iterator[IgnoreRule | Finding]:
    """Return the rules of all Applications in some files; a finding for each expression that is not understood.

    Raises UserError for a file that cannot be read or is no YAML, and where there is no Application at all.
    """
    loaded = load(paths, MANIFESTS, root=folder)
    refuse(loaded.findings)
    found = [item for document in loaded.documents for item in _applications(document, document.value, ())]
    if not found:
        raise UserError(
            f"there is no Application of Argo CD in {', '.join(paths)}",
            hint="write them with: kubectl get applications.argoproj.io -n argocd -o yaml",
        )
    for application in found:
        yield from _rules(application)


def _applications(document: Document, value: Any, path: tuple[str | int, ...]) -> Iterator[_Application]:
    body = _mapping(value)
    kind = body.get("kind")
    if isinstance(kind, str) and kind.endswith("List"):
        for index, item in enumerate(_list(body.get("items"))):
            yield from _applications(document, item, (*path, "items", index))
    elif kind in ("Application", "ApplicationSet") and str(body.get("apiVersion")).startswith(_GROUP):
        below: tuple[str, ...] = ("spec",) if kind == "Application" else ("spec", "template", "spec")
        spec = body
        for step in below:
            spec = _mapping(spec.get(step))
        metadata = _mapping(body.get("metadata"))
        names = [name for name in (metadata.get("namespace"), metadata.get("name")) if name]
        yield _Application(f"{kind} {'/'.join(map(str, names))}", spec, document, (*path, *below))


def _rules(application: _Application) -> Iterator[IgnoreRule | Finding]:
    sources = _sources(application.spec)
    for number, item in enumerate(_list(application.spec.get("ignoreDifferences"))):
        entry, at = _mapping(item), ("ignoreDifferences", number)
        if sources is None or not entry:
            continue
        fields = []
        for key, read in _READERS.items():
            for index, text in enumerate(_list(entry.get(key))):
                where = application.where(*at, key, index)
                try:
                    fields.append(FieldPattern(str(text), read(str(text)), f"{application.name} ({where})", where))
                except ValueError:
                    yield _not_translated(application.name, str(text), where)
        managers = tuple(
            ManagerPattern(str(name), f"{application.name} ({application.where(*at, 'managedFieldsManagers', index)})")
            for index, name in enumerate(_list(entry.get("managedFieldsManagers")))
        )
        yield IgnoreRule(
            tuple(fields),
            managers,
            group=str(entry.get("group") or ""),
            kind=str(entry.get("kind") or "*"),
            name=str(entry.get("name") or "*"),
            namespace=str(entry.get("namespace") or "*"),
            sources=sources,
            strict=False,
            where=application.where(*at),
        )


def _not_translated(application: str, text: str, where: Span) -> Finding:
    return Finding.of(
        NOT_TRANSLATED,
        f"{application} ignores {text!r}, which ordain cannot read: what it means is compared here",
        hint="write the fields into spec.ignore of ordain.yaml, as paths such as spec.containers[name=app].resources",
        where=where,
    )


def _sources(spec: RawObject) -> tuple[str, ...] | None:
    """Return the folders that an Application applies; none at all: unknown before its template is filled.

    None where it applies no folder, such as a chart of a Helm repository.
    """
    given = [_mapping(item) for item in (spec.get("source"), *_list(spec.get("sources")))]
    given.append(_mapping(_mapping(spec.get("sourceHydrator")).get("syncSource")))
    paths = [str(item["path"]) for item in given if item.get("path")]
    if any("{{" in path for path in paths):
        return ()
    return tuple("" if path in (".", "/") else path.strip("/").removeprefix("./") for path in paths) or None


def _mapping(value: Any) -> RawObject:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
