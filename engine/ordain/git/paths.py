"""Where an object is published: names become paths, and no name leads out of its folder."""

import hashlib
from collections.abc import Iterable

from ordain.errors import UserError
from ordain.model.objects import ObjectRef

CLUSTER_SCOPE = "_cluster"
"""The folder of objects without a namespace: no namespace can have this name."""

_LONGEST = 255  # bytes of one file name on common file systems
_KEPT = 200


def object_path(ref: ObjectRef) -> str:
    """Return the path of an object from its cluster's folder: `<namespace or _cluster>/<kind>-<name>.yaml`.

    The kind is in lower case. A file name above 255 bytes keeps the first 200 characters of the name, followed by
    eight hex digits of the SHA-256 of the whole name. Raises UserError for a name that cannot be part of a path.
    """
    for part in (ref.namespace or CLUSTER_SCOPE, ref.kind, ref.name):
        if trouble := _trouble(part):
            raise UserError(
                f"{str(ref)!r} cannot be published: a name that {trouble} is no file name", hint="rename the object"
            )
    file = f"{ref.kind.lower()}-{ref.name}.yaml"
    if len(file.encode()) > _LONGEST:
        digest = hashlib.sha256(ref.name.encode()).hexdigest()[:8]
        file = f"{ref.kind.lower()}-{ref.name[:_KEPT]}-{digest}.yaml"
    return f"{ref.namespace or CLUSTER_SCOPE}/{file}"


def kind_of_path(path: str) -> str:
    """Return the kind of the object at a path that `object_path` gave, in lower case."""
    return path.rpartition("/")[2].partition("-")[0]


def check_paths(paths: Iterable[str]) -> None:
    """Raise UserError for a path that is unsafe, or for two that a file system which ignores case takes for one."""
    first: dict[str, str] = {}
    for path in sorted(paths):
        check_path(path)
        other = first.setdefault(path.casefold(), path)
        if other != path:
            raise UserError(
                f"{other} and {path} are one file where letter case is ignored",
                hint="rename one of the two objects",
            )
    for path in first:
        folder, slash, _ = path.rpartition("/")
        while slash:
            if folder in first:
                raise UserError(f"{first[folder]} cannot be both a file and a folder", hint="rename one of the objects")
            folder, slash, _ = folder.rpartition("/")


def check_path(path: str) -> str:
    """Return the path of a file inside a tree; raises UserError for one that leads elsewhere."""
    for part in path.split("/"):
        if trouble := _trouble(part):
            raise UserError(f"the path {path!r} cannot be published: a part of it {trouble}")
    return path


def _trouble(part: str) -> str:
    if not part:
        return "is empty"
    if part in {".", ".."}:
        return "is a dot or two"
    if "/" in part or "\\" in part:
        return "has a slash"
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 or 0xD800 <= ord(letter) < 0xE000 for letter in part):
        return "has a control character"
    if part.casefold() == ".git":
        return "is Git's own"
    return ""
