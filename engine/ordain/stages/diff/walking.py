"""The walk over a desired and a live object side by side, beside the schema and what our applier owns."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Final, NamedTuple

from ordain.apischemas import FieldType
from ordain.model.objects import Path, RawObject
from ordain.stages.diff.entries import matched, reordered
from ordain.stages.diff.fields import item_key
from ordain.stages.diff.ownership import Ownership, below, item_step, set_entries
from ordain.stages.diff.values import ABSENT, empty, equal, filled_in, same

TRACKING: Final = frozenset({"argocd.argoproj.io/tracking-id", "app.kubernetes.io/instance"})
"""Annotation and label by which Argo CD finds its objects: its own to write."""
_ITSELF: Final = "."
"""The step of `fieldsV1` that says that a manager holds an entry, not only some of its fields: else it goes."""
COMPARED_METADATA: Final = frozenset({"annotations", "finalizers", "labels"})
"""Live metadata that may be ours to drop; all else in it is compared only where Git sets it."""


class Why(Enum):
    """What a difference comes from."""

    WANTED = auto()
    """Git has it otherwise."""
    DROPPED = auto()
    """We own it, and Git does not have it any more."""
    SHARED = auto()
    """We own it, Git does not have it any more, and another manager applies it, too."""
    FOREIGN = auto()
    """Git never had it: the server's default, or somebody else's."""
    NOT_STORED = auto()
    """We own it, Git has it, and yet it does not live: the server left it out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values that differ: `path` leads to the desired one, `live_path` to the live one in its own object.

    Of what was dropped, `desired` is the default that comes back, `ABSENT` where the schema knows of none.
    """

    path: Path
    live_path: Path
    desired: object
    live: object
    why: Why


class Place(NamedTuple):
    """A field on both sides: its type, which parts of it our applier owns (None: not even itself), its paths."""

    field_type: FieldType | None
    owned: RawObject | None
    owners: Ownership
    path: Path = ()
    live_path: Path = ()

    @classmethod
    def top(cls, field_type: FieldType | None, owners: Ownership) -> "Place":
        """Return the place of the whole object."""
        return cls(field_type, owners.owned, owners)

    def child(self, key: str) -> "Place":
        """Return the place of a named field."""
        inner = self.field_type.child(key) if self.field_type else None
        return Place(inner, below(self.owned, f"f:{key}"), self.owners, (*self.path, key), (*self.live_path, key))

    def item(self, index: int, live_index: int, step: str = "") -> "Place":
        """Return the place of an entry of a list; `step` is that of a keyed one in what is owned."""
        inner = self.field_type.child(0) if self.field_type else None
        owned = below(self.owned, step) if step else None
        return Place(inner, owned, self.owners, (*self.path, index), (*self.live_path, live_index))

    def dropped(self, step: str = "") -> Why:
        """Say whether what is dropped here (with `step`: an entry of a set) goes; what another manager holds stays.

        An apply from the client side, which goes by the last-applied annotation, knows of no other managers.
        """
        others = self.owners.others(self.owners.holders(self.live_path, step))
        return Why.SHARED if others and self.owners.applied is not None else Why.DROPPED

    def returning(self) -> object:
        """Return the default that comes back when the field here is dropped; ABSENT where the schema knows of none."""
        default = self.field_type.default if self.field_type else None
        return ABSENT if default is None else default

    def differ(self, desired: object, live: object, why: Why = Why.WANTED) -> Difference:
        """Say that the two values here differ."""
        return Difference(self.path, self.live_path, desired, live, why)


def differences(desired: object, live: object, place: Place) -> Iterator[Difference]:
    """Compare two values at one place; null is no value."""
    if empty(desired, place.field_type) and (live is ABSENT or empty(live, place.field_type)):
        return
    if place.field_type is not None and place.field_type.is_atomic:
        yield from whole(desired, live, place)
    elif isinstance(desired, dict) and isinstance(live, dict):
        yield from _mappings(desired, live, place)
    elif isinstance(desired, list) and isinstance(live, list):
        yield from _lists(desired, live, place)
    elif live is ABSENT and place.owned is not None and place.owners.applied is not None:
        yield from _not_stored(desired, place)
    elif not equal(desired, live, place.field_type) and not (live is ABSENT and filled_in(desired, place.field_type)):
        yield place.differ(desired, live)


def _mappings(desired: RawObject, live: RawObject, place: Place) -> Iterator[Difference]:
    """Compare field by field; what desired lacks is ours to drop, or foreign."""
    wanted = {key for key, value in desired.items() if value is not None}
    for key in sorted({*wanted, *live}):
        if key in TRACKING:
            continue
        if key in wanted:
            value, other = desired[key], live.get(key, ABSENT)
            if type(value) is not type(other) or isinstance(value, dict | list) or value != other:
                yield from differences(value, other, place.child(key))
        elif place.path == ("metadata",) and key not in COMPARED_METADATA:
            continue
        elif place.owners.has_others or below(place.owned, f"f:{key}") is not None:
            yield from _unwanted(live[key], place.child(key))


def _unwanted(live: object, place: Place) -> Iterator[Difference]:
    """Tell what is live and not desired: the fields of it that we own, else that it is somebody else's."""
    if empty(live, place.field_type):
        return
    if place.owned is None:
        if place.owners.has_others and not filled_in(live, place.field_type):
            yield place.differ(ABSENT, live, Why.FOREIGN)
    elif isinstance(live, dict) and place.owned:
        yield from _mappings({}, live, place)
    elif isinstance(live, list) and place.owned:
        yield from _lists([], live, place)
    elif not filled_in(live, place.field_type):
        yield place.differ(place.returning(), live, place.dropped())


def _not_stored(desired: object, place: Place) -> Iterator[Difference]:
    """Tell what we own and does not live: had another manager removed it, we would not own it any more.

    Go's zero values are left out by many fields, and are what a field that is left out means.
    """
    if isinstance(desired, dict):
        yield from _mappings(desired, {}, place)
    elif desired not in (0, ""):
        yield place.differ(desired, ABSENT, Why.NOT_STORED)


def _lists(desired: list[object], live: list[object], place: Place) -> Iterator[Difference]:
    field_type = place.field_type
    if field_type and field_type.list_type == "map":
        yield from _keyed(desired, live, place, field_type)
    elif field_type and field_type.list_type == "set":
        ours = [(step, item) for step, item in set_entries(place.owned) if item in live and item not in desired]
        dropped = [item for step, item in ours if place.dropped(step) is Why.DROPPED]
        if any(item not in live for item in desired):
            yield place.differ(desired, live)
        elif dropped:
            yield place.differ([item for item in live if item not in dropped], live, Why.DROPPED)
    else:
        yield from whole(desired, live, place)


def _keyed(desired: list[object], live: list[object], place: Place, field_type: FieldType) -> Iterator[Difference]:
    present = {item_key(item, field_type): (index, item) for index, item in enumerate(live)}
    wanted = {item_key(item, field_type): item for item in desired}
    for index, (key, item) in enumerate(wanted.items()):
        at, found = present.get(key, (len(live), ABSENT))
        yield from differences(item, found, place.item(index, at, item_step(key, field_type)))
    for key, (at, found) in present.items():
        if key in wanted:
            continue
        inner = place.item(at, at, item_step(key, field_type))
        if inner.owned is not None and inner.dropped(_ITSELF) is Why.DROPPED:
            yield inner.differ(ABSENT, found, Why.DROPPED)
        elif inner.owned is not None and isinstance(found, dict):
            yield from _mappings({name: found[name] for name in field_type.list_keys if name in found}, found, inner)
        elif inner.owners.has_others:
            yield inner.differ(ABSENT, found, Why.FOREIGN)


def whole(desired: object, live: object, place: Place) -> Iterator[Difference]:
    """Compare a value that is replaced whole, and tell where in it the sides differ."""
    if same(desired, None if live is ABSENT else live, place.field_type):
        return
    if live is ABSENT:
        yield place.differ(desired, live)
    elif isinstance(desired, dict) and isinstance(live, dict):
        for key in sorted({*desired, *live}):
            yield from _part(desired.get(key), live.get(key), place.child(key))
    elif isinstance(desired, list) and isinstance(live, list) and _of_mappings(desired) and _of_mappings(live):
        yield from _entries(desired, live, place)
    else:
        yield place.differ(desired, live)


def _part(desired: object, live: object, place: Place) -> Iterator[Difference]:
    """Compare a field inside a value that is replaced whole; a mapping that one side lacks is told field by field."""
    if desired is None and not filled_in(live, place.field_type):
        if isinstance(live, dict) and live:
            yield from whole({}, live, place)
        else:
            yield place.differ(ABSENT, live)
    elif desired is not None:
        by_field = live is None and isinstance(desired, dict) and desired
        yield from whole(desired, {} if by_field else ABSENT if live is None else live, place)


def _entries(desired: list[object], live: list[object], place: Place) -> Iterator[Difference]:
    """Tell which entries of a list that is replaced whole differ; a mere change of order is one difference."""
    alike = partial(same, field_type=place.field_type.child(0) if place.field_type else None)
    if reordered(desired, live, alike):
        yield place.differ(desired, live)
        return
    for index, at in matched(desired, live, alike):
        if index is None and at is not None:
            yield place.item(at, at).differ(ABSENT, live[at])
        elif index is not None and at is None:
            yield place.item(index, len(live)).differ(desired[index], ABSENT)
        elif index is not None and at is not None:
            yield from whole(desired[index], live[at], place.item(index, at))


def _of_mappings(values: list[object]) -> bool:
    return all(isinstance(value, dict) for value in values)


def without_tracking(body: RawObject) -> RawObject:
    """Return an object without what Argo CD writes to find its objects again."""
    metadata = dict(body["metadata"])
    for name in ("labels", "annotations"):
        if isinstance(texts := metadata.get(name), dict) and not TRACKING.isdisjoint(texts):
            metadata[name] = {key: text for key, text in texts.items() if key not in TRACKING}
    return {**body, "metadata": metadata}
