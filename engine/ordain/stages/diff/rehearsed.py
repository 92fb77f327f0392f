"""What a server would make of a manifest, against what lives: only what the applier owns, before or after, counts.

Lists, keys and defaults are the server's own: both objects are its answers, and the walk is along their managedFields.
Values are compared by type: a server stores `2Gi` and `2147483648` each as it was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from ordain.apischemas import FieldType
from ordain.model.comparison import Applier, Conflict
from ordain.model.objects import KubeObject, RawObject
from ordain.model.plan import OnSync
from ordain.stages.diff.fields import overlap
from ordain.stages.diff.live import LiveField, left_to_others, told
from ordain.stages.diff.ownership import ownership
from ordain.stages.diff.values import ABSENT, empty, filled_in, same
from ordain.stages.diff.walking import Difference, Place, Why, whole, without_tracking

_NOBODY: Final = "before-first-apply"
"""Whom a server names for an object that has no managedFields yet."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The manifest that was sent, the conflicts of an apply without force, and who applies."""

    desired: RawObject
    conflicts: tuple[Conflict, ...]
    field_type: FieldType | None
    applier: Applier


def rehearsed_differences(sent: Sent, forced: RawObject, live: KubeObject) -> list[LiveField]:
    """Return what `rehearsed_changes` finds, and what was read and is left to others."""
    changes = rehearsed_changes(sent, forced, live)
    paths = {item.path for item in changes}
    others = left_to_others(sent.desired, live, sent.field_type, sent.applier)
    return [*changes, *(item for item in others if item.path not in paths)]


def rehearsed_changes(sent: Sent, forced: RawObject, live: KubeObject) -> list[LiveField]:
    """Return the fields in which a live object differs from the server's answer to an apply with force.

    Compared is what the applier owns in the answer, and what it owns in the live object and would not any more. An
    object that it never applied on the server's side is judged by the paths of the last-applied annotation: what they
    have and the answer's owner has not would go, though the answer keeps it.
    """
    owners = ownership(live.body, sent.field_type, sent.applier)
    after = ownership(forced, sent.field_type, sent.applier).applied
    values = _Values(*map(without_tracking, (sent.desired, forced, live.body)))
    spot = _Spot(Place.top(sent.field_type, owners), (), owners.applied is None)
    fields = ((told(item, owners), steps) for item, steps in _children(after, owners.owned, values, spot))
    return [_as_the_server_says(field, steps, sent) for field, steps in fields if field is not None]


@dataclass(frozen=True, slots=True)
class _Values:
    """A field in the manifest, in the server's answer, and as it lives."""

    desired: Any
    forced: Any
    live: Any

    def child(self, name: str) -> "_Values":
        """Return the values of a named field; null is none."""
        found = (value.get(name) if isinstance(value, dict) else None for value in self._sides())
        return _Values(*(ABSENT if value is None else value for value in found))

    def item(self, key: RawObject, field_type: FieldType | None) -> tuple["_Values", tuple[int, ...]]:
        """Return the entries with a key, and their indices (-1: none); a manifest may leave keys to their defaults."""
        inner = field_type.child(0) if field_type else None
        defaults = {name: inner.child(name).default if inner else None for name in key}
        indices = tuple(_index(values, key, defaults) for values in self._sides())
        pairs = zip(self._sides(), indices, strict=True)
        return _Values(*(ABSENT if index == -1 else values[index] for values, index in pairs)), indices

    def _sides(self) -> tuple[Any, Any, Any]:
        return self.desired, self.forced, self.live


def _index(values: Any, key: RawObject, defaults: RawObject) -> int:
    items = [item if isinstance(item, dict) else {} for item in values] if isinstance(values, list) else []
    keys = ({name: item.get(name, defaults[name]) for name in key} for item in items)
    return next((index for index, found in enumerate(keys) if found == key), -1)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A field: its place, the steps of managedFields to it, and whether what is dropped goes though the answer has it.

    `by_client` is true of an object that was only ever applied from the client side.
    """

    place: Place
    steps: tuple[str, ...]
    by_client: bool

    def child(self, step: str, place: Place) -> "_Spot":
        """Return the spot below a step."""
        return _Spot(place, (*self.steps, step), self.by_client)


Found = Iterator[tuple[Difference, tuple[str, ...]]]
"""Differences, each with the steps of managedFields to the field that is owned."""


def _children(after: RawObject | None, before: RawObject | None, values: _Values, spot: _Spot) -> Found:
    """Compare what is below one field: mappings by name, keyed lists as the manifest has them, then the live rest."""
    below: list[tuple[tuple[bool, int, str], str, _Values, Place]] = []
    for step in _steps(after, before):
        if step.startswith("k:"):
            inner, (at, forced_at, live_at) = values.item(orjson.loads(step[2:]), spot.place.field_type)
            shown = next(index for index in (at, live_at, forced_at, 0) if index != -1)
            at_the_end = len(values.live) if isinstance(values.live, list) else 0
            place = spot.place.item(shown, at_the_end if live_at == -1 else live_at, step)
            below.append(((at == -1, shown, ""), step, inner, place))
        else:
            below.append(((False, 0, step), step, values.child(step[2:]), spot.place.child(step[2:])))
    for _, step, inner, place in sorted(below, key=lambda item: item[0]):
        yield from _walk((after or {}).get(step), (before or {}).get(step), inner, spot.child(step, place))


def _walk(after: RawObject | None, before: RawObject | None, values: _Values, spot: _Spot) -> Found:
    """Compare one field; `after` and `before` are what the applier owns below it, None where it is not the owner.

    What the applier owns and the manifest does not have is what the server itself sets while it writes the rest.
    """
    steps = _steps(after, before)
    kept, there = after is not None, not _nothing(values.live, spot.place)
    if not there and (not kept or _nothing(values.desired, spot.place) or _nothing(values.forced, spot.place)):
        return
    if any(step.startswith("v:") for step in steps):
        yield from _set(after or {}, before or {}, values, spot)
    elif kept and values.live is ABSENT and not (before is not None and steps and isinstance(values.forced, dict)):
        yield spot.place.differ(values.desired, ABSENT), spot.steps
    elif not kept and values.forced is ABSENT and not _by_field(steps, spot.place):
        yield spot.place.differ(ABSENT, values.live, Why.DROPPED), spot.steps
    elif steps and not (kept and _is_whole(after, values, spot.place)):
        yield from _children(after, before, values, spot)
    elif not kept and spot.by_client and _is_value(values.live, spot.place):  # the answer keeps it: the schema tells
        if not filled_in(values.live, spot.place.field_type):
            yield spot.place.differ(spot.place.returning(), values.live, Why.DROPPED), spot.steps
    elif not kept and values.forced != values.live and _is_value(values.live, spot.place):
        yield spot.place.differ(values.forced, values.live, Why.DROPPED), spot.steps
    elif kept and _set_by(values, spot.place) and not same(values.forced, values.live, spot.place.field_type):
        inside = [*whole(values.desired, values.live, spot.place)] or [spot.place.differ(values.forced, values.live)]
        yield from ((item, spot.steps) for item in inside)


def _set(after: RawObject, before: RawObject, values: _Values, spot: _Spot) -> Found:
    """Compare a list whose entries are owned one by one, and told together."""
    live, forced = (value if isinstance(value, list) else [] for value in (values.live, values.forced))
    ours = [orjson.loads(step[2:]) for step in after if step.startswith("v:")]
    dropped = [orjson.loads(step[2:]) for step in before if step.startswith("v:") and step not in after]
    gone = [item for item in dropped if item in live and (spot.by_client or item not in forced)]
    if any(item not in live for item in ours):
        yield spot.place.differ(values.desired, values.live), spot.steps
    elif gone:
        stays = [item for item in live if item not in gone]
        yield spot.place.differ(stays, values.live, Why.DROPPED), spot.steps


def _steps(after: RawObject | None, before: RawObject | None) -> list[str]:
    return sorted({*(after or ()), *(before or ())} - {"."})


def _is_whole(after: RawObject | None, values: _Values, place: Place) -> bool:
    """Say whether the applier owns a mapping or list as one value: it is filled, and nothing below is named."""
    return after is not None and not after.keys() - {"."} and not _nothing(values.desired, place)


def _set_by(values: _Values, place: Place) -> bool:
    """Say whether the manifest sets a value here."""
    return values.desired is not ABSENT and (bool(values.desired) or _is_value(values.desired, place))


def _is_value(owned: Any, place: Place) -> bool:
    """Say whether what is owned here is a value; an empty mapping is none, where others may add to it."""
    return not isinstance(owned, dict) or bool(place.field_type and place.field_type.is_atomic)


def _by_field(steps: list[str], place: Place) -> bool:
    """Say whether what goes is told field by field: a mapping or a keyed list is, an entry of a list is one value."""
    return bool(steps) and isinstance(place.path[-1], str)


def _nothing(value: Any, place: Place) -> bool:
    return value is ABSENT or empty(value, place.field_type)


def _as_the_server_says(field: LiveField, steps: tuple[str, ...], sent: Sent) -> LiveField:
    """Return a difference with what a sync does to it: a conflict is what the server calls one."""
    name, own = _as_conflict(steps), (sent.applier.manager, _NOBODY)
    if any(overlap(conflict.field, name) for conflict in sent.conflicts if conflict.manager not in own):
        return replace(field, on_sync=OnSync.TAKEN_OVER if sent.applier.force else OnSync.CONFLICT)
    if field.on_sync in (OnSync.TAKEN_OVER, OnSync.CONFLICT):
        return replace(field, on_sync=OnSync.SET)
    return field


def _as_conflict(steps: tuple[str, ...]) -> str:
    """Return a path of managedFields as conflicts name it: `.spec.ports[port=53,protocol="UDP"].targetPort`."""
    text = ""
    for step in steps:
        if step.startswith("k:"):
            parts = orjson.loads(step[2:]).items()
            text += "[" + ",".join(f"{name}={orjson.dumps(value).decode()}" for name, value in parts) + "]"
        else:
            text += f".{step[2:]}" if step.startswith("f:") else f"[={step[2:]}]"
    return text
