"""What a server would make of a manifest, against what lives: only what the applier owns, before or after, counts.

Lists, keys and defaults are the server's own: both objects are its answers, and the paths are those of managedFields.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ordain.kubeyaml import flow
from ordain.model.comparison import Applier, Conflict
from ordain.model.objects import KubeObject, Path, RawObject, show_path
from ordain.model.plan import OnSync
from ordain.stages.diff.live import TRACKING, LiveField

_LAST_APPLIED: Final = "last-applied"
_ABSENT: Final = object()


def rehearsed_changes(
    desired: RawObject, live: KubeObject, forced: RawObject, conflicts: tuple[Conflict, ...], applier: Applier
) -> list[LiveField]:
    """Return the fields in which a live object differs from the server's answer to an apply with force.

    Compared is what the applier owns in the answer, and what it owns in the live object and would not any more. An
    object that it never applied on the server's side is judged by the paths of the last-applied annotation: what they
    have and the answer's owner has not would go, though the answer keeps it.
    """
    managed: list[RawObject] = live.get("metadata", "managedFields") or []
    before = _applied(managed, applier.manager)
    last_applied = _entry(managed, _LAST_APPLIED, "LastApplied") if before is None else None
    after = _applied(forced["metadata"].get("managedFields") or [], applier.manager)
    place = _Place((), (), live_goes=before is None)
    values = _Values(*map(_without_tracking, (desired, forced, live.body)))
    found = _children(after, before or last_applied, values, place)
    return [_field(item, managed, conflicts, applier) for item in found]


def _without_tracking(body: RawObject) -> RawObject:
    """Return an object without what Argo CD writes to find its objects again."""
    metadata = dict(body["metadata"])
    for name in ("labels", "annotations"):
        if isinstance(texts := metadata.get(name), dict) and not TRACKING.isdisjoint(texts):
            metadata[name] = {key: text for key, text in texts.items() if key not in TRACKING}
    return {**body, "metadata": metadata}


def _applied(managed: list[RawObject], manager: str) -> RawObject | None:
    return _entry(managed, manager, "Apply")


def _entry(managed: list[RawObject], manager: str, operation: str) -> RawObject | None:
    for entry in managed:
        if (entry.get("manager"), entry.get("operation")) == (manager, operation) and not entry.get("subresource"):
            fields = entry.get("fieldsV1")
            return fields if isinstance(fields, dict) else None
    return None


@dataclass(frozen=True, slots=True)
class _Values:
    """A field in the manifest, in the server's answer, and as it lives."""

    desired: Any
    forced: Any
    live: Any

    def child(self, step: str) -> tuple["_Values", str | int]:
        """Return the values below a step of managedFields, and the step as people write it: an index of the manifest.

        An entry that the manifest does not have has its index in the live list.
        """
        if step.startswith("k:"):
            key = orjson.loads(step[2:])
            found = [_item(values, key) for values in (self.desired, self.live, self.forced)]
            (at, desired), (live_at, live), (forced_at, forced) = found
            return _Values(desired, forced, live), next(index for index in (at, live_at, forced_at, 0) if index != -1)
        name = step[2:]
        values = (
            value.get(name, _ABSENT) if isinstance(value, dict) else _ABSENT
            for value in (self.desired, self.forced, self.live)
        )
        return _Values(*(_ABSENT if value is None else value for value in values)), name


def _item(values: Any, key: RawObject) -> tuple[int, Any]:
    """Return the entry with a key, and its index (-1: none); a manifest may leave a part of the key to its default."""
    items = [item if isinstance(item, dict) else {} for item in values] if isinstance(values, list) else []
    exact = [index for index, item in enumerate(items) if all(item.get(name) == key[name] for name in key)]
    loose = [index for index, item in enumerate(items) if all(item.get(name, key[name]) == key[name] for name in key)]
    index = next(iter(exact or loose), -1)
    return index, _ABSENT if index == -1 else items[index]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field is: as people and as managedFields write it; `live_goes` where what is dropped goes by itself."""

    path: Path
    steps: tuple[str, ...]
    live_goes: bool

    def child(self, step: str, shown: str | int) -> "_Place":
        """Return the place below a step."""
        return _Place((*self.path, shown), (*self.steps, step), self.live_goes)


@dataclass(frozen=True, slots=True)
class _Difference:
    """A field that would change; `wanted` is what it would be."""

    place: _Place
    live: Any
    wanted: Any
    on_sync: OnSync


def _walk(after: RawObject | None, before: RawObject | None, values: _Values, place: _Place) -> Iterator[_Difference]:
    """Compare one field; `after` and `before` are what the applier owns below it, None where it is not the owner."""
    steps = _steps(after, before)
    kept = after is not None
    if kept and _empty(values.forced) and values.live is _ABSENT:
        return
    if not kept and (values.live is _ABSENT or _empty(values.live)):
        return
    if any(step.startswith("v:") for step in steps):
        yield from _set(after or {}, before or {}, values, place)
    elif kept and values.live is _ABSENT:
        yield _Difference(place, _ABSENT, _shown(values), OnSync.SET)
    elif not kept and values.forced is _ABSENT and not _by_field(steps, values, place):
        yield _Difference(place, values.live, _ABSENT, OnSync.REMOVED)
    elif steps and not _whole(after, values):
        yield from _children(after, before, values, place)
    elif not kept and place.live_goes:
        yield _Difference(place, values.live, _ABSENT, OnSync.REMOVED)
    elif values.forced != values.live:
        yield _Difference(
            place,
            values.live,
            _shown(values) if kept else values.forced,
            OnSync.SET if kept else OnSync.RESET,
        )


def _whole(after: RawObject | None, values: _Values) -> bool:
    """Say whether the applier owns a mapping or list as one value: it is filled, and nothing below is named."""
    return after is not None and not after.keys() - {"."} and not _empty(values.desired)


def _steps(after: RawObject | None, before: RawObject | None) -> list[str]:
    return sorted({*(after or ()), *(before or ())} - {"."})


def _by_field(steps: list[str], values: _Values, place: _Place) -> bool:
    """Say whether what goes is told field by field: a mapping is, an entry of a list is one value."""
    return bool(steps) and isinstance(values.live, dict) and isinstance(place.path[-1], str)


def _children(
    after: RawObject | None, before: RawObject | None, values: _Values, place: _Place
) -> Iterator[_Difference]:
    inner = [(step, *values.child(step)) for step in _steps(after, before)]
    for step, below, shown in sorted(inner, key=lambda item: (item[1].desired is _ABSENT, item[2])):
        yield from _walk((after or {}).get(step), (before or {}).get(step), below, place.child(step, shown))


def _set(after: RawObject, before: RawObject, values: _Values, place: _Place) -> Iterator[_Difference]:
    """Compare a list whose entries are owned one by one, and shown together."""
    live = values.live if isinstance(values.live, list) else []
    forced = values.forced if isinstance(values.forced, list) else []
    ours = [orjson.loads(step[2:]) for step in after if step.startswith("v:")]
    dropped = [orjson.loads(step[2:]) for step in before if step.startswith("v:") and step not in after]
    if any(item not in live for item in ours):
        yield _Difference(place, values.live, _shown(values), OnSync.SET)
    elif any(item in live and (place.live_goes or item not in forced) for item in dropped):
        yield _Difference(place, values.live, _shown(values), OnSync.REMOVED)


def _shown(values: _Values) -> Any:
    """Return what is wanted in the manifest's own words: `1000m` stays that, though the server would store `1`."""
    return values.forced if values.desired is _ABSENT else values.desired


def _empty(value: Any) -> bool:
    return value is _ABSENT or (isinstance(value, dict | list) and not value)


def _field(item: _Difference, managed: list[RawObject], conflicts: tuple[Conflict, ...], applier: Applier) -> LiveField:
    steps = item.place.steps
    manager, since = _holder(managed, steps)
    on_sync = item.on_sync
    if any(_meets(conflict.field, _as_conflict(steps)) for conflict in conflicts):
        on_sync = OnSync.TAKEN_OVER if applier.force else OnSync.CONFLICT
    return LiveField(
        show_path(item.place.path),
        None if item.live is _ABSENT else flow(item.live),
        None if item.wanted is _ABSENT else flow(item.wanted),
        manager,
        since,
        on_sync,
    )


def _holder(managed: list[RawObject], steps: tuple[str, ...]) -> tuple[str, str]:
    """Return the manager that holds a field, and since when; of several the one that wrote last."""
    held = [
        (str(entry.get("time") or ""), str(entry.get("manager") or ""))
        for entry in managed
        if entry.get("manager") != _LAST_APPLIED and _holds(entry.get("fieldsV1"), steps)
    ]
    since, manager = max(held, default=("", ""))
    return manager, since


def _holds(fields: Any, steps: tuple[str, ...]) -> bool:
    """Say whether paths of managedFields have a field, or one above it as a whole."""
    for step in steps:
        if not isinstance(fields, dict) or step not in fields:
            return False
        fields = fields[step]
        if fields == {}:
            return True
    return True


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


def _meets(one: str, other: str) -> bool:
    """Say whether the fields are the same, or one is within the other."""
    return one == other or one.startswith((f"{other}.", f"{other}[")) or other.startswith((f"{one}.", f"{one}["))
