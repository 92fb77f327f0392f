"""Turns one effective ScalingPolicy into the autoscaler and the disruption budget of its workload."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import MISSING

from ordain.kinds.scaling.floor import Floor, floor_of, name_of
from ordain.kinds.scaling.model import (
    Behavior,
    Disruption,
    Metric,
    ObjectMetric,
    PodsMetric,
    Replicas,
    ResourceMetric,
    Rules,
    ScalingSpec,
)
from ordain.kinds.scaling.picture import chart_of
from ordain.model.forecast import Outlook
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, RawObject
from ordain.model.plan import FieldOrigin, Manifest, Recommendation
from ordain.model.policy import EffectivePolicy, Subject
from ordain.model.workload import SCALABLE_KINDS, Workload

_HPA: Final = GroupKind("autoscaling", "HorizontalPodAutoscaler")
_PDB: Final = GroupKind("policy", "PodDisruptionBudget")
_SELECT: Final = {"max": "Max", "min": "Min", "disabled": "Disabled"}


def subjects(live: LiveState) -> Iterator[Subject]:
    """Return every workload whose number of pods can be scaled."""
    return (Subject(workload.object) for workload in live.workloads if workload.ref.kind in SCALABLE_KINDS)


def plan(effective: EffectivePolicy, live: LiveState, outlook: Outlook) -> Iterator[Recommendation]:
    """Recommend a HorizontalPodAutoscaler, and a PodDisruptionBudget where `disruption` is set."""
    spec = effective.spec
    assert isinstance(spec, ScalingSpec)
    workload = Workload(effective.subject.object)
    yield _autoscaler(effective, spec, workload, floor_of(effective, live, outlook))
    selector = workload.object.mapping("spec", "selector")
    if spec.disruption is not MISSING and any(selector.values()):  # an empty selector would mean the whole namespace
        yield _budget(effective, spec.disruption, workload)


def _autoscaler(
    effective: EffectivePolicy, spec: ScalingSpec, workload: Workload, floor: Floor | None
) -> Recommendation:
    replicas = spec.replicas
    assert isinstance(replicas, Replicas)
    assert isinstance(replicas.max, int)
    metrics = (
        [ResourceMetric.model_validate({"resource": "cpu", "utilization": "70%"})]
        if spec.metrics is MISSING
        else spec.metrics
    )
    target = {"apiVersion": workload.api_version, "kind": workload.ref.kind, "name": workload.ref.name}
    behavior = {} if spec.behavior is MISSING else _behavior(spec.behavior)
    least = floor.replicas if floor else replicas.min
    raised = ("forecast", "series") if least > replicas.min else ("replicas", "min")
    set_by: dict[str, FieldOrigin] = {
        "spec.minReplicas": effective.origin(*raised),
        "spec.maxReplicas": effective.origin("replicas", "max"),
        "spec.metrics": effective.origin("metrics"),
    }
    for side in ("scaleUp", "scaleDown"):
        for field, path in (
            ("stabilizationWindowSeconds", "stabilization"),
            ("policies", "policies"),
            ("selectPolicy", "select"),
        ):
            set_by[f"spec.behavior.{side}.{field}"] = effective.origin("behavior", side, path)
    return Recommendation(
        row="scaling",
        template="hpa.yaml.j2",
        expects=_HPA,
        subject=workload.ref,
        name=workload.ref.name,
        values={
            "target": target,
            "min": least,
            "max": replicas.max,
            "metrics": [_metric(metric) for metric in metrics],
            "behavior": behavior,
        },
        reason=f"{least} to {replicas.max} pods by {_by(metrics)}" + (f"; {floor.reason}" if floor else ""),
        set_by=set_by,
        policies=tuple(str(policy) for policy in effective.policies),
        where=effective.policies[0].where(),
        inputs=effective.digest(
            ("replicas", "metrics", "behavior", "forecast"), {"target": target, **({"min": least} if floor else {})}
        ),
        charts=(chart,) if floor and (chart := chart_of(floor, f"{workload.ref}: {floor.series}")) else (),
    )


def _budget(effective: EffectivePolicy, disruption: Disruption, workload: Workload) -> Recommendation:
    field: str
    if disruption.minAvailable is not MISSING:
        field, count = "minAvailable", disruption.minAvailable
    elif disruption.maxUnavailable is not MISSING:
        field, count = "maxUnavailable", disruption.maxUnavailable
    else:
        field, count = "maxUnavailable", 1
    selector = workload.object.get("spec", "selector") or {}
    return Recommendation(
        row="scaling",
        template="pdb.yaml.j2",
        expects=_PDB,
        subject=workload.ref,
        name=workload.ref.name,
        values={
            "field": field,
            "count": count,
            "selector": selector,
            "unhealthyPodEvictionPolicy": disruption.unhealthyPodEvictionPolicy,
        },
        reason=f"drains may take {count} at once" if field == "maxUnavailable" else f"drains leave {count}",
        set_by={
            f"spec.{field}": effective.origin("disruption", field),
            "spec.unhealthyPodEvictionPolicy": effective.origin("disruption", "unhealthyPodEvictionPolicy"),
            "spec.selector": FieldOrigin(f"the selector of {workload.ref}", None),
        },
        policies=tuple(str(policy) for policy in effective.policies),
        where=effective.policies[0].where(),
        inputs=effective.digest(("disruption",), {"selector": selector}),
    )


def ignores(manifest: Manifest) -> Iterator[RawObject]:
    """Name the field that Argo CD must leave to the autoscaler: the workload's `spec.replicas`."""
    if manifest.ref.group_kind == _HPA:
        target = manifest.recommendation.values["target"]
        yield {
            "group": str(target["apiVersion"]).rpartition("/")[0],
            "kind": target["kind"],
            "namespace": manifest.ref.namespace,
            "name": target["name"],
            "jsonPointers": ["/spec/replicas"],
        }


def _by(metrics: Iterable[Metric]) -> str:
    return ", ".join(dict.fromkeys(name_of(metric) for metric in metrics))


def _metric(metric: Metric) -> RawObject:
    """Write a metric as an entry of `spec.metrics` of autoscaling/v2."""
    if isinstance(metric, ResourceMetric):
        body: RawObject = {"name": metric.resource, "target": _target(metric)}
        if metric.container is MISSING:
            return {"type": "Resource", "resource": body}
        return {"type": "ContainerResource", "containerResource": {**body, "container": metric.container}}
    identifier: RawObject = {"name": name_of(metric)}
    if metric.selector is not MISSING:
        identifier["selector"] = {"matchLabels": metric.selector.matchLabels}
    body = {"metric": identifier, "target": _target(metric)}
    if isinstance(metric, PodsMetric):
        return {"type": "Pods", "pods": body}
    if isinstance(metric, ObjectMetric):
        return {"type": "Object", "object": {**body, "describedObject": metric.object.model_dump()}}
    return {"type": "External", "external": body}


def _target(metric: Metric) -> RawObject:
    if isinstance(metric, ResourceMetric) and metric.utilization is not MISSING:
        return {"type": "Utilization", "averageUtilization": metric.utilization}
    if not isinstance(metric, ResourceMetric | PodsMetric) and metric.value is not MISSING:
        return {"type": "Value", "value": metric.value}
    return {"type": "AverageValue", "averageValue": metric.averageValue}


def _behavior(behavior: Behavior) -> RawObject:
    sides = {"scaleUp": behavior.scaleUp, "scaleDown": behavior.scaleDown}
    return {side: _rules(rules) for side, rules in sides.items() if rules is not MISSING}


def _rules(rules: Rules) -> RawObject:
    body: RawObject = {}
    if rules.stabilization is not MISSING:
        body["stabilizationWindowSeconds"] = rules.stabilization.seconds
    if rules.select is not MISSING:
        body["selectPolicy"] = _SELECT[rules.select]
    if rules.policies is not MISSING:
        body["policies"] = [
            {"type": "Pods", "value": step.pods, "periodSeconds": step.per.seconds}
            if step.pods is not MISSING
            else {"type": "Percent", "value": step.percent, "periodSeconds": step.per.seconds}
            for step in rules.policies
        ]
    return body
