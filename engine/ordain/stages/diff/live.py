"""A manifest against its live object: only what we own counts; defaults and other managers' fields are no drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ordain.apischemas import FieldType
from ordain.model.objects import KubeObject, Path, RawObject, show_path
from ordain.quantities import parse_go_duration, parse_quantity
from ordain.stages.diff.fields import item_key, written

ARGOCD: Final = "argocd-controller"
_LAST_APPLIED: Final = "last-applied"
_ABSENT: Final = object()
_TRACKING: Final = frozenset({"argocd.argoproj.io/tracking-id", "app.kubernetes.io/instance"})


@dataclass(frozen=True, slots=True)
class LiveField:
    """One field that lives otherwise than desired, and the manager that holds it."""

    path: str
    live: str | None
    desired: str | None
    manager: str


def live_changes(desired: RawObject, live: KubeObject, field_type: FieldType | None) -> list[LiveField]:
    """Return the fields in which a live object is not as desired.

    Compared are the fields of `desired`, and fields that our applier (Argo CD, else the last-applied annotation)
    owns and `desired` has dropped. Lists are paired by the schema's keys, quantities and durations by value.
    """
    managed = live.get("metadata", "managedFields") or []
    owned = _fields_of(managed, ARGOCD) or _fields_of(managed, _LAST_APPLIED)
    comparable = {key: value for key, value in desired.items() if key not in ("apiVersion", "kind", "status")}
    found = []
    for path, wanted, present in _walk(comparable, live.body, field_type, owned, ()):
        found.append(
            LiveField(
                show_path(path),
                None if present is _ABSENT else written(present),
                None if wanted is _ABSENT else written(wanted),
                _manager(managed, path, live.body, field_type),
            )
        )
    return found


def _fields_of(managed: list[RawObject], manager: str) -> RawObject:
    for entry in managed:
        if entry.get("manager") == manager and not entry.get("subresource"):
            fields = entry.get("fieldsV1")
            return fields if isinstance(fields, dict) else {}
    return {}


def _walk(
    desired: object, live: object, field_type: FieldType | None, owned: RawObject, path: Path
) -> Iterator[tuple[Path, object, object]]:
    if _empty(desired) and (live is _ABSENT or _empty(live)):
        return
    if isinstance(desired, dict) and isinstance(live, dict):
        for key in sorted({*desired, *(key for key in live if f"f:{key}" in owned)}):
            if key in _TRACKING or (not path and key not in desired) or (path == ("metadata",) and key not in desired):
                continue
            inner = field_type.child(key) if field_type else None
            below = owned.get(f"f:{key}")
            yield from _walk(
                desired.get(key, _ABSENT),
                live.get(key, _ABSENT),
                inner,
                below if isinstance(below, dict) else {},
                (*path, key),
            )
    elif isinstance(desired, list) and isinstance(live, list):
        yield from _lists(desired, live, field_type, owned, path)
    elif not _equal(desired, live, field_type):
        yield path, desired, live


def _lists(
    desired: list[object], live: list[object], field_type: FieldType | None, owned: RawObject, path: Path
) -> Iterator[tuple[Path, object, object]]:
    inner = field_type.child(0) if field_type else None
    if field_type and field_type.list_type == "map":
        present = {item_key(item, field_type): item for item in live}
        wanted = {item_key(item, field_type): item for item in desired}
        for index, (key, item) in enumerate(wanted.items()):
            below = _owned_item(owned, key, field_type)
            yield from _walk(item, present.get(key, _ABSENT), inner, below or {}, (*path, index))
        for index, (key, item) in enumerate(present.items()):
            if key not in wanted and _owned_item(owned, key, field_type) is not None:
                yield (*path, index), _ABSENT, item
    elif field_type and field_type.list_type == "set":
        if any(item not in live for item in desired):
            yield path, desired, live
    elif len(desired) != len(live) or not all(
        _same(one, other, inner) for one, other in zip(desired, live, strict=True)
    ):
        yield path, desired, live


def _owned_item(owned: RawObject, key: tuple[object, ...], field_type: FieldType) -> RawObject | None:
    named = dict(zip(field_type.list_keys, key, strict=False))
    found = owned.get("k:" + orjson.dumps(named, option=orjson.OPT_SORT_KEYS).decode())
    return found if isinstance(found, dict) else None


def _same(desired: object, live: object, field_type: FieldType | None) -> bool:
    """Say whether an entry of an atomic list is as desired; what the server adds there must be the schema's default."""
    if isinstance(desired, dict) and isinstance(live, dict):
        extra = (key for key in live if key not in desired)
        return all(
            _same(value, live.get(key), field_type.child(key) if field_type else None) for key, value in desired.items()
        ) and all(_empty(live[key]) or (field_type and live[key] == field_type.child(key).default) for key in extra)
    if isinstance(desired, list) and isinstance(live, list):
        inner = field_type.child(0) if field_type else None
        return len(desired) == len(live) and all(map(lambda a, b: _same(a, b, inner), desired, live))
    return (_empty(desired) and _empty(live)) or _equal(desired, live, field_type)


def _equal(desired: object, live: object, field_type: FieldType | None) -> bool:
    if desired is _ABSENT or live is _ABSENT:
        return False
    kind = field_type.kind if field_type else "any"
    try:
        if kind == "quantity":
            return parse_quantity(desired) == parse_quantity(live)
        if kind == "duration":
            return parse_go_duration(str(desired)) == parse_go_duration(str(live))
    except ValueError:
        pass
    return type(desired) is type(live) and desired == live


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, dict | list) and not value)


def _manager(managed: list[RawObject], path: Path, body: RawObject, field_type: FieldType | None) -> str:
    """Return the manager that owns a field; of several the one that wrote last."""
    best: tuple[str, str] = ("", "")
    for entry in managed:
        name = str(entry.get("manager", ""))
        if name != _LAST_APPLIED and _owns(entry.get("fieldsV1"), path, body, field_type):
            best = max(best, (str(entry.get("time") or ""), name))
    return best[1]


def _owns(fields: object, path: Path, body: Any, field_type: FieldType | None) -> bool:
    """Say whether an entry of managedFields owns a path, or owns a parent of it as a whole (an atomic list)."""
    for step in path:
        if not isinstance(fields, dict):
            return False
        if isinstance(step, int):
            if not (field_type and field_type.list_type == "map") or step >= len(body):
                return True
            fields = _owned_item(fields, item_key(body[step], field_type), field_type)
            body = body[step]
        else:
            fields = fields.get(f"f:{step}")
            body = body.get(step) if isinstance(body, dict) else None
        if fields == {}:
            return True
        field_type = field_type.child(step) if field_type else None
    return isinstance(fields, dict)
