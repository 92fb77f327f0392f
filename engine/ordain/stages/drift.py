"""Drift: the live objects against what Git holds, and which of Git, a policy and the cluster moved.

Three sides: what Git holds (the last render, published), what would be rendered now, and what lives. A live object that
is as Git holds it has not drifted, whatever the policies ask for now; that is pending.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ordain.apischemas import Bundle
from ordain.git import object_path
from ordain.model.comparison import Comparing
from ordain.model.live import History, LiveState, OutputTip, Version
from ordain.model.objects import KubeObject, ObjectRef, RawObject
from ordain.model.plan import Action, Change, FieldChange, Manifest, Moved, Plan
from ordain.stages.diff import is_ours, live_field, overlap, parsed, published_body
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.fields import field_changes
from ordain.stages.diff.ignoring import compared
from ordain.stages.diff.live import LiveField
from ordain.stages.diff.masking import Masks
from ordain.stages.render import set_by
from ordain.stages.schemas import schemas_of


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared for one cluster; nothing is `rendered` where the policies cannot be rendered now."""

    tip: OutputTip
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


@dataclass(frozen=True, slots=True)
class _Older:
    """An earlier version of a file, and what it said otherwise than Git says now: path, then, now."""

    body: RawObject
    said: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """How one cluster's objects are compared; the server was asked about what Git holds, and about nothing else."""

    comparing: Comparing
    schemas: Bundle
    owned: ClusterOwned

    def with_git(self, body: RawObject, live: KubeObject) -> tuple[list[LiveField], list[LiveField]]:
        """Return what of an object in Git lives otherwise, and what of that is left alone."""
        return compared(body, live, self.schemas, self.comparing, self.owned)

    def differs(self, body: RawObject, live: KubeObject, path: str) -> bool:
        """Say whether another version of an object has a field otherwise than it lives."""
        kept, _ = compared(body, live, self.schemas, replace(self.comparing, rehearsals=None), self.owned)
        return any(overlap(path, item.path) for item in kept)

    def between(self, before: RawObject, after: RawObject) -> tuple[tuple[str, str | None, str | None], ...]:
        """Return path and both values of what two versions of an object have otherwise."""
        return tuple(field_changes(before, after, self.schemas.field(after["apiVersion"], after["kind"])))


def drift(sides: Sides, masks: Masks) -> Plan:
    """Return how the cluster differs from Git, in `live`; what only waits for a publish is `pending` there."""
    tip, live = sides.tip, sides.live
    look = _Comparison(sides.comparing, schemas_of(live), ClusterOwned.of(live.objects))
    made = {manifest.path: manifest for manifest in sides.rendered}
    objects = [
        _compared(_Held(ref, path, body, live.objects.get(ref), made.get(path)), look)
        for path, body in held(tip).items()
        if (ref := ObjectRef.of(body)).group_kind in live.read
    ]
    orphans = list(_orphans(live, objects, made))
    drifted = [item for item in objects if item.differing or item.live is None]
    history = tip.history([*(item.path for item in drifted), *map(object_path, orphans)])
    changes = [
        *(change for item in objects if (change := _change(item, history.get(item.path, ()), look, tip))),
        *(_orphan(ref, history, wanted=object_path(ref) in made) for ref in orphans),
    ]
    return Plan(
        live.cluster,
        (),
        len(objects),
        tuple(sorted(map(masks.change, changes), key=lambda change: change.ref)),
        len(objects) - len(drifted),
        ignored=tuple(masks.change(_ignored(item)) for item in objects if item.left),
    )


def held(tip: OutputTip) -> dict[str, RawObject]:
    """Return the objects of the published files by their path."""
    files = sorted(tip.inventory.files if tip.inventory else ())
    return {path: body for path in files if (body := published_body(tip, path))}


def unread(tip: OutputTip, live: LiveState) -> list[ObjectRef]:
    """Return the published objects of kinds that were not read: nothing is known of them, not that they are missing."""
    return sorted(ref for body in held(tip).values() if (ref := ObjectRef.of(body)).group_kind not in live.read)


def edited_by_hand(tip: OutputTip) -> Iterator[str]:
    """Return the published files that are not as they were published, those that are gone included."""
    return (path for path in sorted(tip.inventory.files if tip.inventory else ()) if not _as_published(tip, path))


def _as_published(tip: OutputTip, path: str) -> bool:
    entry = tip.inventory.files.get(path) if tip.inventory else None
    return entry is not None and path in tip.blobs and hashlib.sha256(tip.read(path)).hexdigest() == entry.sha256


def _compared(item: _Held, look: _Comparison) -> _Held:
    if item.live is None:
        return item
    kept, left = look.with_git(item.body, item.live)
    return replace(item, differing=tuple(kept), left=tuple(left))


def _change(item: _Held, versions: Sequence[Version], look: _Comparison, tip: OutputTip) -> Change | None:
    subject = item.manifest.recommendation.subject if item.manifest else None
    by_hand = "" if _as_published(tip, item.path) else _by_hand(versions)
    if item.live is None:
        return Change(Action.CREATE, item.ref, item.path, (), subject, by_hand or _why_missing(versions, tip))
    older = [
        _Older(body, look.between(body, item.body))
        for version in versions[1:]
        if version.content and (body := parsed(version.content, item.path))
    ]
    drifted = tuple(_field(item, item.live, field, older, look) for field in item.differing)
    waiting = tuple(_pending(item, look))
    if not drifted:
        return Change(Action.UPDATE, item.ref, item.path, waiting, subject, pending=True) if waiting else None
    reasons = [by_hand or _not_synced(drifted, versions), _agreed(item, item.live, look)]
    return Change(Action.UPDATE, item.ref, item.path, (*drifted, *waiting), subject, "; ".join(filter(None, reasons)))


def _field(item: _Held, live: KubeObject, field: LiveField, older: Sequence[_Older], look: _Comparison) -> FieldChange:
    applied = look.comparing.applier.manager in field.manager.split(", ")
    behind = applied or any(_explains(version, live, field, look) for version in older)
    return replace(live_field(field, item.manifest), moved=Moved.GIT if behind else Moved.CLUSTER)


def _explains(older: _Older, live: KubeObject, field: LiveField, look: _Comparison) -> bool:
    """Say whether an earlier version of the file has the field as it lives: then Git moved, and was not synced.

    The version must have said something else of the field than Git says now; and it must have had the field where it
    lives, for what it never set may be anybody's.
    """
    said = [then for path, then, _ in older.said if overlap(path, field.path)]
    if not said or (field.live is None) != (said[0] is None):
        return False
    return field.live is None or field.live in said or not look.differs(older.body, live, field.path)


def _pending(item: _Held, look: _Comparison) -> Iterator[FieldChange]:
    """Return what a publish would change in fields that live as Git holds them."""
    if item.manifest is None:
        return
    for path, before, after in look.between(item.body, item.manifest.body):
        if not any(overlap(path, field.path) for field in item.differing):
            yield FieldChange(path, before, after, set_by(item.manifest, path), pending=True, moved=Moved.POLICY)


def _agreed(item: _Held, live: KubeObject, look: _Comparison) -> str:
    """Name the fields that have moved in the cluster and that the policies now ask for as they live."""
    if item.manifest is None or item.manifest.body == item.body:
        return ""
    body = item.manifest.body
    agreed = ", ".join(field.path for field in item.differing if not look.differs(body, live, field.path))
    return f"the policies now ask for {agreed} as it lives: a publish ends this" if agreed else ""


def _by_hand(versions: Sequence[Version]) -> str:
    """Say that Git's file is not what ordain published, and who changed it."""
    return "its file was edited by hand in Git" + (f", {_named(versions[0])}" if versions else "")


def _why_missing(versions: Sequence[Version], tip: OutputTip) -> str:
    if versions and versions[0].commit == tip.commit and not any(version.content for version in versions[1:]):
        return f"published by the last commit ({_named(versions[0])}): not synced yet, or deleted since"
    return "deleted in the cluster, or never synced"


def _not_synced(fields: Sequence[FieldChange], versions: Sequence[Version]) -> str:
    if versions and any(field.moved is Moved.GIT for field in fields):
        return f"Git has the file from {_named(versions[0])}"
    return ""


def _named(version: Version) -> str:
    return f"commit {version.commit[:12]} by {version.author}, {version.when}"


def _orphans(live: LiveState, objects: Sequence[_Held], made: Mapping[str, Manifest]) -> Iterator[ObjectRef]:
    """Return live objects that are marked as ours, are of a kind that we render, and that Git does not hold."""
    shared = {path for path, manifest in made.items() if manifest.recommendation.shared}
    kinds = {item.ref.group_kind for item in objects if item.path not in shared}
    kinds |= {manifest.ref.group_kind for path, manifest in made.items() if path not in shared}
    known = {item.ref for item in objects}
    for item in live.objects:
        if item.ref.group_kind in kinds and item.ref not in known and is_ours(item):
            yield item.ref


def _orphan(ref: ObjectRef, history: History, *, wanted: bool) -> Change:
    """Say of an object that Git does not hold whether it did once, or will."""
    versions = history.get(object_path(ref), ())
    if wanted:
        reason = "Git does not hold it yet: a publish will add it"
    elif versions:
        reason = f"Git holds it no more ({_named(versions[0])}): not synced yet, or not pruned"
    else:
        reason = "it is marked as ordain's, and Git never held it"
    return Change(Action.DELETE, ref, "", (), None, reason, pending=wanted)


def _ignored(item: _Held) -> Change:
    return Change(Action.UPDATE, item.ref, item.path, tuple(live_field(field, item.manifest) for field in item.left))
