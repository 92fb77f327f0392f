"""Drift: the live objects against what Git holds, and which of Git, a policy and the cluster moved.

Three sides: what Git holds (the last render, published), what would be rendered now, and what lives. A live object that
is as Git holds it has not drifted, whatever the policies ask for now; that is pending.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ordain.git import object_path
from ordain.model.comparison import Comparing
from ordain.model.live import LiveState, OutputTip, Version
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, RawObject
from ordain.model.plan import Action, Change, FieldChange, Manifest, Moved, Plan
from ordain.stages.diff import is_ours, live_field, published_body
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.fields import overlap
from ordain.stages.diff.live import LiveField
from ordain.stages.diff.masking import Masks
from ordain.stages.drift.moved import Comparison, Past, why_different, why_missing, why_there
from ordain.stages.render import set_by
from ordain.stages.schemas import schemas_of


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared for one cluster; nothing is `rendered` where the policies cannot be rendered now.

    `held` are the objects of the published files by their path.
    """

    tip: OutputTip
    held: Mapping[str, RawObject]
    live: LiveState
    rendered: Sequence[Manifest]
    comparing: Comparing


@dataclass(frozen=True, slots=True)
class _Held:
    """One object as Git holds it, with what lives and what would be rendered now."""

    ref: ObjectRef
    path: str
    body: RawObject
    live: KubeObject | None
    manifest: Manifest | None
    differing: tuple[LiveField, ...] = ()
    left: tuple[LiveField, ...] = ()


def drift(sides: Sides, masks: Masks) -> Plan:
    """Return how the cluster differs from Git, in `live`; what only waits for a publish is `pending` there."""
    tip, live = sides.tip, sides.live
    look = Comparison(sides.comparing, schemas_of(live), ClusterOwned.of(live.objects))
    made = {manifest.path: manifest for manifest in sides.rendered}
    objects = [
        _compared(_Held(ref, path, body, live.objects.get(ref), made.get(path)), look)
        for path, body in sides.held.items()
        if (ref := ObjectRef.of(body)).group_kind in live.read
    ]
    marked = _marked(live, objects)
    drifted = [item for item in objects if item.differing or item.live is None]
    new = made.keys() - (tip.inventory.files.keys() if tip.inventory else ())
    history = tip.history([*(item.path for item in drifted), *map(object_path, marked)])
    kinds = _kinds(objects, made)
    orphans = [ref for ref in marked if ref.group_kind in kinds or object_path(ref) in history]
    changes = [
        *(change for item in objects if (change := _change(item, history.get(item.path, ()), look, tip))),
        *(_orphan(ref, history.get(object_path(ref), ()), wanted=object_path(ref) in new) for ref in orphans),
    ]
    return Plan(
        live.cluster,
        (),
        len(objects),
        tuple(sorted(map(masks.change, changes), key=lambda change: change.ref)),
        len(objects) - len(drifted),
        ignored=tuple(masks.change(_ignored(item)) for item in objects if item.left),
    )


def held_by(tip: OutputTip) -> dict[str, RawObject]:
    """Return the objects of the published files by their path."""
    files = sorted(tip.inventory.files if tip.inventory else ())
    return {path: body for path in files if (body := published_body(tip, path))}


def unread(held: Mapping[str, RawObject], live: LiveState) -> list[ObjectRef]:
    """Return the published objects of kinds that were not read: nothing is known of them, not that they are missing."""
    return sorted(ref for body in held.values() if (ref := ObjectRef.of(body)).group_kind not in live.read)


def edited_by_hand(tip: OutputTip) -> Iterator[str]:
    """Return the published files that are not as they were published, those that are gone included."""
    return (path for path in sorted(tip.inventory.files if tip.inventory else ()) if not _as_published(tip, path))


def _as_published(tip: OutputTip, path: str) -> bool:
    entry = tip.inventory.files.get(path) if tip.inventory else None
    return entry is not None and path in tip.blobs and hashlib.sha256(tip.read(path)).hexdigest() == entry.sha256


def _compared(item: _Held, look: Comparison) -> _Held:
    if item.live is None:
        return item
    kept, left = look.with_git(item.body, item.live)
    return replace(item, differing=tuple(kept), left=tuple(left))


def _change(item: _Held, versions: Sequence[Version], look: Comparison, tip: OutputTip) -> Change | None:
    subject = item.manifest.recommendation.subject if item.manifest else None
    by_hand = not _as_published(tip, item.path)
    if item.live is None:
        why = why_different(versions, (), by_hand=True) if by_hand else why_missing(versions, tip)
        return Change(Action.CREATE, item.ref, item.path, (), subject, why)
    past = Past.of(versions, item.path, item.body, look)
    drifted = tuple(
        replace(live_field(field, item.manifest), moved=past.moved(field, item.live, look)) for field in item.differing
    )
    waiting = tuple(_pending(item, look))
    if not drifted:
        return Change(Action.UPDATE, item.ref, item.path, waiting, subject, pending=True) if waiting else None
    why = why_different(versions, [field.moved for field in drifted], by_hand=by_hand)
    reason = "; ".join(filter(None, (why, _agreed(item, item.live, look))))
    return Change(Action.UPDATE, item.ref, item.path, (*drifted, *waiting), subject, reason)


def _pending(item: _Held, look: Comparison) -> Iterator[FieldChange]:
    """Return what a publish would change in fields that live as Git holds them."""
    if item.manifest is None:
        return
    for path, before, after in look.between(item.body, item.manifest.body):
        if not any(overlap(path, field.path) for field in item.differing):
            yield FieldChange(path, before, after, set_by(item.manifest, path), pending=True, moved=Moved.POLICY)


def _agreed(item: _Held, live: KubeObject, look: Comparison) -> str:
    """Name the fields that have moved in the cluster and that the policies now ask for as they live."""
    if item.manifest is None or item.manifest.body == item.body:
        return ""
    body = item.manifest.body
    agreed = ", ".join(field.path for field in item.differing if not look.differs(body, live, field.path))
    return f"the policies now ask for {agreed} as it lives: a publish ends this" if agreed else ""


def _marked(live: LiveState, objects: Sequence[_Held]) -> list[ObjectRef]:
    """Return live objects that are marked as ours and that Git does not hold."""
    known = {item.ref for item in objects}
    return [item.ref for item in live.objects if item.ref not in known and is_ours(item)]


def _kinds(objects: Sequence[_Held], made: Mapping[str, Manifest]) -> set[GroupKind]:
    """Return the kinds that are ours: of others an object counts where the branch has held it."""
    shared = {path for path, manifest in made.items() if manifest.recommendation.shared}
    kinds = {item.ref.group_kind for item in objects if item.path not in shared}
    return kinds | {manifest.ref.group_kind for path, manifest in made.items() if path not in shared}


def _orphan(ref: ObjectRef, versions: Sequence[Version], *, wanted: bool) -> Change:
    return Change(Action.DELETE, ref, "", (), None, why_there(versions, wanted=wanted), pending=wanted)


def _ignored(item: _Held) -> Change:
    return Change(Action.UPDATE, item.ref, item.path, tuple(live_field(field, item.manifest) for field in item.left))
