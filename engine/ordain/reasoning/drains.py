"""What a service promises against what a drain may take: service levels beside disruption budgets."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.servicelevel.model import ServiceLevelSpec
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.selectors import selects
from ordain.model.workload import completed

_UNGUARDED: Final = Control("REL001", "promise-without-budget", Severity.WARNING)
CONTROLS: Final = (_UNGUARDED,)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Report workloads that promise a service level and that no PodDisruptionBudget guards."""
    for item in evidence.effective:
        if not isinstance(item.spec, ServiceLevelSpec):
            continue
        ref = item.subject.ref
        labels = completed(item.subject.object, evidence.objects).pod_labels
        budgets = evidence.objects.of_kind("PodDisruptionBudget", namespace=ref.namespace)
        if not any(selects(budget.get("spec", "selector"), labels) for budget in budgets):
            yield Finding.of(
                _UNGUARDED,
                f"{ref} promises a service level and no PodDisruptionBudget guards it: a drain may take all its pods",
                hint="set disruption, such as {maxUnavailable: 1}, in its ScalingPolicy",
                where=item.where("objectives"),
                subject=ref,
            )
