"""Who holds a live field: what managedFields, else the last-applied annotation, say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from ordain.apischemas import FieldType
from ordain.model.comparison import Applier
from ordain.model.objects import Path, RawObject
from ordain.model.plan import OnSync
from ordain.stages.diff.fields import item_key

_LAST_APPLIED: Final = "LastApplied"
"""The operation of the entry that `prune` makes of the last-applied annotation."""
_APPLY: Final = "Apply"


@dataclass(frozen=True, slots=True)
class Holder:
    """A manager that holds a field; `since` is when it last changed what it holds (ISO 8601, empty: unknown)."""

    manager: str
    operation: str
    since: str


@dataclass(frozen=True)
class Ownership:
    """Who holds what of one live object, seen by the applier of what Git holds."""

    managed: list[RawObject]
    body: RawObject
    field_type: FieldType | None
    applier: Applier
    before: RawObject | None = None

    @cached_property
    def applied(self) -> RawObject | None:
        """What the applier holds of the object by server-side apply, as `fieldsV1`; None: it never applied it so."""
        return next((entry["fieldsV1"] for entry in self.managed if self._ours(entry)), None)

    @cached_property
    def owned(self) -> RawObject:
        """What goes when Git drops it, as `fieldsV1`.

        It is what is applied, else what the last-applied annotation set; without managedFields what Git held before.
        """
        if self.applied is not None:
            return self.applied
        if not self.managed and self.before is not None:
            return _fields(self.before, self.field_type)
        return next((entry["fieldsV1"] for entry in self.managed if entry.get("operation") == _LAST_APPLIED), {})

    @cached_property
    def has_others(self) -> bool:
        """Whether anybody but the applier holds a field."""
        return any(entry.get("operation") != _LAST_APPLIED and not self._ours(entry) for entry in self.managed)

    def holders(self, path: Path, step: str = "") -> list[Holder]:
        """Return who holds a field of the live object, or some of what is below it; who wrote last comes first.

        `step` is one more step of `fieldsV1`: an entry of a set (`v:"name"`).
        """
        found = [
            Holder(str(entry.get("manager") or ""), str(entry.get("operation") or ""), str(entry.get("time") or ""))
            for entry in self.managed
            if entry.get("operation") != _LAST_APPLIED and self._holds(entry["fieldsV1"], path, step)
        ]
        return sorted(found, key=lambda holder: (holder.since, holder.manager), reverse=True)

    def others(self, holders: list[Holder]) -> list[Holder]:
        """Return the holders without the applier: its own Update entries are another's to server-side apply."""
        return [holder for holder in holders if (holder.manager, holder.operation) != (self.applier.manager, _APPLY)]

    def written(self, holders: list[Holder]) -> OnSync:
        """Say what a sync does that writes a field with these holders."""
        others = self.others(holders)
        if others and not self.applier.force:
            return OnSync.CONFLICT
        return OnSync.TAKEN_OVER if any(one.manager != self.applier.manager for one in others) else OnSync.SET

    def _holds(self, fields: Any, path: Path, last: str) -> bool:
        """Say whether an entry of managedFields holds a path, or holds a parent of it as a whole (an atomic list).

        One that applied an empty mapping or keyed list holds none of what others have put into it.
        """
        body: Any = self.body
        field_type = self.field_type
        for depth, step in enumerate(path, start=1):
            if isinstance(step, str):
                fields = fields.get(f"f:{step}")
                body = body.get(step) if isinstance(body, dict) else None
            elif not (field_type and field_type.list_type == "map"):
                return True
            elif not isinstance(body, list) or step >= len(body):
                return False
            else:
                body = body[step]
                fields = fields.get(item_step(item_key(body, field_type), field_type))
            field_type = field_type.child(step) if field_type else None
            if not isinstance(fields, dict):
                return False
            if not fields and depth < len(path):
                known = field_type is not None and bool(field_type.list_type or isinstance(body, dict))
                return not known or bool(field_type and field_type.is_atomic)
        return not last or last in fields

    def _ours(self, entry: RawObject) -> bool:
        return (
            entry.get("manager") == self.applier.manager
            and entry.get("operation") == _APPLY
            and not entry.get("subresource")
        )


def ownership(
    body: RawObject, field_type: FieldType | None, applier: Applier, before: RawObject | None = None
) -> Ownership:
    """Read who holds what of a live object; entries that cannot be read hold nothing."""
    managed = body["metadata"].get("managedFields")
    entries = [entry for entry in managed if isinstance(entry, dict)] if isinstance(managed, list) else []
    readable = [entry for entry in entries if isinstance(entry.get("fieldsV1"), dict) and entry["fieldsV1"]]
    return Ownership(readable, body, field_type, applier, before)


def _fields(value: Any, field_type: FieldType | None) -> RawObject:
    """Return a value as `fieldsV1` of the manager that would have applied it."""
    if isinstance(value, dict) and not (field_type and field_type.is_atomic):
        children = ((name, field_type.child(name) if field_type else None) for name in value)
        return {f"f:{name}": _fields(value[name], child) for name, child in children}
    if isinstance(value, list) and field_type and field_type.list_type == "map":
        inner = field_type.child(0)
        return {item_step(item_key(item, field_type), field_type): {".": {}, **_fields(item, inner)} for item in value}
    if isinstance(value, list) and field_type and field_type.list_type == "set":
        return {f"v:{orjson.dumps(item).decode()}": {} for item in value}
    return {}


def below(owned: RawObject | None, step: str) -> RawObject | None:
    """Return what is owned below a step of `fieldsV1` (`f:name`, `k:{…}`); None where the step is not owned."""
    found = owned.get(step) if owned else None
    return found if isinstance(found, dict) else None


def item_step(key: tuple[object, ...], field_type: FieldType) -> str:
    """Return the step that `fieldsV1` takes to the entry of a keyed list: `k:{"name":"web"}`."""
    named = dict(zip(field_type.list_keys, key, strict=False))
    return "k:" + orjson.dumps(named, option=orjson.OPT_SORT_KEYS).decode()


def set_entries(owned: RawObject | None) -> Iterator[tuple[str, object]]:
    """Return the entries of a set that are owned one by one, each with its step (`v:"name"`)."""
    return ((step, orjson.loads(step[2:])) for step in owned or () if step.startswith("v:"))
