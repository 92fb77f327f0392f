"""Who moved: what the branch's history and the field managers say of a live field that is not as Git holds it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ordain.apischemas import Bundle
from ordain.model.comparison import Comparing
from ordain.model.live import OutputTip, Version
from ordain.model.objects import KubeObject, RawObject
from ordain.model.plan import Moved
from ordain.stages.diff import parsed
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.fields import field_changes, overlap
from ordain.stages.diff.ignoring import compared
from ordain.stages.diff.live import LiveField


@dataclass(frozen=True, slots=True)
class Comparison:
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


@dataclass(frozen=True, slots=True)
class Past:
    """The versions of one file, newest first, and of the older ones what each said otherwise than Git says now."""

    versions: tuple[Version, ...]
    older: tuple[tuple[RawObject, tuple[tuple[str, str | None, str | None], ...]], ...]

    @classmethod
    def of(cls, versions: Sequence[Version], path: str, body: RawObject, look: Comparison) -> "Past":
        """Read the older versions of a file that holds `body` now; one that held no object is passed over."""
        bodies = (parsed(version.content, path) for version in versions[1:] if version.content)
        return cls(tuple(versions), tuple((older, look.between(older, body)) for older in bodies if older))

    def moved(self, field: LiveField, live: KubeObject, look: Comparison) -> Moved:
        """Say whether Git or the cluster moved a field that lives otherwise than Git holds it.

        Git did where whoever applies still holds the live value, where the field lives as an earlier version had it and
        nobody wrote it since the last one, or where the file is new and was not applied yet.
        """
        applier = look.comparing.applier.manager
        if applier in field.manager.split(", "):
            return Moved.GIT
        if self.versions and field.since > self.versions[0].when:
            return Moved.CLUSTER
        waiting = bool(self.versions) and not self.older and not _applied(live, applier, since=self.versions[0].when)
        explained = any(_explains(*older, field, live, look) for older in self.older)
        return Moved.GIT if explained or (waiting and _unheld(field, live)) else Moved.CLUSTER


def _applied(live: KubeObject, manager: str, *, since: str) -> bool:
    """Say whether a manager wrote an object at a time or later."""
    entries = live.mappings("metadata", "managedFields")
    return any(entry.get("manager") == manager and str(entry.get("time") or "") >= since for entry in entries)


def _unheld(field: LiveField, live: KubeObject) -> bool:
    """Say that nobody wrote what lives here: nothing, or a default of the server's."""
    return not field.manager and (field.live is None or bool(live.get("metadata", "managedFields")))


def _explains(
    older: RawObject,
    said: tuple[tuple[str, str | None, str | None], ...],
    field: LiveField,
    live: KubeObject,
    look: Comparison,
) -> bool:
    """Say whether an earlier version of a file has a field as it lives.

    It must have said something else of the field than Git says now. Where it did not set the field, a live value may be
    anybody's, unless nobody wrote it.
    """
    then = [before for path, before, _ in said if overlap(path, field.path)]
    if not then:
        return False
    if then[0] is None:
        return _unheld(field, live)
    if field.live is None:
        return False
    return field.live in then or not look.differs(older, live, field.path)


def why_different(versions: Sequence[Version], moved: Collection[Moved | None], *, by_hand: bool) -> str:
    """Name the commit that is to blame, where one is."""
    if by_hand:
        return "its file was edited by hand in Git" + (f", {_named(versions[0])}" if versions else "")
    return f"Git has the file from {_named(versions[0])}" if versions and Moved.GIT in moved else ""


def why_missing(versions: Sequence[Version], tip: OutputTip) -> str:
    """Say why an object that Git holds may not be in the cluster."""
    if versions and versions[0].commit == tip.commit and not any(version.content for version in versions[1:]):
        return f"new with {_named(versions[0])}: not synced yet, or deleted since"
    return "deleted in the cluster, or never synced"


def why_there(versions: Sequence[Version], *, wanted: bool) -> str:
    """Say why an object that Git does not hold is in the cluster; `wanted`: the policies ask for it."""
    if wanted:
        return "Git does not hold it yet: a publish will add it"
    if versions:
        return f"Git holds it no more ({_named(versions[0])}): not synced yet, or not pruned"
    return "it is marked as ordain's, and Git never held it"


def _named(version: Version) -> str:
    return f"commit {version.commit[:12]} by {version.author}, {version.when}"
