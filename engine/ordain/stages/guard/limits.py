"""Limits: how much one publish may delete or change, by count and by share of what is published."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ordain.git import kind_of_path
from ordain.model.finding import Control, Finding
from ordain.model.objects import Path
from ordain.model.plan import Change
from ordain.reasoning.guards import TOO_MANY_CHANGES, TOO_MANY_DELETIONS
from ordain.settings import ChangeLimit, DeletionLimit, Limit
from ordain.stages.guard.outgoing import Outgoing
from ordain.stages.project import ProjectFile

_ANY = ""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a limit counts: changes of one sort, of one kind of object or of any."""

    control: Control
    done: str
    changes: Callable[[Outgoing], tuple[Change, ...]]
    kind: str = _ANY

    def count(self, item: Outgoing) -> int:
        """Count the changes of a cluster."""
        return sum(self.kind in (_ANY, change.ref.kind) for change in self.changes(item))

    def published(self, item: Outgoing) -> int:
        """Count what is published in a cluster."""
        return sum(self.kind == _ANY or kind_of_path(path) == self.kind.lower() for path in item.published)

    def objects(self, count: int, of: int | None = None) -> str:
        """Write a count with its noun."""
        kind = f" of kind {self.kind}" if self.kind else ""
        among = f" (of {of} published)" if of is not None else ""
        return f"{count} object{'' if count == 1 else 's'}{kind}{among} would be {self.done}"


def over_limits(project: ProjectFile, outgoing: Sequence[Outgoing]) -> Iterator[Finding]:
    """Report each limit that is exceeded: counts over all clusters, shares in each cluster.

    A cluster in which nothing is published yet has no limits.
    """
    there = [item for item in outgoing if item.published]
    deletions = _Scope(TOO_MANY_DELETIONS, "deleted", Outgoing.deletions)
    changes = _Scope(TOO_MANY_CHANGES, "created, changed or deleted", lambda item: item.changes)
    limits, at = project.spec.limits, ("spec", "limits")
    yield from _exceeded(limits.deletions, deletions, there, project, (*at, "deletions"))
    yield from _exceeded(limits.changes, changes, there, project, (*at, "changes"))
    for index, entry in enumerate(limits.perKind):
        for kind in entry.kinds:
            place = (*at, "perKind", index)
            if isinstance(entry.deletions, Limit):
                of_kind = _Scope(deletions.control, deletions.done, deletions.changes, kind)
                yield from _exceeded(entry.deletions, of_kind, there, project, (*place, "deletions"))
            if isinstance(entry.changes, Limit):
                of_kind = _Scope(changes.control, changes.done, changes.changes, kind)
                yield from _exceeded(entry.changes, of_kind, there, project, (*place, "changes"))


def _exceeded(
    limit: DeletionLimit | ChangeLimit | Limit,
    scope: _Scope,
    there: Sequence[Outgoing],
    project: ProjectFile,
    path: Path,
) -> Iterator[Finding]:
    counts = [(item, scope.count(item)) for item in there]
    total = sum(count for _, count in counts)
    if isinstance(limit.count, int) and total > limit.count:
        message = f"{scope.objects(total)}, and the limit of one publish is {limit.count}"
        yield _over(scope.control, message, project, (*path, "count"))
    for item, count in counts:
        if not isinstance(limit.percent, int) or count <= limit.percentAbove:
            continue
        published = scope.published(item)
        if count * 100 > limit.percent * published:
            message = f"{item.cluster}: {scope.objects(count, published)}, and the limit is {limit.percent}%"
            yield _over(scope.control, message, project, (*path, "percent")).in_cluster(item.cluster)


def _over(control: Control, message: str, project: ProjectFile, path: Path) -> Finding:
    return Finding.of(
        control,
        message,
        hint="look for what made it so many: a target, a selector, a snapshot; if it is meant, publish with "
        "--dangerous-exceed-limits",
        where=project.where(*path),
    )
