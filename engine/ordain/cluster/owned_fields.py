"""Who set which fields of an object: managedFields, and the last-applied annotation, as paths without values."""

from typing import Any, Final

import orjson

from ordain.cluster.limits import deeper_than
from ordain.model.objects import RawObject

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_ENTRY_KEEPS: Final = ("manager", "operation", "subresource", "time")
_NOBODY_OWNS: Final = frozenset({"apiVersion", "kind", "status"})
_IDENTITY: Final = frozenset({"name", "namespace"})
_DEEPEST: Final = 100


def reduced_entries(managed: object) -> list[RawObject]:
    """Return entries of managedFields with what is kept of them; those that own nothing but status go."""
    entries = []
    for entry in managed if isinstance(managed, list) else ():
        if not isinstance(entry, dict):
            continue
        fields = entry.get("fieldsV1")
        fields = fields if isinstance(fields, dict) else {}
        if "f:status" in fields:
            fields = {key: value for key, value in fields.items() if key != "f:status"}
        if fields:
            kept: RawObject = {key: str(entry[key]) for key in _ENTRY_KEEPS if entry.get(key)}
            kept["fieldsV1"] = fields
            entries.append(kept)
    return entries


def last_applied_entry(annotation: object) -> RawObject | None:
    """Return an entry of managedFields with the paths that a last-applied annotation sets, or None if it sets none.

    One that is no JSON object sets none. A list counts as one value, and null as not set. Values are never kept.
    """
    try:
        applied = orjson.loads(annotation) if isinstance(annotation, str) else None
    except orjson.JSONDecodeError:
        return None
    if not isinstance(applied, dict) or deeper_than(applied, _DEEPEST):
        return None
    owned = {key: value for key, value in applied.items() if key not in _NOBODY_OWNS}
    if isinstance(owned.get("metadata"), dict):
        owned["metadata"] = {key: value for key, value in owned["metadata"].items() if key not in _IDENTITY}
    paths = _paths(owned)
    return {"manager": "last-applied", "operation": "LastApplied", "fieldsV1": paths} if paths else None


def _paths(value: dict[str, Any]) -> RawObject:
    return {
        f"f:{key}": _paths(inner) if isinstance(inner, dict) else {}
        for key, inner in value.items()
        if inner is not None
    }
