"""Live objects against what Git holds, and the rules that leave differences alone."""

from collections.abc import Callable, Iterator
from typing import Final

from ordain.errors import Span
from ordain.model.finding import Control, Finding, Severity
from ordain.model.objects import ObjectRef
from ordain.model.plan import SYNC_WORDS, Action, Change, FieldChange, Moved, OnSync, Plan

DIFFERS: Final = Control("DRF001", "differs-from-git", Severity.ERROR)
MISSING: Final = Control("DRF002", "missing-in-cluster", Severity.ERROR)
CLUSTER_ONLY: Final = Control("DRF003", "in-cluster-only", Severity.ERROR)
IGNORES_NOTHING: Final = Control("DRF004", "ignores-nothing", Severity.WARNING, waivable=False)
NOT_TRANSLATED: Final = Control("DRF005", "not-translated", Severity.WARNING, waivable=False)

CONTROLS: Final = (DIFFERS, MISSING, CLUSTER_ONLY, IGNORES_NOTHING, NOT_TRANSLATED)
DRIFTS: Final = frozenset(control.code for control in (DIFFERS, MISSING, CLUSTER_ONLY))
"""The codes that `ordain drift` alone reports."""

_SHOWN: Final = 3
_STAYS: Final = frozenset({OnSync.CONFLICT, OnSync.KEPT})
_SYNC: Final = "let Argo CD sync the branch; where it does not, look at its Application"


def drifted(plan: Plan, where: Callable[[ObjectRef], Span | None]) -> Iterator[Finding]:
    """Report what has drifted, an object each; `where` gives the policy's place of an object, else its own."""
    for change in plan.live:
        if change.pending:
            continue
        reason = f" ({change.reason})" if change.reason else ""
        if change.action is Action.CREATE:
            yield Finding.of(
                MISSING,
                f"{change.ref} is in Git and not in the cluster{reason}",
                hint=_SYNC,
                where=where(change.ref),
                subject=change.ref,
            )
        elif change.action is Action.DELETE:
            yield Finding.of(
                CLUSTER_ONLY,
                f"{change.ref} is in the cluster and not in Git{reason}",
                hint="delete it, or let Argo CD prune it; `ordain plan` says whether a policy asks for it",
                where=where(change.ref),
                subject=change.ref,
            )
        else:
            yield _differs(change, where(change.ref), reason)


def _differs(change: Change, where: Span | None, reason: str) -> Finding:
    fields = [field for field in change.fields if not field.pending]
    told = "; ".join(map(_told, fields[:_SHOWN]))
    rest = len(fields) - _SHOWN
    by_cluster = [field for field in fields if field.moved is Moved.CLUSTER]
    places = [field.set_by.where for field in (*by_cluster, *fields) if field.set_by and field.set_by.where]
    undo = "change it back by hand" if any(field.on_sync in _STAYS for field in by_cluster) else "sync to undo it"
    return Finding.of(
        DIFFERS,
        f"{change.ref} is not as Git holds it: {told}{f'; and {rest} more' if rest > 0 else ''}{reason}",
        hint=f"{undo}, or ask for it in {places[0] if places else 'a policy'}" if by_cluster else _SYNC,
        where=places[0] if places else where,
        subject=change.ref,
        field=fields[0].path if len(fields) == 1 else "",
    )


def _told(field: FieldChange) -> str:
    live = "is absent" if field.before is None else f"is {field.before}"
    held = "Git has none" if field.after is None else f"Git has {field.after}"
    parts = [f"{field.path} {live}, {held}", *(["which is not synced yet"] if field.moved is Moved.GIT else [])]
    if field.moved is Moved.CLUSTER:
        who = f" by {field.manager}" if field.manager else ""
        since = f" on {field.since}" if field.since else ""
        parts += [f"changed in the cluster{who}{since}", *([SYNC_WORDS[field.on_sync]] if field.on_sync else [])]
    return ", ".join(parts)
