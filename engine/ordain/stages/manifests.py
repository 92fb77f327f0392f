"""Anybody's manifests: documents to objects, each judged by the schema of its kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ordain.apischemas import Bundle
from ordain.cluster import prune
from ordain.kubeyaml import Document
from ordain.model.finding import Finding
from ordain.model.objects import KubeObject, ObjectRef, Objects, Path, RawObject, Source, show_path
from ordain.reasoning.spine import INVALID_MANIFEST, NO_SCHEMA, NOT_A_MANIFEST, TWICE_HERE


@dataclass(frozen=True, slots=True)
class Checked:
    """The objects of some files, and what their schemas find wrong."""

    objects: Objects
    findings: tuple[Finding, ...]
    count: int


def check_schemas(documents: Iterable[Document], schemas: Bundle) -> Checked:
    """Open lists, name each object, validate it strictly (an unknown field is an error)."""
    objects: list[KubeObject] = []
    findings: list[Finding] = []
    seen: dict[ObjectRef, KubeObject] = {}
    count = 0
    for document in documents:
        for body, path in _items(document.value, ()):
            count += 1
            found = _object(body, path, document, schemas)
            if isinstance(found, Finding):
                findings.append(found)
                continue
            findings.extend(_invalid(found, schemas))
            objects.append(_without_secrets(found))
            first = seen.setdefault(found.ref, found)
            if first is not found and found.get("metadata", "name"):
                findings.append(_twice(found, first))
    return Checked(Objects.of(objects), tuple(findings), count)


def _items(value: object, path: Path) -> Iterator[tuple[object, Path]]:
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from _items(item, (*path, "items", index))
    else:
        yield value, path


def _object(body: object, path: Path, document: Document, schemas: Bundle) -> KubeObject | Finding:
    if not isinstance(body, dict):
        return _not_a_manifest("it is no mapping", document, path)
    for field in ("apiVersion", "kind"):
        if not isinstance(body.get(field), str) or not body[field]:
            return _not_a_manifest(f"{field} is missing", document, path)
    metadata = body.get("metadata")
    named = isinstance(metadata, dict) and (metadata.get("name") or metadata.get("generateName"))
    if not named:
        return _not_a_manifest("metadata.name is missing", document, path)
    return KubeObject(_ref(body, schemas), body, Source.FILE, lambda inner: document.span((*path, *inner)))


def _without_secrets(item: KubeObject) -> KubeObject:
    """Return an object as the controls may see it: a Secret without its data, as from a cluster."""
    return replace(item, body=prune(item.body)) if item.ref.kind == "Secret" else item


def _ref(body: RawObject, schemas: Bundle) -> ObjectRef:
    metadata = body["metadata"]
    namespaced = schemas.namespaced(body["apiVersion"], body["kind"]) is not False
    group, _, version = body["apiVersion"].rpartition("/")
    return ObjectRef(
        str(metadata.get("namespace") or "default") if namespaced else "",
        body["kind"],
        str(metadata.get("name") or f"{metadata['generateName']}*"),
        group if version else "",
    )


def _not_a_manifest(why: str, document: Document, path: Path) -> Finding:
    return Finding.of(
        NOT_A_MANIFEST,
        f"this is no Kubernetes object: {why}",
        hint="an object has apiVersion, kind and metadata.name",
        where=document.span(path),
    )


def _twice(later: KubeObject, first: KubeObject) -> Finding:
    return Finding.of(
        TWICE_HERE,
        f"{later.ref} is here twice; the other is at {first.locate(())}",
        hint="delete one, or check each overlay in a run of its own",
        where=later.locate(()),
        subject=later.ref,
    )


def _invalid(item: KubeObject, schemas: Bundle) -> Iterator[Finding]:
    if not schemas.knows(item.body["apiVersion"], item.ref.kind) and not schemas.has_group(item.body["apiVersion"]):
        yield Finding.of(
            NO_SCHEMA,
            f"{item.body['apiVersion']} {item.ref.kind} has no schema here, so its fields were not judged",
            where=item.locate(("kind",)),
            subject=item.ref,
        )
        return
    known = schemas.knows(item.body["apiVersion"], item.ref.kind)
    what = f"Kubernetes {schemas.version} would refuse {item.ref}: " if known else f"{item.ref}: "
    describes = f"`kubectl explain {item.ref.kind.lower()}` describes {item.body['apiVersion']} {item.ref.kind}"
    for error in [] if schemas.is_valid(item.body) else schemas.errors(item.body):
        yield Finding.of(
            INVALID_MANIFEST,
            what + error.message,
            hint=describes if known else "`kubectl api-resources` lists what a cluster serves",
            where=item.locate(error.path),
            subject=item.ref,
            field=show_path(error.path),
        )
