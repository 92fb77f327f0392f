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
from ordain.stages.diff import is_ours, overlap, parsed, published_body
from ordain.stages.diff.fields import field_changes
from ordain.stages.diff.ignoring import compared
from ordain.stages.diff.live import LiveField
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
    left: tuple[tuple[LiveField, str], ...] = ()
    pending: tuple[FieldChange, ...] = ()


def drift(sides: Sides) -> Plan:
    """Return how the cluster differs from Git, in `live`; what only waits for a publish is `pending` there."""
    schemas = schemas_of(sides.live)
    made = {manifest.path: manifest for manifest in sides.rendered}
    objects = [_compared(path, body, made.get(path), schemas, sides) for path, body in held(sides.tip).items()]
    orphans = list(_orphans(sides, objects, made))
    drifted = [item for item in objects if item.differing or item.live is None]
    history = sides.tip.history([*(item.path for item in drifted), *map(object_path, orphans)])
    changes = [
        *(change for item in objects if (change := _change(item, history, schemas, sides))),
        *(_orphan(ref, history, wanted=object_path(ref) in made) for ref in orphans),
    ]
    return Plan(
        sides.live.cluster,
        (),
        len(objects),
        tuple(sorted(changes, key=lambda change: change.ref)),
        len(objects) - len(drifted),
        ignored=tuple(_ignored(item) for item in objects if item.left),
    )


def edited_by_hand(tip: OutputTip) -> Iterator[str]:
    """Return the published files that are not as they were published, those that are gone included."""
    for path, entry in sorted(tip.inventory.files.items() if tip.inventory else ()):
        if path not in tip.blobs or hashlib.sha256(tip.read(path)).hexdigest() != entry.sha256:
            yield path


def held(tip: OutputTip) -> dict[str, RawObject]:
    """Return the objects of the published files by their path."""
    files = sorted(tip.inventory.files if tip.inventory else ())
    return {path: body for path in files if (body := published_body(tip, path))}


def _compared(path: str, body: RawObject, manifest: Manifest | None, schemas: Bundle, sides: Sides) -> _Held:
    ref = ObjectRef.of(body)
    item = _Held(ref, path, body, sides.live.objects.get(ref), manifest)
    if item.live is None:
        return item
    kept, left = compared(body, item.live, schemas, sides.comparing)
    return replace(item, differing=tuple(kept), left=tuple(left), pending=tuple(_pending(item, kept, schemas)))


def _pending(item: _Held, drifted: Sequence[LiveField], schemas: Bundle) -> Iterator[FieldChange]:
    """Return what a publish would change in fields that live as Git holds them."""
    if item.manifest is None:
        return
    for path, before, after in _between(item.body, item.manifest.body, schemas):
        if not any(overlap(path, field.path) for field in drifted):
            origin = set_by(item.manifest, path)
            yield FieldChange(path, before, after, origin, pending=True, moved=Moved.POLICY)


def _between(before: RawObject, after: RawObject, schemas: Bundle) -> Iterator[tuple[str, str | None, str | None]]:
    return field_changes(before, after, schemas.field(after["apiVersion"], after["kind"]))


def _change(item: _Held, history: History, schemas: Bundle, sides: Sides) -> Change | None:
    subject = item.manifest.recommendation.subject if item.manifest else None
    versions = history.get(item.path, ())
    by_hand = _by_hand(item, versions, sides.tip)
    if item.live is None:
        return Change(Action.CREATE, item.ref, item.path, (), subject, by_hand or _why_missing(versions, sides.tip))
    older = [
        _Older(body, tuple(_between(body, item.body, schemas)))
        for version in versions[1:]
        if version.content and (body := parsed(version.content, item.path))
    ]
    fields = (*(_field(item, field, older, schemas, sides) for field in item.differing), *item.pending)
    if not item.differing:
        return Change(Action.UPDATE, item.ref, item.path, fields, subject, pending=True) if fields else None
    reasons = [by_hand or _not_synced(fields, versions), _agreed(item, fields, schemas, sides)]
    return Change(Action.UPDATE, item.ref, item.path, fields, subject, "; ".join(filter(None, reasons)))


@dataclass(frozen=True, slots=True)
class _Older:
    """An earlier version of a file, and what it said otherwise than Git says now: path, then, now."""

    body: RawObject
    said: tuple[tuple[str, str | None, str | None], ...]


def _field(item: _Held, field: LiveField, older: Sequence[_Older], schemas: Bundle, sides: Sides) -> FieldChange:
    applied = sides.comparing.applier.manager in field.manager.split(", ")
    behind = applied or any(_explains(version, item, field, schemas, sides) for version in older)
    return FieldChange(
        field.path,
        field.live,
        field.desired,
        set_by(item.manifest, field.path) if item.manifest else None,
        field.manager,
        since=field.since,
        on_sync=field.on_sync,
        moved=Moved.GIT if behind else Moved.CLUSTER,
    )


def _explains(older: _Older, item: _Held, field: LiveField, schemas: Bundle, sides: Sides) -> bool:
    """Say whether an earlier version of the file has the field as it lives: then Git moved, and was not synced.

    The version must have said something else of the field than Git says now; and it must have had the field where it
    lives, for what it never set may be anybody's.
    """
    assert item.live is not None
    said = [then for path, then, _ in older.said if overlap(path, field.path)]
    if not said or (field.live is None) != (said[0] is None):
        return False
    if field.live is None or field.live in said:
        return True
    kept, _ = compared(older.body, item.live, schemas, _offline(sides))
    return not any(overlap(other.path, field.path) for other in kept)


def _offline(sides: Sides) -> Comparing:
    """Return how to compare what the server was not asked about."""
    return replace(sides.comparing, rehearsals=None)


def _agreed(item: _Held, fields: Sequence[FieldChange], schemas: Bundle, sides: Sides) -> str:
    """Name the fields that have moved in the cluster and that the policies now ask for as they live."""
    if item.manifest is None or item.live is None or item.manifest.body == item.body:
        return ""
    kept, _ = compared(item.manifest.body, item.live, schemas, _offline(sides))
    agreed = [
        field.path for field in fields if not field.pending and not any(overlap(field.path, one.path) for one in kept)
    ]
    return f"the policies now ask for {', '.join(agreed)} as it lives: a publish ends this" if agreed else ""


def _by_hand(item: _Held, versions: Sequence[Version], tip: OutputTip) -> str:
    """Say that Git's file is not what ordain published, and who changed it."""
    entry = tip.inventory.files[item.path] if tip.inventory else None
    if entry is None or hashlib.sha256(tip.read(item.path)).hexdigest() == entry.sha256:
        return ""
    return "its file was edited by hand in Git" + (f", {_named(versions[0])}" if versions else "")


def _why_missing(versions: Sequence[Version], tip: OutputTip) -> str:
    if versions and versions[0].commit == tip.commit and not any(version.content for version in versions[1:]):
        return f"published by the last commit ({_named(versions[0])}): not synced yet, or deleted since"
    return "deleted in the cluster, or never synced"


def _not_synced(fields: Sequence[FieldChange], versions: Sequence[Version]) -> str:
    if versions and any(field.moved is Moved.GIT for field in fields):
        return f"published, and not synced yet: {_named(versions[0])}"
    return ""


def _named(version: Version) -> str:
    return f"commit {version.commit[:12]} by {version.author}, {version.when}"


def _orphans(sides: Sides, objects: Sequence[_Held], made: Mapping[str, Manifest]) -> Iterator[ObjectRef]:
    """Return live objects that are marked as ours, are of a kind that we render, and that Git does not hold."""
    shared = {path for path, manifest in made.items() if manifest.recommendation.shared}
    kinds = {item.ref.group_kind for item in objects if item.path not in shared}
    kinds |= {manifest.ref.group_kind for path, manifest in made.items() if path not in shared}
    known = {item.ref for item in objects}
    for item in sides.live.objects:
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
    fields = tuple(
        FieldChange(field.path, field.live, field.desired, manager=field.manager, since=field.since, ignored=why)
        for field, why in item.left
    )
    return Change(Action.UPDATE, item.ref, item.path, fields)
