"""Two versions of one manifest, field by field."""

from collections.abc import Iterator
from typing import Final

from ordain.apischemas import FieldType
from ordain.kubeyaml import flow
from ordain.model.objects import Path, show_path

_ABSENT: Final = object()
_UNSHOWN: Final = frozenset({"apiVersion", "kind"})


def leaves(body: object, path: Path = ()) -> Iterator[tuple[str, str]]:
    """Return the fields of a new object; an entry of a list counts as one."""
    if isinstance(body, dict) and body:
        for key, value in body.items():
            if path or key not in _UNSHOWN:
                yield from leaves(value, (*path, key))
    elif isinstance(body, list) and any(isinstance(item, dict | list) for item in body):
        for index, item in enumerate(body):
            yield show_path((*path, index)), flow(item)
    else:
        yield show_path(path), flow(body)


def field_changes(
    before: object, after: object, field_type: FieldType | None, path: Path = ()
) -> Iterator[tuple[str, str | None, str | None]]:
    """Return path, old and new value of every field that differs; None for the side that lacks it."""
    if before is not _ABSENT and after is not _ABSENT and type(before) is type(after) and before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            inner = field_type.child(key) if field_type else None
            yield from field_changes(before.get(key, _ABSENT), after.get(key, _ABSENT), inner, (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and (pairs := _paired(before, after, field_type)):
        inner = field_type.child(0) if field_type else None
        for index, old, new in pairs:
            yield from field_changes(old, new, inner, (*path, index))
    else:
        yield (
            show_path(path),
            None if before is _ABSENT else flow(before),
            None if after is _ABSENT else flow(after),
        )


def _paired(
    before: list[object], after: list[object], field_type: FieldType | None
) -> list[tuple[int, object, object]]:
    """Pair the entries of two lists: by the schema's keys, else by position; of other lengths, those not in both."""
    if field_type and field_type.list_type == "map":
        olds = {item_key(item, field_type): item for item in before}
        news = {item_key(item, field_type): item for item in after}
        keys = list(dict.fromkeys([*news, *olds]))
        return [(index, olds.get(key, _ABSENT), news.get(key, _ABSENT)) for index, key in enumerate(keys)]
    if len(before) == len(after):
        return [(index, *pair) for index, pair in enumerate(zip(before, after, strict=True))]
    gone = [(index, item, _ABSENT) for index, item in enumerate(before) if item not in after]
    new = [(index, _ABSENT, item) for index, item in enumerate(after) if item not in before]
    return sorted([*gone, *new], key=lambda entry: entry[0])


def item_key(item: object, field_type: FieldType) -> tuple[object, ...]:
    """Return the key of an entry of a keyed list; a missing part has the schema's default (a port's TCP)."""
    inner = field_type.child(0)
    if not isinstance(item, dict):
        return (repr(item),)
    return tuple(item.get(key, inner.child(key).default) for key in field_type.list_keys)
