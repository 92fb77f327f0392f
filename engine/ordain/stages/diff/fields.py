"""Two versions of one manifest, field by field."""

from collections.abc import Iterator
from typing import Final

from ordain.apischemas import FieldType
from ordain.kubeyaml import flow
from ordain.model.objects import Path, show_path
from ordain.stages.diff.entries import matched, reordered
from ordain.stages.diff.values import ABSENT

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
    if before is not ABSENT and _equal(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            inner = field_type.child(key) if field_type else None
            yield from field_changes(before.get(key, ABSENT), after.get(key, ABSENT), inner, (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and not reordered(before, after, _equal):
        inner = field_type.child(0) if field_type else None
        for index, old, new in _paired(before, after, field_type):
            yield from field_changes(old, new, inner, (*path, index))
    else:
        yield (
            show_path(path),
            None if before is ABSENT else flow(before),
            None if after is ABSENT else flow(after),
        )


def _paired(
    before: list[object], after: list[object], field_type: FieldType | None
) -> Iterator[tuple[int, object, object]]:
    """Pair the entries of two lists: by the schema's keys, else the equal ones and what stands between them."""
    if field_type and field_type.list_type == "map":
        olds = {item_key(item, field_type): item for item in before}
        news = {item_key(item, field_type): item for item in after}
        keys = dict.fromkeys([*news, *olds])
        yield from ((index, olds.get(key, ABSENT), news.get(key, ABSENT)) for index, key in enumerate(keys))
        return
    for old, new in matched(before, after, _equal):
        index = old if new is None else new
        assert index is not None, "a pair has an entry on one side at least"
        yield index, ABSENT if old is None else before[old], ABSENT if new is None else after[new]


def _equal(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def item_key(item: object, field_type: FieldType) -> tuple[object, ...]:
    """Return the key of an entry of a keyed list; a missing part has the schema's default (a port's TCP)."""
    inner = field_type.child(0)
    if not isinstance(item, dict):
        return (repr(item),)
    return tuple(item.get(key, inner.child(key).default) for key in field_type.list_keys)


def overlap(one: str, other: str) -> bool:
    """Say whether two paths are the same or one leads to the other."""
    return one == other or one.startswith((f"{other}.", f"{other}[")) or other.startswith((f"{one}.", f"{one}["))
