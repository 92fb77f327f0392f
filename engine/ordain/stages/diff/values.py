"""Whether two values say the same: by the type that the schema gives them, and by what a server fills in."""

from typing import Any, Final

from ordain.apischemas import FieldType
from ordain.quantities import parse_go_duration, parse_quantity

ABSENT: Final[Any] = object()
"""Stands for the value of a field that is not there."""


def empty(value: object, field_type: FieldType | None = None) -> bool:
    """Say whether a server keeps nothing of a value: null, an empty list or mapping.

    An empty object that is replaced whole is kept and says something: the label selector `{}` means all, none nothing.
    """
    kept = field_type is not None and field_type.kind == "object" and field_type.is_atomic
    return value is None or (isinstance(value, dict | list) and not value and not kept)


def equal(desired: object, live: object, field_type: FieldType | None) -> bool:
    """Say whether two values are one: quantities and durations by value, all else by type and value."""
    if desired is ABSENT or live is ABSENT:
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


def same(desired: object, live: object, field_type: FieldType | None) -> bool:
    """Say whether a value that is replaced whole lives as desired: what is more in the live one must be filled in."""
    if isinstance(desired, dict) and isinstance(live, dict):
        return all(same(value, live.get(key), _child(field_type, key)) for key, value in desired.items()) and all(
            filled_in(value, _child(field_type, key)) for key, value in live.items() if key not in desired
        )
    if isinstance(desired, list) and isinstance(live, list):
        inner = _child(field_type, 0)
        return len(desired) == len(live) and all(map(lambda a, b: same(a, b, inner), desired, live))
    return (empty(desired, field_type) and empty(live, field_type)) or equal(desired, live, field_type)


def filled_in(value: object, field_type: FieldType | None) -> bool:
    """Say whether the server itself gives this value to a field that nobody sets."""
    if empty(value, field_type) or field_type is None:
        return empty(value)
    if isinstance(value, dict) and value:
        return all(filled_in(inner, field_type.child(key)) for key, inner in value.items())
    return field_type.default is not None and equal(field_type.default, value, field_type)


def _child(field_type: FieldType | None, step: str | int) -> FieldType | None:
    return field_type.child(step) if field_type else None
