"""What a publish would change, cluster by cluster, as the guards look at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ordain.model.live import OutputTip
from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change
from ordain.stages.outcome import ClusterRun

_NAMED: Final = 3


@dataclass(frozen=True)
class Outgoing:
    """The changes of one cluster, the paths that are published there now, and what the branch holds."""

    cluster: str
    changes: tuple[Change, ...]
    published: tuple[str, ...]
    tip: OutputTip

    def deletions(self) -> tuple[Change, ...]:
        """Return the changes that delete a published object."""
        return tuple(change for change in self.changes if change.action is Action.DELETE)


def outgoing(clusters: Iterable[ClusterRun]) -> tuple[Outgoing, ...]:
    """Return what each cluster with a plan would change.

    A cluster that would lose all its files is none of them: that always stops a publish, whatever the flags
    (`stages.publish`), and is not to be confirmed or let through here.
    """
    found = []
    for item in clusters:
        tip = item.observed.tip
        published = tuple(path for path in (tip.inventory.files if tip.inventory else ()) if path in tip.blobs)
        if item.plan and (item.manifests.manifests or not published):
            found.append(Outgoing(item.observed.live.cluster, item.plan.changes, published, tip))
    return tuple(found)


def named(changed: Sequence[tuple[str, ObjectRef]], total: int) -> str:
    """Count some of all changed objects and name the first three, with their clusters where these are several."""
    one_cluster = len({cluster for cluster, _ in changed}) == 1
    names = [str(ref) if one_cluster else f"{ref} in {cluster}" for cluster, ref in changed[:_NAMED]]
    more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
    count = f"{len(changed)} of {total} changes" if len(changed) < total else f"all {total} changes"
    return f"{count} ({', '.join(names)}{more})" if total > 1 else f"the change of {names[0]}"
