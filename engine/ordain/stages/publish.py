"""Publish: the manifests of all clusters of a run become one commit, or none where nothing differs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ordain.errors import Span, UserError
from ordain.git import INVENTORY_FILE, Identity, Update, blob_id, check_paths, print_inventory
from ordain.git.hydrator import FILE_NAME as METADATA_FILE
from ordain.git.hydrator import hydrator_metadata
from ordain.git.message import commit_message
from ordain.git.source import PoliciesSource
from ordain.model.live import Inventory, InventoryEntry, OutputTip
from ordain.model.plan import Manifest, Published
from ordain.stages.observe import Destination

_NAMED = 10


@dataclass(frozen=True, slots=True)
class ClusterOutput:
    """What one cluster publishes: where to, what is there, and all the manifests that shall be there."""

    destination: Destination
    tip: OutputTip
    manifests: Sequence[Manifest]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the commit says about its origin: the engine, the templates' digest, the policies' commit, the trailers.

    `trailers` are `Ordain-*` names with their values, in the order of the message; empty ones are left out. Those
    that the policies' commit refers to (`Argocd-reference-commit-*`) are added to them.
    """

    engine: str
    templates: str
    source: PoliciesSource | None
    trailers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """Who the commit is by, at what time, and its words."""

    author: Identity
    now: datetime
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class _FileChanges:
    """The manifests of one cluster that differ, by their paths from the cluster's folder.

    `stale` says that the inventory lists other paths or contents than are wanted: somebody has made a wanted change,
    or a deletion, by hand.
    """

    writes: Mapping[str, bytes]
    deletes: tuple[str, ...]
    stale: bool

    def __bool__(self) -> bool:
        return bool(self.writes or self.deletes or self.stale)


def publish(outputs: Sequence[ClusterOutput], provenance: Provenance, wording: Wording, *, dry_run: bool) -> Published:
    """Make one commit for all clusters, which share a repository and a branch.

    Nothing is committed where no manifest differs by content and every inventory lists just the manifests. Only
    files that a cluster's inventory lists are deleted. With `dry_run` everything is checked and nothing is changed.
    Raises UserError, before any change, for files that were edited by hand, for an empty desired state over published
    files, and for a branch that moved.
    """
    first = outputs[0].destination
    if any(item.tip.commit != outputs[0].tip.commit for item in outputs):
        raise UserError(
            f"the branch {first.branch} moved while the clusters were read", hint="run it again, on the new state"
        )
    changed = [(item, changes) for item in outputs if (changes := _changes(item))]
    first.repo.check(first.branch)
    written = sum(len(changes.writes) for _, changes in changed)
    deleted = sum(len(changes.deletes) for _, changes in changed)
    if dry_run or not changed:
        return Published(first.shown, first.branch, None, written, deleted, dry_run)
    writes: dict[str, bytes] = {}
    deletes: list[str] = []
    for item, changes in changed:
        folder = item.destination.folder
        records, stale = _records(item, provenance)
        writes |= {f"{folder}/{path}": content for path, content in {**changes.writes, **records}.items()}
        deletes += [f"{folder}/{path}" for path in (*changes.deletes, *stale)]
    commit = first.repo.commit(
        first.branch,
        Update(
            parent=outputs[0].tip.commit,
            writes=writes,
            deletes=tuple(sorted(deletes)),
            message=commit_message(wording.subject, wording.body, _trailers(provenance)),
            author=wording.author,
            committer=wording.author,
            when=wording.now,
        ),
    )
    return Published(first.shown, first.branch, commit, written, deleted, dry_run)


def intended(manifests: Sequence[Manifest], *, engine: str, templates: str) -> Inventory:
    """Return the inventory that a publish of these manifests writes."""
    entries = {
        manifest.path: InventoryEntry(
            hashlib.sha256(manifest.text.encode()).hexdigest(), manifest.recommendation.inputs
        )
        for manifest in manifests
    }
    return Inventory(engine, templates, dict(sorted(entries.items())))


def in_the_way(tip: OutputTip, manifests: Sequence[Manifest]) -> tuple[str, ...]:
    """Return the files of others, never published by us, that lie where a publish would write. Sorted paths."""
    wanted = {manifest.path for manifest in manifests}
    ours = tip.inventory.files if tip.inventory else {}
    writes = _differing(tip, manifests).writes
    exact = {path for path in writes if path in tip.blobs and path not in ours}
    folders = {folder for path in wanted for folder in _folders(path) if folder in tip.blobs and folder not in ours}
    inside = {path for path in tip.blobs if path not in ours and any(folder in wanted for folder in _folders(path))}
    return tuple(sorted(exact | folders | inside))


def _changes(item: ClusterOutput) -> _FileChanges:
    tip, place = item.tip, Span(f"{item.destination.shown}:{item.destination.folder}")
    check_paths(manifest.path for manifest in item.manifests)
    if not item.manifests and tip.inventory and tip.inventory.files:
        raise UserError(
            f"no policy asks for anything here, and {len(tip.inventory.files)} files are published: "
            "ordain does not delete them all",
            hint="look at the policies' targets and the snapshot; if all of it shall go, delete the folder in Git",
            where=place,
        )
    changes = _differing(tip, item.manifests)
    if edited := _edited(tip, changes):
        raise UserError(
            f"{_list(edited)} changed by hand since ordain published {_them(edited)}",
            hint="say in a policy what was changed there; then undo the edit, or delete the file in Git, and ordain "
            "writes it again",
            where=place,
        )
    if others := in_the_way(tip, item.manifests):
        raise UserError(
            f"{_list(others)} in the way, and ordain did not publish {_them(others)}",
            hint="move or delete what lies there in Git, or choose another folder (spec.output.folder)",
            where=place,
        )
    return changes


def _differing(tip: OutputTip, manifests: Sequence[Manifest]) -> _FileChanges:
    like = tip.commit or ""
    wanted = {manifest.path: manifest.text.encode() for manifest in manifests}
    writes = {
        path: content
        for path, content in sorted(wanted.items())
        if path not in tip.blobs or tip.blobs[path] != blob_id(content, like=like)
    }
    listed = tip.inventory.files if tip.inventory else {}
    deletes = tuple(path for path in sorted(listed) if path not in wanted and path in tip.blobs)
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in wanted.items()}
    return _FileChanges(writes, deletes, digests != {path: entry.sha256 for path, entry in listed.items()})


def _edited(tip: OutputTip, changes: _FileChanges) -> tuple[str, ...]:
    listed = tip.inventory.files if tip.inventory else {}
    touched = [path for path in (*changes.writes, *changes.deletes) if path in listed and path in tip.blobs]
    return tuple(path for path in sorted(touched) if hashlib.sha256(tip.read(path)).hexdigest() != listed[path].sha256)


def _records(item: ClusterOutput, provenance: Provenance) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """Return the two files that go with changed manifests, and those of them that no longer hold."""
    inventory = intended(item.manifests, engine=provenance.engine, templates=provenance.templates)
    records = {INVENTORY_FILE: print_inventory(inventory)}
    if provenance.source:
        records[METADATA_FILE] = hydrator_metadata(provenance.source)
        return records, ()
    return records, (METADATA_FILE,) if METADATA_FILE in item.tip.blobs else ()


def _trailers(provenance: Provenance) -> Mapping[str, str]:
    return {**provenance.trailers, **(provenance.source.references if provenance.source else {})}


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _list(paths: Sequence[str]) -> str:
    more = len(paths) - _NAMED
    named = ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{named} {'is' if len(paths) == 1 else 'are'}"


def _them(paths: Sequence[str]) -> str:
    return "it" if len(paths) == 1 else "them"
