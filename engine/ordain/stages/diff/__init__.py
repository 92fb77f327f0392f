"""Diff: the rendered manifests against the output branch (the changes), and against the live objects."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from ordain.apischemas import Bundle
from ordain.git import blob_id, object_path
from ordain.kubeyaml import MANIFESTS, read
from ordain.model.comparison import Comparing
from ordain.model.live import LiveState, OutputTip
from ordain.model.objects import KubeObject, ObjectRef, RawObject
from ordain.model.plan import Action, Cause, Change, FieldChange, Manifest, Plan
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.fields import field_changes, leaves, overlap
from ordain.stages.diff.ignoring import compared
from ordain.stages.diff.live import LiveField
from ordain.stages.diff.masking import Masks
from ordain.stages.render import MANAGED_BY, set_by
from ordain.stages.schemas import schemas_of

_SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"


def diff(
    manifests: Sequence[Manifest],
    tip: OutputTip,
    live: LiveState,
    comparing: Comparing,
    adopted: frozenset[ObjectRef] = frozenset(),
    *,
    masks: Masks | None = None,
) -> Plan:
    """Compare what was rendered with what Git holds (`changes`) and with what lives (`live`).

    `masks` are those of the run, so that a value of a Secret has one mask in all its clusters.
    """
    schemas = schemas_of(live)
    masks = masks or Masks()
    changes = [*_git_changes(manifests, tip, schemas, masks), *_deletions(manifests, tip)]
    changed = frozenset(change.path for change in changes)
    found = list(_live_differences(manifests, tip, live, changed, comparing))
    drifts = [*(one for one in found if not _left_alone(one)), *_orphans(manifests, tip, live)]
    return Plan(
        cluster=live.cluster,
        changes=tuple(sorted(changes, key=lambda change: change.ref)),
        unchanged=len(manifests) - sum(change.action is not Action.DELETE for change in changes),
        live=tuple(sorted(map(masks.change, drifts), key=lambda change: change.ref)),
        live_unchanged=len(manifests) - sum(change.action is not Action.DELETE for change in drifts),
        ignored=tuple(sorted(map(masks.change, filter(_left_alone, found)), key=lambda change: change.ref)),
        adopted=tuple(sorted(adopted & {manifest.ref for manifest in manifests} & live.objects.by_ref.keys())),
    )


def _git_changes(manifests: Sequence[Manifest], tip: OutputTip, schemas: Bundle, masks: Masks) -> Iterator[Change]:
    published = tip.inventory.files if tip.inventory else {}
    for manifest in manifests:
        entry, content = published.get(manifest.path), manifest.text.encode()
        if tip.blobs.get(manifest.path) == blob_id(content, like=tip.commit or ""):
            continue
        before = published_body(tip, manifest.path)
        if before is None:
            fields = tuple(
                FieldChange(path, None, value, set_by(manifest, path)) for path, value in leaves(manifest.body)
            )
            yield _change(Action.CREATE, manifest, masks.masked(fields, manifest.body))
            continue
        field_type = schemas.field(manifest.body["apiVersion"], manifest.ref.kind)
        fields = tuple(
            FieldChange(path, old, new, set_by(manifest, path))
            for path, old, new in field_changes(before, manifest.body, field_type)
        )
        same_inputs = entry is not None and entry.inputs == manifest.recommendation.inputs
        upgraded = same_inputs and entry is not None and entry.sha256 != hashlib.sha256(content).hexdigest()
        shown = masks.masked(fields, before, manifest.body)
        yield _change(Action.UPDATE, manifest, shown, Cause.ENGINE if upgraded else Cause.POLICY)


def _change(action: Action, manifest: Manifest, fields: tuple[FieldChange, ...], cause: Cause = Cause.POLICY) -> Change:
    wanted = manifest.recommendation
    return Change(action, manifest.ref, manifest.path, fields, wanted.subject, wanted.reason, cause)


def _deletions(manifests: Sequence[Manifest], tip: OutputTip) -> Iterator[Change]:
    kept = {manifest.path for manifest in manifests}
    for path in sorted(tip.inventory.files if tip.inventory else ()):
        if path not in kept and path in tip.blobs:
            body = published_body(tip, path)
            ref = ObjectRef.of(body) if body else ObjectRef("", "File", path)
            stays = "; the object stays in the cluster (Prune=false)" if body and _is_kept(body) else ""
            yield Change(Action.DELETE, ref, path, (), None, f"no policy asks for it any more{stays}")


def _is_kept(body: RawObject) -> bool:
    """Say whether Argo CD leaves the object alone when its file goes."""
    return "Prune=false" in sync_options(annotations_of(body))


def annotations_of(body: RawObject) -> Mapping[str, Any]:
    """Return the annotations of an object that `published_body` gave."""
    found = body["metadata"].get("annotations")
    return found if isinstance(found, dict) else {}


def sync_options(annotations: Mapping[str, Any]) -> frozenset[str]:
    """Return the options by which an object tells Argo CD how to sync it."""
    return frozenset(option.strip() for option in str(annotations.get(_SYNC_OPTIONS, "")).split(","))


def published_body(tip: OutputTip, path: str) -> RawObject | None:
    """Return the object that Git holds at a path; None where there is no file or it holds no object."""
    return parsed(tip.read(path), path) if path in tip.blobs else None


def parsed(content: bytes, path: str) -> RawObject | None:
    """Return the one object of a file; None where it holds none."""
    documents = read(content, path, MANIFESTS).documents
    body = documents[0].value if len(documents) == 1 else None
    if not isinstance(body, dict) or not isinstance(body.get("metadata"), dict):
        return None
    named = (body.get("apiVersion"), body.get("kind"), body["metadata"].get("name"))
    return body if all(isinstance(part, str) for part in named) else None


def _live_differences(
    manifests: Sequence[Manifest], tip: OutputTip, live: LiveState, changed: frozenset[str], comparing: Comparing
) -> Iterator[Change]:
    """Compare with the live objects; what lives just as Git holds it, while a change is planned, is pending."""
    compare = partial(compared, schemas=schemas_of(live), owned=ClusterOwned.of(live.objects))
    unasked = replace(comparing, rehearsals=None)  # the server was asked about the render, not about what Git holds
    for manifest in manifests:
        subject = manifest.recommendation.subject
        found = live.objects.get(manifest.ref)
        held = published_body(tip, manifest.path) if manifest.path in changed else manifest.body
        differing, ignored = compare(manifest.body, found, comparing=comparing, before=held) if found else ([], [])
        if ignored:
            left = tuple(live_field(item, manifest) for item in ignored)
            yield Change(Action.UPDATE, manifest.ref, manifest.path, left, subject)
        if found and not differing:
            continue
        if found is None:
            why = "it is not in the cluster"
            yield Change(Action.CREATE, manifest.ref, manifest.path, (), subject, why, pending=held is None)
            continue
        from_git = differing if held is manifest.body else compare(held, found, comparing=unasked)[0] if held else None
        drifted = None if from_git is None else [item.path for item in from_git]
        if held is None and manifest.recommendation.shared:
            drifted = []  # its other fields are not ours, and ours are not in Git yet: the sync adds them
        fields = tuple(
            replace(
                live_field(item, manifest),
                pending=drifted is not None and not any(overlap(item.path, path) for path in drifted),
            )
            for item in differing
        )
        pending = all(field.pending for field in fields)
        yield Change(Action.UPDATE, manifest.ref, manifest.path, fields, subject, pending=pending)


def live_field(item: LiveField, manifest: Manifest | None) -> FieldChange:
    """Return a live difference as reports tell it, with the policy line that set the field of a manifest."""
    return FieldChange(
        item.path,
        item.live,
        item.desired,
        set_by(manifest, item.path) if manifest else None,
        item.manager,
        since=item.since,
        on_sync=item.on_sync,
        ignored=item.ignored,
    )


def _left_alone(change: Change) -> bool:
    return any(field.ignored for field in change.fields)


def _orphans(manifests: Sequence[Manifest], tip: OutputTip, live: LiveState) -> Iterator[Change]:
    """Report live objects that are marked as ours and that neither the render nor Git knows.

    They are of a kind that is rendered, or the branch has held them: the last file of a kind may be gone.
    """
    kinds = {manifest.ref.group_kind for manifest in manifests if not manifest.recommendation.shared}
    known = {manifest.path for manifest in manifests} | (tip.inventory.files.keys() if tip.inventory else set())
    marked = [item.ref for item in live.objects if is_ours(item) and object_path(item.ref) not in known]
    others = [object_path(ref) for ref in marked if ref.group_kind not in kinds]
    once = tip.history(others) if others else {}
    for ref in marked:
        if ref.group_kind in kinds or object_path(ref) in once:
            yield Change(Action.DELETE, ref, "", (), None, "marked as ordain's, and Git does not hold it")


def is_ours(item: KubeObject) -> bool:
    """Say whether an object has the mark of what ordain rendered."""
    return item.labels().get(MANAGED_BY) == "ordain"
