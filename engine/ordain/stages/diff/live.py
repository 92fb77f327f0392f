"""A manifest against its live object: only what we own counts; defaults and other managers' fields are no drift."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import orjson

from ordain.apischemas import FieldType
from ordain.kubeyaml import flow
from ordain.model.comparison import Applier
from ordain.model.objects import KubeObject, RawObject, show_path
from ordain.model.plan import OnSync
from ordain.stages.diff.ownership import Ownership, ownership
from ordain.stages.diff.values import ABSENT
from ordain.stages.diff.walking import COMPARED_METADATA, Difference, Place, Why, differences, without_tracking

_NEVER_COMPARED: Final = frozenset({"apiVersion", "kind", "status"})
_NAMES: Final = frozenset({"name", "namespace"})


@dataclass(frozen=True, slots=True)
class LiveField:
    """One field that lives otherwise than desired, who holds it since when, and what a sync does to it.

    `manager` names all holders, who wrote last first; `ignored` says why the difference is left alone.
    """

    path: str
    live: str | None
    desired: str | None
    manager: str
    since: str = ""
    on_sync: OnSync | None = None
    ignored: str = ""


def live_changes(
    desired: RawObject, live: KubeObject, field_type: FieldType | None, applier: Applier
) -> list[LiveField]:
    """Return the fields in which a live object is not as desired.

    Compared are the fields of `desired`, and fields that the applier owns (by its Apply entry of managedFields, else
    by the last-applied annotation) and `desired` has dropped. Lists are paired by the schema's keys, quantities and
    durations by value; null is no value.
    """
    return [item for item in all_differences(desired, live, field_type, applier) if not item.ignored]


def left_to_others(
    desired: RawObject, live: KubeObject, field_type: FieldType | None, applier: Applier
) -> list[LiveField]:
    """Return the live fields that were seen and are left alone, each with the reason.

    Fields that only others hold; fields that we drop and another manager holds, too; what the server does not keep.
    """
    return [item for item in all_differences(desired, live, field_type, applier) if item.ignored]


def all_differences(
    desired: RawObject,
    live: KubeObject,
    field_type: FieldType | None,
    applier: Applier,
    *,
    before: RawObject | None = None,
) -> list[LiveField]:
    """Return what `live_changes` and `left_to_others` return, in the order of their paths.

    `before` is what Git holds: it was ours where the live object has no managedFields to tell.
    """
    if same_digest(desired, live.body):
        return []  # equal in all that is compared: then nothing of ours is dropped, and nobody adds anything
    owners = ownership(live.body, field_type, applier, before)
    ours, theirs = ({key: body[key] for key in body.keys() - _NEVER_COMPARED} for body in (desired, live.body))
    found = differences(ours, theirs, Place.top(field_type, owners))
    return [field for item in found if (field := told(item, owners)) is not None]


def same_digest(desired: RawObject, live: RawObject) -> bool:
    """Say, by the digests of their canonical JSON, whether two objects are one in all that is ever compared."""
    try:
        wanted, found = (blake2b(text).digest() for text in (_canonical(desired), _canonical(live, COMPARED_METADATA)))
    except orjson.JSONEncodeError:
        return False  # a number beyond 64 bits
    return wanted == found


def _canonical(body: RawObject, metadata: frozenset[str] | None = None) -> bytes:
    """Return what is compared of an object, as canonical JSON; of its metadata all but the name, or certain fields."""
    kept = {key: value for key, value in without_tracking(body).items() if key not in _NEVER_COMPARED}
    named = {key: value for key, value in kept["metadata"].items() if key not in _NAMES}
    kept["metadata"] = named if metadata is None else {key: named[key] for key in metadata & named.keys()}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def told(item: Difference, owners: Ownership) -> LiveField | None:
    """Return a difference in the words of a report, with who holds it; None for what the server filled in."""
    holders = owners.holders(item.live_path)
    others = owners.others(holders)
    on_sync, ignored = _sync(item, owners), ""
    if item.why is Why.FOREIGN:
        if not others:
            return None  # filled in by the server
        ignored = "not in Git, and not ours"
        on_sync = OnSync.KEPT
    elif item.why is Why.SHARED:
        ignored, on_sync = "no longer in Git, and another manager holds it, too", OnSync.KEPT
    elif item.why is Why.NOT_STORED:
        ignored, on_sync = "applied, and not kept by the server", OnSync.KEPT
    return LiveField(
        show_path(item.path),
        None if item.live is ABSENT or item.live is None else flow(item.live),
        None if item.desired is ABSENT else flow(item.desired),
        ", ".join(dict.fromkeys(holder.manager for holder in holders)),
        holders[0].since if holders else "",
        on_sync,
        ignored,
    )


def _sync(item: Difference, owners: Ownership) -> OnSync:
    if item.why is Why.DROPPED:
        default_returns = item.desired is not ABSENT and not isinstance(
            item.desired, list
        )  # a list: what stays of a set
        return OnSync.RESET if default_returns else OnSync.REMOVED
    written = owners.written(owners.holders(item.live_path))
    return OnSync.REMOVED if written is OnSync.SET and item.desired is ABSENT else written
