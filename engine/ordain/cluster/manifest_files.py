"""Reads what a cluster holds from files of people and tools: `kubectl get` lists and folders of manifests."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from ordain.cluster.identity import Malformed, checked_ref
from ordain.cluster.limits import MAX_FILES, MAX_OBJECTS
from ordain.cluster.pruning import prune
from ordain.cluster.scopes import Scopes
from ordain.errors import Span, UserError
from ordain.kubeyaml import MANIFESTS, SNAPSHOTS, Document, Limits, read
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Objects, Source
from ordain.model.objects import Path as ObjectPath

_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True, slots=True)
class FromFiles:
    """The objects of files, and the kinds that count as read: those that are there, and typed lists without items."""

    objects: Objects
    read: frozenset[GroupKind]


def read_list(file: IO[bytes], start: bytes, shown: str, kubernetes_version: str) -> FromFiles:
    """Read one file of YAML or JSON documents, lists among them, whose first bytes have been taken already.

    Raises UserError for a file that is empty or cannot be parsed, and for a document that is no object.
    """
    content = start + file.read(SNAPSHOTS.max_bytes + 1 - len(start))
    documents = _documents(content, shown, SNAPSHOTS)
    if not documents:
        raise UserError(
            "the file holds no objects",
            hint="write one with `kubectl get … -o yaml`, or `ordain snapshot`",
            where=Span(shown),
        )
    return _collected(documents, kubernetes_version)


def read_folder(folder: Path, shown: str, kubernetes_version: str) -> FromFiles:
    """Read all YAML and JSON files below a folder, hidden ones left out, links to folders not followed.

    Raises UserError as `read_list` does, and for a folder without such files.
    """
    paths = _below(folder, shown)
    if not paths:
        raise UserError(
            "the folder holds no manifests",
            hint=f"name a folder with {', '.join(sorted(_SUFFIXES))} files",
            where=Span(shown),
        )
    documents = [
        document
        for path in paths
        for document in _documents(_content(folder / path, f"{shown}/{path}"), f"{shown.rstrip('/')}/{path}", MANIFESTS)
    ]
    return _collected(documents, kubernetes_version)


def _below(folder: Path, shown: str) -> list[str]:
    def refuse(error: OSError) -> None:
        raise UserError(f"cannot read the folder: {error.strerror}", where=Span(shown)) from error

    found: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            (Path(parent) / name).relative_to(folder).as_posix()
            for name in files
            if not name.startswith(".") and Path(name).suffix.lower() in _SUFFIXES
        ]
        if len(found) > MAX_FILES:
            raise UserError(f"the folder holds more than {MAX_FILES:,} files", where=Span(shown))
    return sorted(found)


def _content(path: Path, shown: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UserError("this is not a file", hint="take it out of the folder", where=Span(shown))
        with path.open("rb") as file:
            return file.read(MANIFESTS.max_bytes + 1)
    except OSError as error:
        raise UserError(f"cannot read it: {error.strerror}", where=Span(shown)) from error


def _documents(content: bytes, shown: str, limits: Limits) -> tuple[Document, ...]:
    stream = read(content, shown, limits)
    if stream.problems:
        first, *others = stream.problems
        more = f" (and {len(others)} more)" if others else ""
        raise UserError(first.message + more, hint=first.hint, where=first.where)
    return stream.documents


def _collected(documents: Iterable[Document], kubernetes_version: str) -> FromFiles:
    objects: dict[ObjectRef, KubeObject] = {}
    kinds: set[GroupKind] = set()
    starts = (_Found(document.value, document, ()) for document in documents)
    every = [_sound(found) for start in starts for found in _opened(start, kinds)]
    scopes = Scopes.of((found.body for found in every), kubernetes_version)
    for found in every:
        body = scopes.with_namespace(prune(found.body))
        item = KubeObject(ObjectRef.of(body), body, Source.LIVE, found.locate)
        other = objects.setdefault(item.ref, item)
        if other.body != item.body:
            raise UserError(
                f"{item.ref} is here twice, and differs: the other one is at {other.locate(())}",
                hint="keep one of the two",
                where=item.locate(()),
            )
        if len(objects) > MAX_OBJECTS:
            raise UserError(f"these are more than {MAX_OBJECTS:,} objects", where=item.locate(()))
        kinds.add(item.ref.group_kind)
    return FromFiles(Objects({ref: objects[ref] for ref in sorted(objects)}), frozenset(kinds))


@dataclass(frozen=True, slots=True)
class _Found:
    """One object in a document, at a path in it."""

    body: Any
    document: Document
    path: ObjectPath

    def locate(self, path: ObjectPath) -> Span:
        return self.document.span((*self.path, *path))


def _opened(found: _Found, kinds: set[GroupKind]) -> Iterator[_Found]:
    """Return every object, lists opened; the kinds of typed lists are noted, so that an empty one says "none"."""
    kind = found.body.get("kind") if isinstance(found.body, dict) else None
    if (
        not isinstance(kind, str)
        or not kind.endswith("List")
        or not isinstance(found.body.get("items", 0), list | None)
    ):
        yield found
        return
    _check_whole(found)
    # the items of a typed list, such as a DeploymentList, need not say what they are
    typed = {"apiVersion": found.body.get("apiVersion"), "kind": kind.removesuffix("List")} if kind != "List" else {}
    if typed and isinstance(typed["apiVersion"], str):
        kinds.add(GroupKind.of(typed))
    for index, item in enumerate(found.body["items"] or ()):
        body = {**typed, **item} if isinstance(item, dict) else item
        yield from _opened(_Found(body, found.document, (*found.path, "items", index)), kinds)


def _check_whole(found: _Found) -> None:
    metadata = found.body.get("metadata")
    if isinstance(metadata, dict) and metadata.get("continue"):
        raise UserError(
            "this is one page of a longer list",
            hint="read the whole list: `kubectl get` does, `kubectl get --raw` needs to go without `limit`",
            where=found.locate(("metadata", "continue")),
        )


def _sound(found: _Found) -> _Found:
    if not isinstance(found.body, dict):
        raise UserError(
            "this is no Kubernetes object", hint="write apiVersion, kind and metadata.name", where=found.locate(())
        )
    try:
        checked_ref(found.body)
    except Malformed as trouble:
        raise UserError(trouble.message, hint=trouble.hint, where=found.locate(trouble.path)) from trouble
    return found
