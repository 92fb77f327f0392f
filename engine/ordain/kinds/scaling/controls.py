"""What can be wrong with scaling: controls on policies, and on autoscalers and budgets wherever they come from."""

from collections.abc import Iterator
from typing import Final, TypeGuard

from pydantic import MISSING

from ordain.kinds.scaling.autoscalers import (
    Autoscaler,
    autoscalers,
    blocked_by,
    budgets_of,
    covered_workloads,
    foreign_autoscalers,
    peak_demand,
    quota_limits,
    recommenders,
    sets_replicas,
)
from ordain.kinds.scaling.model import Replicas, Rules, ScalingSpec
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, Source
from ordain.model.policy import EffectivePolicy, Policy
from ordain.quantities import Duration

_MIN_ABOVE_MAX = Control("SCL001", "min-above-max", Severity.ERROR)
_PERIOD = Control("SCL002", "period-out-of-range", Severity.ERROR)
_NO_REQUEST = Control("SCL003", "utilization-without-request", Severity.ERROR)
_NO_CONTAINER = Control("SCL004", "unknown-container", Severity.ERROR)
_BLOCKED_DRAIN = Control("SCL005", "blocked-drain", Severity.ERROR)
_VPA_CONFLICT = Control("SCL006", "hpa-and-vpa-on-one-resource", Severity.ERROR)
_TWO_AUTOSCALERS = Control("SCL007", "two-autoscalers", Severity.ERROR)
_TWO_BUDGETS = Control("SCL008", "two-budgets", Severity.ERROR)
_REPLICAS_IN_GIT = Control("SCL009", "replicas-in-git", Severity.WARNING)
_OVER_QUOTA = Control("SCL010", "surge-above-quota", Severity.WARNING)

CONTROLS: Final = (
    _MIN_ABOVE_MAX,
    _PERIOD,
    _NO_REQUEST,
    _NO_CONTAINER,
    _BLOCKED_DRAIN,
    _VPA_CONFLICT,
    _TWO_AUTOSCALERS,
    _TWO_BUDGETS,
    _REPLICAS_IN_GIT,
    _OVER_QUOTA,
)
_LONGEST_PERIOD: Final = Duration(1800)
_LONGEST_WINDOW: Final = Duration(3600)


def meaning(policy: Policy) -> Iterator[Finding]:
    """Judge one document by the fields that it sets itself."""
    spec = policy.spec
    assert isinstance(spec, ScalingSpec)
    replicas = spec.replicas
    if _crossed(replicas) and "min" in replicas.model_fields_set:
        yield Finding.of(
            _MIN_ABOVE_MAX,
            f"replicas.min {replicas.min} is above replicas.max {replicas.max}",
            hint="raise spec.replicas.max or lower spec.replicas.min",
            where=policy.where("replicas", "min"),
            field="spec.replicas.min",
        )
    if spec.behavior is not MISSING:
        for side, rules in (("scaleUp", spec.behavior.scaleUp), ("scaleDown", spec.behavior.scaleDown)):
            if rules is not MISSING:
                yield from _periods(policy, side, rules)


def _crossed(replicas: object) -> TypeGuard[Replicas]:
    return isinstance(replicas, Replicas) and isinstance(replicas.max, int) and replicas.min > replicas.max


def _periods(policy: Policy, side: str, rules: Rules) -> Iterator[Finding]:
    if rules.stabilization is not MISSING and rules.stabilization > _LONGEST_WINDOW:
        yield Finding.of(
            _PERIOD,
            f"behavior.{side}.stabilization is longer than 1h, the most that Kubernetes takes",
            hint="write 1h or less",
            where=policy.where("behavior", side, "stabilization"),
            field=f"spec.behavior.{side}.stabilization",
        )
    for index, step in enumerate([] if rules.policies is MISSING else rules.policies):
        if not Duration(1) <= step.per <= _LONGEST_PERIOD:
            yield Finding.of(
                _PERIOD,
                f"behavior.{side}.policies[{index}].per is outside 1s to 30m, what Kubernetes takes",
                hint="write a period from 1s to 30m",
                where=policy.where("behavior", side, "policies", index, "per"),
                field=f"spec.behavior.{side}.policies[{index}].per",
            )


def check(evidence: Evidence) -> Iterator[Finding]:
    """Judge the layered policies, and every autoscaler and budget that is rendered or in a file."""
    for effective in evidence.effective:
        if isinstance(effective.spec, ScalingSpec):
            yield from _bounds(effective, effective.spec)
    for autoscaler in autoscalers(evidence.objects):
        if autoscaler.object.source is not Source.LIVE:
            yield from _requests(autoscaler)
            yield from _rivals(autoscaler, evidence)
            yield from _replicas_in_git(autoscaler)
            yield from _quota(autoscaler, evidence)
    for budget in evidence.objects.of_kind("PodDisruptionBudget"):
        if budget.source is not Source.LIVE:
            yield from _drains(budget, evidence)


def _bounds(effective: EffectivePolicy, spec: ScalingSpec) -> Iterator[Finding]:
    replicas = spec.replicas
    low, high = effective.origin("replicas", "min"), effective.origin("replicas", "max")
    if _crossed(replicas) and low.policy != high.policy:
        yield Finding.of(
            _MIN_ABOVE_MAX,
            f"replicas.min {replicas.min}, set by {low}, is above replicas.max {replicas.max}, set by {high}",
            hint="raise spec.replicas.max or lower spec.replicas.min",
            where=effective.where("replicas", "max"),
            subject=effective.subject.ref,
            field="spec.replicas.min",
        )


def _requests(autoscaler: Autoscaler) -> Iterator[Finding]:
    workload = autoscaler.workload
    if workload is None:
        return
    for index, metric in enumerate(autoscaler.resource_metrics):
        where = autoscaler.object.locate(("spec", "metrics", metric.index))
        names = [container.name for container in workload.containers]
        if metric.container and metric.container not in names:
            yield Finding.of(
                _NO_CONTAINER,
                f"metric {index + 1} follows container {metric.container}, which {workload.ref} does not have",
                hint=f"name one of {', '.join(names)}",
                where=where,
                subject=workload.ref,
                field="spec.metrics",
                container=metric.container,
            )
        for container in workload.containers if metric.utilization else ():
            counted = container.name == metric.container or not metric.container
            if counted and not container.has_request(metric.resource):
                yield Finding.of(
                    _NO_REQUEST,
                    f"{metric.resource} utilization needs a {metric.resource} request, and container "
                    f"{container.name} of {workload.ref} has none: the autoscaler would stand still",
                    hint=f"set resources.requests.{metric.resource} there, or follow another container: "
                    f"{{resource: {metric.resource}, container: NAME, utilization: …}}",
                    where=where,
                    subject=workload.ref,
                    field="spec.metrics",
                    container=container.name,
                )


def _rivals(autoscaler: Autoscaler, evidence: Evidence) -> Iterator[Finding]:
    place = autoscaler.object.locate(("spec", "scaleTargetRef"))
    for other in foreign_autoscalers(autoscaler, evidence.objects):
        yield Finding.of(
            _TWO_AUTOSCALERS,
            f"{other.ref} scales {autoscaler.target} too; two autoscalers on one workload fight",
            hint=f"delete one: kubectl delete {other.ref.kind.lower()} -n {other.ref.namespace} {other.ref.name}, "
            "or leave the workload out of the policy's targets",
            where=place,
            subject=autoscaler.target,
            field=str(other.ref),
        )
    utilized = {metric.resource for metric in autoscaler.resource_metrics if metric.utilization}
    for recommender, resources in recommenders(autoscaler.target, evidence.objects):
        for resource in sorted(utilized & resources):
            yield Finding.of(
                _VPA_CONFLICT,
                f"{recommender.ref} changes the {resource} requests of {autoscaler.target} while the autoscaler "
                f"follows their utilization: they chase each other",
                hint=f"follow averageValue instead of utilization, or take {resource} out of controlledResources",
                where=place,
                subject=autoscaler.target,
                field=f"{recommender.ref}:{resource}",
            )


def _replicas_in_git(autoscaler: Autoscaler) -> Iterator[Finding]:
    workload = autoscaler.workload
    setter = sets_replicas(workload.object) if workload else None
    if workload and setter:
        yield Finding.of(
            _REPLICAS_IN_GIT,
            f"{setter} sets spec.replicas of {workload.ref}, which the autoscaler owns: each sync undoes the scaling",
            hint="take spec.replicas out of the manifest, after the autoscaler has taken over, "
            "and give Argo CD the ignoreDifferences that `ordain render --argocd` prints",
            where=workload.object.locate(("spec", "replicas")) or autoscaler.object.locate(("spec", "scaleTargetRef")),
            subject=workload.ref,
            field="spec.replicas",
        )


def _quota(autoscaler: Autoscaler, evidence: Evidence) -> Iterator[Finding]:
    workload = autoscaler.workload
    if workload is None:
        return
    for quota, resource, limit in quota_limits(workload.ref.namespace, evidence.objects):
        pods, demand = peak_demand(workload, autoscaler.max_replicas, resource)
        if demand > limit:
            yield Finding.of(
                _OVER_QUOTA,
                f"{pods} pods ({autoscaler.max_replicas} and the surge of a rollout) need {demand.normalize():f} "
                f"{resource}, {quota.ref} allows {limit.normalize():f}: the last pods would not start",
                hint="raise the quota, or lower spec.replicas.max or the rollout's maxSurge",
                where=autoscaler.object.locate(("spec", "maxReplicas")),
                subject=workload.ref,
                field=f"{quota.ref}:{resource}",
            )


def _drains(budget: KubeObject, evidence: Evidence) -> Iterator[Finding]:
    for workload, lowest in covered_workloads(budget, evidence.objects):
        if field := blocked_by(budget, lowest):
            kept = f"{field} {budget.get('spec', field)}"
            yield Finding.of(
                _BLOCKED_DRAIN,
                f"{kept} lets no pod of {workload.ref} go while it runs {lowest}, its least: no node can be drained",
                hint="write maxUnavailable: 1",
                where=budget.locate(("spec", field)),
                subject=workload.ref,
                field=f"spec.{field}",
            )
        for other in budgets_of(workload, evidence.objects):
            if other.ref != budget.ref:
                yield Finding.of(
                    _TWO_BUDGETS,
                    f"{other.ref} selects the pods of {workload.ref} too; with two budgets every eviction is refused",
                    hint=f"delete one: kubectl delete poddisruptionbudget -n {other.ref.namespace} {other.ref.name}, "
                    "or drop `disruption` from the policy",
                    where=budget.locate(("spec", "selector")),
                    subject=workload.ref,
                    field=str(other.ref),
                )
