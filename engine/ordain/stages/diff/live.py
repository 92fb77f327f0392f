"""A manifest against its live object: only what we own counts; defaults and other managers' fields are no drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ordain.apischemas import FieldType
from ordain.kubeyaml import flow
from ordain.model.comparison import Applier
from ordain.model.objects import KubeObject, Path, RawObject, show_path
from ordain.quantities import parse_go_duration, parse_quantity
from ordain.stages.diff.fields import item_key

_LAST_APPLIED: Final = "last-applied"
_ABSENT: Final = object()
_KEPT_METADATA: Final = frozenset({"labels", "annotations"})
_FILLED_IN: Final = (("apiVersion", "v1"), ("divisor", "0"))  # of fieldRef and resourceFieldRef
_TRACKING: Final = frozenset({"argocd.argoproj.io/tracking-id", "app.kubernetes.io/instance"})


@dataclass(frozen=True, slots=True)
class LiveField:
    """One field that lives otherwise than desired, and the manager that holds it."""

    path: str
    live: str | None
    desired: str | None
    manager: str


def live_changes(
    desired: RawObject, live: KubeObject, field_type: FieldType | None, applier: Applier
) -> list[LiveField]:
    """Return the fields in which a live object is not as desired.

    Compared are the fields of `desired`, and fields that the applier (else the last-applied annotation)
    owns and `desired` has dropped. Lists are paired by the schema's keys, quantities and durations by value; null is
    no value.
    """
    managed = live.get("metadata", "managedFields") or []
    owned = _fields_of(managed, applier.manager) or _fields_of(managed, _LAST_APPLIED)
    comparable = {key: value for key, value in desired.items() if key not in ("apiVersion", "kind", "status")}
    return [
        LiveField(
            show_path(item.path),
            None if item.live is _ABSENT else flow(item.live),
            None if item.desired is _ABSENT else flow(item.desired),
            _manager(managed, item.live_path, live.body, field_type),
        )
        for item in _walk(comparable, live.body, _Place(field_type, owned))
    ]


def _fields_of(managed: list[RawObject], manager: str) -> RawObject:
    for entry in sorted(managed, key=lambda entry: entry.get("operation") != "Apply"):
        if entry.get("manager") == manager and not entry.get("subresource"):
            fields = entry.get("fieldsV1")
            return fields if isinstance(fields, dict) else {}
    return {}


@dataclass(frozen=True, slots=True)
class _Difference:
    """Two values that differ: `path` leads to the desired one, `live_path` to the live one in its own object."""

    path: Path
    live_path: Path
    desired: object
    live: object


@dataclass(frozen=True, slots=True)
class _Place:
    """A field on both sides: its type, which parts of it our applier owns, its paths."""

    field_type: FieldType | None
    owned: RawObject
    path: Path = ()
    live_path: Path = ()

    def child(self, key: str) -> "_Place":
        """Return the place of a named field."""
        below = self.owned.get(f"f:{key}")
        return _Place(
            self.field_type.child(key) if self.field_type else None,
            below if isinstance(below, dict) else {},
            (*self.path, key),
            (*self.live_path, key),
        )

    def item(self, index: int, live_index: int, owned: RawObject | None) -> "_Place":
        """Return the place of an entry of a keyed list."""
        inner = self.field_type.child(0) if self.field_type else None
        return _Place(inner, owned or {}, (*self.path, index), (*self.live_path, live_index))

    def differ(self, desired: object, live: object) -> _Difference:
        """Say that the two values here differ."""
        return _Difference(self.path, self.live_path, desired, live)


def _walk(desired: object, live: object, place: _Place) -> Iterator[_Difference]:
    if _empty(desired) and (live is _ABSENT or _empty(live)):
        return
    atomic = place.field_type is not None and place.field_type.is_atomic
    if isinstance(desired, dict) and isinstance(live, dict) and not atomic:
        yield from _mappings(desired, live, place)
    elif isinstance(desired, list) and isinstance(live, list):
        yield from _lists(desired, live, place)
    elif not (same_value if atomic else _equal)(desired, live, place.field_type):
        yield place.differ(desired, live)


def _mappings(desired: RawObject, live: RawObject, place: _Place) -> Iterator[_Difference]:
    """Compare field by field; null is no value. Of a mapping that desired lacks, the fields that we own count."""
    wanted = {key for key, value in desired.items() if value is not None}
    for key in sorted({*wanted, *(key for key in live if f"f:{key}" in place.owned)}):
        foreign = (place.path == () and key not in wanted) or (
            place.path == ("metadata",) and key not in wanted and key not in _KEPT_METADATA
        )
        if key in _TRACKING or foreign:
            continue
        inner = place.child(key)
        value = desired[key] if key in wanted else _ABSENT
        if value is _ABSENT and isinstance(live[key], dict) and inner.owned.keys() - {"."}:
            value = {}
        yield from _walk(value, live.get(key, _ABSENT), inner)


def _lists(desired: list[object], live: list[object], place: _Place) -> Iterator[_Difference]:
    field_type = place.field_type
    inner = field_type.child(0) if field_type else None
    if field_type and field_type.list_type == "map":
        present = {item_key(item, field_type): (index, item) for index, item in enumerate(live)}
        wanted = {item_key(item, field_type): item for item in desired}
        for index, (key, item) in enumerate(wanted.items()):
            at, found = present.get(key, (len(live), _ABSENT))
            yield from _walk(item, found, place.item(index, at, _owned_item(place.owned, key, field_type)))
        for key, (at, found) in present.items():
            owned = _owned_item(place.owned, key, field_type)
            if key not in wanted and owned is not None:
                yield place.item(at, at, owned).differ(_ABSENT, found)
    elif field_type and field_type.list_type == "set":
        if any(item not in live for item in desired):
            yield place.differ(desired, live)
    elif len(desired) != len(live) or not all(
        same_value(one, other, inner) for one, other in zip(desired, live, strict=True)
    ):
        yield place.differ(desired, live)


def _owned_item(owned: RawObject, key: tuple[object, ...], field_type: FieldType) -> RawObject | None:
    named = dict(zip(field_type.list_keys, key, strict=False))
    found = owned.get("k:" + orjson.dumps(named, option=orjson.OPT_SORT_KEYS).decode())
    return found if isinstance(found, dict) else None


def same_value(desired: object, live: object, field_type: FieldType | None) -> bool:
    """Say whether a value that is replaced whole is as desired; what the server adds to it must be a default."""
    if isinstance(desired, dict) and isinstance(live, dict):
        extra = (key for key in live if key not in desired)
        return all(
            same_value(value, live.get(key), field_type.child(key) if field_type else None)
            for key, value in desired.items()
        ) and all(_empty(live[key]) or _default(key, live[key], field_type) for key in extra)
    if isinstance(desired, list) and isinstance(live, list):
        inner = field_type.child(0) if field_type else None
        return len(desired) == len(live) and all(map(lambda a, b: same_value(a, b, inner), desired, live))
    return (_empty(desired) and _empty(live)) or _equal(desired, live, field_type)


def _default(key: str, value: object, field_type: FieldType | None) -> bool:
    """Say whether the server fills in this value: by the schema, or in the two selectors whose defaults it lacks."""
    return (key, value) in _FILLED_IN or (field_type is not None and value == field_type.child(key).default)


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
