"""What can be wrong with service levels: targets, alerts that cannot work, and names that are taken twice."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pydantic import MISSING

from ordain.kinds.servicelevel.budget import Budget, in_words, plain
from ordain.kinds.servicelevel.chain import ABOVE_CEILING, CYCLE, TOO_FEW_PODS, UNKNOWN_DEPENDENCY, judge_chain
from ordain.kinds.servicelevel.loading import FORGETS, NOT_LOADED, judge_loading
from ordain.kinds.servicelevel.model import Objective, ServiceLevelSpec
from ordain.kinds.servicelevel.planner import promises, service_of, spec_of
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.policy import EffectivePolicy, Policy
from ordain.quantities import Duration

_NEVER_FIRES: Final = Control("SLO001", "alert-never-fires", Severity.WARNING)
_ONE_FAILURE: Final = Control("SLO002", "fires-on-one-failure", Severity.WARNING)
_BEYOND_PEOPLE: Final = Control("SLO003", "too-fast-for-people", Severity.NOTE)
_TWICE: Final = Control("SLO004", "objective-twice", Severity.ERROR)

CONTROLS: Final = (
    _NEVER_FIRES,
    _ONE_FAILURE,
    _BEYOND_PEOPLE,
    _TWICE,
    ABOVE_CEILING,
    UNKNOWN_DEPENDENCY,
    CYCLE,
    TOO_FEW_PODS,
    NOT_LOADED,
    FORGETS,
)
_DEFENSIBLE: Final = Decimal(600)
"""Seconds of full outage: two until the page, five until somebody is there, three to turn a release back."""


def meaning(policy: Policy) -> Iterator[Finding]:
    """Judge one document by the fields that it sets itself."""
    spec = policy.spec
    assert isinstance(spec, ServiceLevelSpec)
    seen: dict[str, int] = {}
    for index, objective in enumerate([] if spec.objectives is MISSING else spec.objectives):
        first = seen.setdefault(objective.name, index)
        if first != index:
            yield Finding.of(
                _TWICE,
                f"objective {objective.name} is here twice; the other is at {policy.where('objectives', first)}",
                hint="rename one of them",
                where=policy.where("objectives", index, "name"),
                field=f"spec.objectives[{index}].name",
            )


def check(evidence: Evidence) -> Iterator[Finding]:
    """Judge the service levels of a cluster, each alone and all together."""
    effective = [item for item in evidence.effective if isinstance(item.spec, ServiceLevelSpec)]
    for item in effective:
        for index, promise in enumerate(promises(item)):
            yield from _reachable(item, index, promise.objective)
        yield from _one_failure(item)
    yield from _twice(effective)
    yield from judge_chain(effective, evidence.objects)
    yield from judge_loading(effective, evidence)


def _reachable(effective: EffectivePolicy, index: int, objective: Objective) -> Iterator[Finding]:
    budget = Budget(objective.target, Duration.parse(objective.window))
    dumb = [tier for tier in budget.all_tiers if tier not in budget.tiers]
    target, where = plain(objective.target), effective.where_in("objectives", index, "target")
    field = f"spec.objectives[{index}].target"
    if dumb:
        names = " and ".join(f"{plain(tier.factor)} ({tier.name})" for tier in dumb)
        least = plain((100 - 100 / max(tier.factor for tier in dumb)).quantize(Decimal("0.01")))
        yield Finding.of(
            _NEVER_FIRES,
            f"{objective.name} {target} % allows {plain(budget.share * 100)} % of bad events, and {names} times that "
            "is 100 % or more, which nothing exceeds: left out of the rules",
            hint=f"all tiers can fire from about {least} % on; raise the target, or live with the others",
            where=where,
            subject=effective.subject.ref,
            field=field,
        )
    if budget.outage < _DEFENSIBLE:
        yield Finding.of(
            _BEYOND_PEOPLE,
            f"{objective.name} {target} % over {objective.window} leaves {in_words(budget.outage)} of full outage: "
            "gone before a person who is paged can act",
            hint="keep it only where failover is automatic; else lower the target or lengthen the window",
            where=where,
            subject=effective.subject.ref,
            field=field,
        )


def _one_failure(effective: EffectivePolicy) -> Iterator[Finding]:
    if spec_of(effective).alerting.minimumBadEvents == 1:
        yield Finding.of(
            _ONE_FAILURE,
            f"with minimumBadEvents 1 a single failed request pages for {service_of(effective)} whenever it is quiet",
            hint="write 3 or more, or leave the field out",
            where=effective.where("alerting", "minimumBadEvents"),
            subject=effective.subject.ref,
            field="spec.alerting.minimumBadEvents",
        )


def _twice(effective: list[EffectivePolicy]) -> Iterator[Finding]:
    """Report two workloads whose rules would record one series, or alert under one name."""
    first: dict[tuple[str, str, str], EffectivePolicy] = {}
    for item in effective:
        for index, promise in enumerate(promises(item)):
            identity = (promise.namespace, promise.service, promise.objective.name)
            other = first.setdefault(identity, item)
            if other is not item:
                yield Finding.of(
                    _TWICE,
                    f"{item.subject.ref} and {other.subject.ref} both promise {promise.objective.name} of service "
                    f"{promise.service}: their rules would write one series",
                    hint="one workload serves a service: narrow the targets, or give them different services",
                    where=item.where_in("objectives", index, "name"),
                    subject=item.subject.ref,
                    field=f"spec.objectives[{index}].name",
                )
