"""What can be wrong with scaling: controls on policies, and on autoscalers and budgets wherever they come from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeGuard

from pydantic import MISSING

from ordain.kinds.scaling.autoscalers import (
    Autoscaler,
    autoscalers,
    blocked_by,
    by_target,
    changes_requests,
    coverage,
    is_kedas,
    peak_demand,
    quota_limits,
    sets_replicas,
)
from ordain.kinds.scaling.foresight import FORECAST_CONTROLS, forecasts
from ordain.kinds.scaling.model import Replicas, Rules, ScalingSpec
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, ObjectRef, Path, Source
from ordain.model.policy import EffectivePolicy, Policy
from ordain.model.workload import Workload
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
    *FORECAST_CONTROLS,
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
    yield from forecasts(evidence)
    objects = evidence.objects
    scaled = by_target(objects, "HorizontalPodAutoscaler", "scaleTargetRef")
    by_keda = by_target(objects, "ScaledObject", "scaleTargetRef")
    sized = by_target(objects, "VerticalPodAutoscaler", "targetRef")
    for autoscaler in autoscalers(objects):
        if evidence.judges(autoscaler.object) and autoscaler.object.source is not Source.RENDERED:
            yield from _crossed_object(autoscaler)
        if evidence.judges(autoscaler.object):
            yield from _requests(autoscaler)
            if not is_kedas(autoscaler.object):
                others = [item for item in scaled[autoscaler.target] if not is_kedas(item)]
                yield from _rivals(autoscaler, [*others, *by_keda.get(autoscaler.target, ())])
            yield from _chased(autoscaler, sized.get(autoscaler.target, ()))
            yield from _replicas_in_git(autoscaler)
            yield from _quota(autoscaler, evidence)
    floors = {item.target: item.min_replicas for item in autoscalers(objects)}
    covered = coverage(objects)
    budgets: dict[ObjectRef, list[KubeObject]] = {}
    for budget, workloads in covered:
        for workload in workloads:
            budgets.setdefault(workload.ref, []).append(budget)
    for budget, workloads in covered:
        if evidence.judges(budget):
            yield from _drains(budget, workloads, floors)
            yield from _two_budgets(budget, workloads, budgets)


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


def _crossed_object(autoscaler: Autoscaler) -> Iterator[Finding]:
    low, high = autoscaler.min_replicas, autoscaler.max_replicas
    if low > high:
        yield Finding.of(
            _MIN_ABOVE_MAX,
            f"minReplicas {low} is above maxReplicas {high}",
            hint="raise spec.maxReplicas or lower spec.minReplicas",
            where=autoscaler.object.locate(("spec", "minReplicas")),
            subject=autoscaler.object.ref,
            field="spec.minReplicas",
        )


def _requests(autoscaler: Autoscaler) -> Iterator[Finding]:
    workload = autoscaler.workload
    if workload is None:
        return
    for index, metric in enumerate(autoscaler.resource_metrics):
        place: Path = ("spec", "metrics", metric.index)
        names = [container.name for container in workload.containers]
        if metric.container and metric.container not in names:
            yield Finding.of(
                _NO_CONTAINER,
                f"metric {index + 1} follows container {metric.container}, which {workload.ref} does not have",
                hint=f"name one of {', '.join(names)}",
                where=autoscaler.object.locate(place),
                subject=workload.ref,
                field=f"spec.metrics[{metric.index}]",
                container=metric.container,
            )
        whole = not metric.container and workload.requests_as_a_whole
        for container in workload.containers if metric.utilization and not whole else ():
            counted = container.name == metric.container or not metric.container
            if counted and not container.has_request(metric.resource):
                yield Finding.of(
                    _NO_REQUEST,
                    f"{metric.resource} utilization needs a {metric.resource} request, and container "
                    f"{container.name} of {workload.ref} has none: the autoscaler would stand still",
                    hint=f"set resources.requests.{metric.resource} there, or follow another container: "
                    f"{{resource: {metric.resource}, container: NAME, utilization: …}}",
                    where=autoscaler.object.locate(place),
                    subject=workload.ref,
                    field=f"spec.metrics[{metric.index}]",
                    container=container.name,
                )


def _rivals(autoscaler: Autoscaler, others: Iterable[KubeObject]) -> Iterator[Finding]:
    for other in others:
        if other.ref == autoscaler.object.ref:
            continue
        yield Finding.of(
            _TWO_AUTOSCALERS,
            f"{other.ref} scales {autoscaler.target} too; two autoscalers on one workload fight",
            hint=f"delete one: kubectl delete {other.ref.kind.lower()} -n {other.ref.namespace} {other.ref.name}, "
            "or, where a policy asks for this one, leave the workload out of its targets",
            where=autoscaler.object.locate(("spec", "scaleTargetRef")),
            subject=autoscaler.target,
            field=str(other.ref),
        )


def _chased(autoscaler: Autoscaler, recommenders: Iterable[KubeObject]) -> Iterator[Finding]:
    names = [container.name for container in autoscaler.workload.containers] if autoscaler.workload else ["*"]
    for recommender in recommenders:
        utilized = {
            metric.resource
            for metric in autoscaler.resource_metrics
            if metric.utilization
            and any(
                changes_requests(recommender, name, metric.resource)
                for name in ([metric.container] if metric.container else names)
            )
        }
        for resource in sorted(utilized):
            yield Finding.of(
                _VPA_CONFLICT,
                f"{recommender.ref} changes the {resource} requests of {autoscaler.target} while the autoscaler "
                f"follows their utilization: they chase each other",
                hint=f"follow averageValue instead of utilization, or take {resource} out of controlledResources",
                where=autoscaler.object.locate(("spec", "scaleTargetRef")),
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


def _drains(budget: KubeObject, workloads: list[Workload], floors: Mapping[ObjectRef, int]) -> Iterator[Finding]:
    lowest = sum(floors.get(workload.ref, workload.replicas) for workload in workloads)
    if field := blocked_by(budget, lowest):
        kept = f"{field} {budget.get('spec', field)}"
        for workload in workloads:
            yield Finding.of(
                _BLOCKED_DRAIN,
                f"{kept} lets no pod of {workload.ref} go while it runs {lowest}, its least: no node can be drained",
                hint="write maxUnavailable: 1",
                where=budget.locate(("spec", field)),
                subject=workload.ref,
                field=f"spec.{field}",
            )


def _two_budgets(
    budget: KubeObject, workloads: list[Workload], budgets: Mapping[ObjectRef, list[KubeObject]]
) -> Iterator[Finding]:
    for workload in workloads:
        for other in budgets[workload.ref]:
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
