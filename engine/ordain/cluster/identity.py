"""Is this an object, and how is it called: what must hold before the rest of the program may look at it."""

from typing import Final

from ordain.model.objects import ObjectRef, Path, RawObject

_TEXT_MAPS: Final = ("labels", "annotations")


class Malformed(Exception):  # noqa: N818 - it is an answer, caught where the place is known
    """Something is no Kubernetes object; `path` leads to the trouble."""

    def __init__(self, message: str, hint: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path


def checked_ref(body: RawObject) -> ObjectRef:
    """Return the name of an object; its apiVersion, kind, metadata, name, labels and annotations are sound then.

    Raises Malformed.
    """
    for field in ("apiVersion", "kind"):
        if not _text(body.get(field)):
            raise Malformed(
                f"{field} is missing or no text", "give a file that holds Kubernetes objects only", (field,)
            )
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not _text(metadata.get("name")):
        raise Malformed(
            f"this {body['kind']} has no metadata.name", "give the object a name, or take it out", ("metadata",)
        )
    if not isinstance(metadata.get("namespace") or "", str):
        raise Malformed("metadata.namespace is no text", "put it in quotes", ("metadata", "namespace"))
    for field in _TEXT_MAPS:
        _check_texts(metadata.get(field), ("metadata", field))
    return ObjectRef.of(body)


def _check_texts(value: object, path: Path) -> None:
    if value is None:
        return
    name = ".".join(map(str, path))
    if not isinstance(value, dict):
        raise Malformed(f"{name} is no mapping", "write it as key: value", path)
    for key, text in value.items():
        if not isinstance(text, str):
            raise Malformed(f"{name}[{key!r}] is no text", "put the value in quotes", (*path, key))


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""
