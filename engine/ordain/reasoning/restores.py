"""What a restore may take against what a service may be down: backups beside service levels."""

from collections.abc import Iterator
from typing import Final

from pydantic import MISSING

from ordain.kinds.backup.model import BackupSpec, Objectives
from ordain.kinds.servicelevel.budget import compact, in_words
from ordain.kinds.servicelevel.chain import cannot_do_without
from ordain.kinds.servicelevel.model import RequestsIndicator, ServiceLevelSpec
from ordain.kinds.servicelevel.planner import promises, service_of
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.policy import EffectivePolicy
from ordain.quantities import Duration

_TOO_LONG: Final = Control("REL002", "restore-spends-budget", Severity.WARNING)
CONTROLS: Final = (_TOO_LONG,)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Report objectives whose whole error budget is less than one restore of the data that they stand on.

    A service stands on its own workload's data and on that of the services that it cannot do without. The ones nearest
    the data are reported: what depends on a promise that breaks is broken with it.
    """
    levels = [item for item in evidence.effective if isinstance(item.spec, ServiceLevelSpec)]
    for backup in evidence.effective:
        rto = _rto(backup)
        near = [item for item in levels if item.subject.ref == backup.subject.ref] if rto else []
        for item in near:  # grows while it is walked: outwards from the data
            found = list(_judged(item, backup, rto)) if rto else []
            yield from found
            if not found:
                near += [
                    other for other in levels if other not in near and service_of(item) in cannot_do_without(other)
                ]


def _rto(backup: EffectivePolicy) -> Duration | None:
    objectives = backup.spec.objectives if isinstance(backup.spec, BackupSpec) else MISSING
    return objectives.rto if isinstance(objectives, Objectives) and objectives.rto is not MISSING else None


def _judged(item: EffectivePolicy, backup: EffectivePolicy, rto: Duration) -> Iterator[Finding]:
    for index, promise in enumerate(promises(item)):
        outage = promise.budget.outage
        if isinstance(promise.objective.indicator, RequestsIndicator) and rto.seconds > outage:
            yield Finding.of(
                _TOO_LONG,
                f"a restore of {backup.subject.ref} may take {compact(rto)} ({backup.where('objectives', 'rto')}), and "
                f"{promise.objective.name} {promise} of {promise.service} leaves {in_words(outage)}: one restore "
                "breaks the promise",
                hint="lower the target, restore faster, or answer without this data (a replica, a cache)",
                where=item.where_in("objectives", index, "target"),
                subject=item.subject.ref,
                field=f"spec.objectives[{index}].target",
            )
