"""Reads autoscalers, budgets, quotas and recommenders out of a set of objects: the facts that controls judge."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ordain.model.objects import KubeObject, ObjectRef, Objects, RawObject, Source
from ordain.model.workload import SCALABLE_KINDS, Workload
from ordain.quantities import parse_quantity, scaled_up

_GITOPS_MANAGERS: Final = (
    "argocd-controller",
    "kubectl-client-side-apply",
    "helm",
    "kustomize-controller",
    "last-applied",
)
_GROUPS: Final = {"Deployment": "apps", "StatefulSet": "apps", "Rollout": "argoproj.io"}
_VPA_RESOURCES: Final = frozenset({"cpu", "memory"})


@dataclass(frozen=True, slots=True)
class ResourceTarget:
    """One resource metric of an autoscaler; `container` is empty where all containers count."""

    index: int
    resource: str
    container: str
    utilization: bool


@dataclass(frozen=True)
class Autoscaler:
    """A HorizontalPodAutoscaler and the workload it scales, if that is known."""

    object: KubeObject
    target: ObjectRef
    workload: Workload | None

    @property
    def min_replicas(self) -> int:
        """The fewest pods; Kubernetes' default is 1."""
        value = self.object.get("spec", "minReplicas")
        return value if isinstance(value, int) else 1

    @property
    def max_replicas(self) -> int:
        """The most pods."""
        value = self.object.get("spec", "maxReplicas")
        return value if isinstance(value, int) else 1

    @property
    def resource_metrics(self) -> Iterator[ResourceTarget]:
        """The metrics of type Resource and ContainerResource."""
        for index, metric in enumerate(self.object.get("spec", "metrics") or []):
            body = metric.get("resource") or metric.get("containerResource")
            if isinstance(body, dict):
                kind = (body.get("target") or {}).get("type")
                yield ResourceTarget(index, str(body.get("name")), body.get("container") or "", kind == "Utilization")


def autoscalers(objects: Objects) -> Iterator[Autoscaler]:
    """Return every HorizontalPodAutoscaler that names a target."""
    for item in objects.of_kind("HorizontalPodAutoscaler"):
        if target := _target(item, "scaleTargetRef"):
            found = objects.get(target)
            yield Autoscaler(item, target, Workload(found) if found else None)


def _target(item: KubeObject, field: str) -> ObjectRef | None:
    reference = item.get("spec", field)
    if not isinstance(reference, dict) or not isinstance(reference.get("name"), str):
        return None
    kind = str(reference.get("kind", "Deployment"))
    group = str(reference.get("apiVersion", "")).rpartition("/")[0] or _GROUPS.get(kind, "")
    return ObjectRef(item.ref.namespace, kind, reference["name"], group)


def foreign_autoscalers(own: Autoscaler, objects: Objects) -> Iterator[KubeObject]:
    """Return other autoscalers of the same workload; the HPA that KEDA makes counts as its ScaledObject."""
    namespace = own.target.namespace
    for other in objects.of_kind("HorizontalPodAutoscaler", namespace=namespace):
        owners = other.get("metadata", "ownerReferences") or []
        owned = any(owner.get("kind") == "ScaledObject" for owner in owners)
        if other.ref != own.object.ref and not owned and _target(other, "scaleTargetRef") == own.target:
            yield other
    for scaled in objects.of_kind("ScaledObject", namespace=namespace):
        if _target(scaled, "scaleTargetRef") == own.target:
            yield scaled


def recommenders(target: ObjectRef, objects: Objects) -> Iterator[tuple[KubeObject, frozenset[str]]]:
    """Return the VerticalPodAutoscalers that act on a workload, with the resources that they change."""
    for vpa in objects.of_kind("VerticalPodAutoscaler", namespace=target.namespace):
        if _target(vpa, "targetRef") == target and vpa.get("spec", "updatePolicy", "updateMode") != "Off":
            policies = vpa.get("spec", "resourcePolicy", "containerPolicies") or [{}]
            active = [policy for policy in policies if policy.get("mode") != "Off"]
            resources = [frozenset(policy.get("controlledResources") or _VPA_RESOURCES) for policy in active]
            yield vpa, frozenset().union(*resources)


def sets_replicas(workload: KubeObject) -> str | None:
    """Say who sets `spec.replicas` by a manifest: the file itself, or a live field manager that applies from Git."""
    if workload.source is not Source.LIVE:
        return "the manifest" if workload.get("spec", "replicas") is not None else None
    for entry in workload.get("metadata", "managedFields") or []:
        owned = (entry.get("fieldsV1") or {}).get("f:spec") or {}
        applies = entry.get("operation") == "Apply" or entry.get("manager") in _GITOPS_MANAGERS
        if applies and not entry.get("subresource") and "f:replicas" in owned:
            return str(entry.get("manager"))
    return None


def quota_limits(namespace: str, objects: Objects) -> Iterator[tuple[KubeObject, str, Decimal]]:
    """Return the hard limits on pods, requests and limits of quotas that count every pod."""
    for quota in objects.of_kind("ResourceQuota", namespace=namespace):
        if quota.get("spec", "scopes") or quota.get("spec", "scopeSelector"):
            continue
        for resource, limit in sorted((quota.get("spec", "hard") or {}).items()):
            name = {"cpu": "requests.cpu", "memory": "requests.memory"}.get(resource, resource)
            if name == "pods" or name.split(".")[0] in ("requests", "limits"):
                try:
                    yield quota, name, parse_quantity(limit)
                except ValueError:
                    continue


def peak_demand(workload: Workload, replicas: int, resource: str) -> tuple[int, Decimal]:
    """Return the pods at a rollout's peak, and what they need of a quota's resource (`pods`, `requests.cpu`, …)."""
    pods = replicas + _surge(workload, replicas)
    if resource == "pods":
        return pods, Decimal(pods)
    side, name = resource.split(".", 1)
    demand = Decimal(0)
    for container in workload.containers:
        given: RawObject = dict(container.limits) if side == "limits" else {**container.limits, **container.requests}
        try:
            demand += parse_quantity(given.get(name, 0))
        except ValueError:
            continue
    return pods, demand * pods


def _surge(workload: Workload, replicas: int) -> int:
    if workload.ref.kind == "StatefulSet" or workload.object.get("spec", "strategy", "type") == "Recreate":
        return 0
    surge = workload.object.get("spec", "strategy", "rollingUpdate", "maxSurge")
    try:
        return scaled_up("25%" if surge is None else surge, replicas)
    except ValueError:
        return 0


def covered_workloads(budget: KubeObject, objects: Objects) -> Iterator[tuple[Workload, int]]:
    """Return the scalable workloads whose pods a budget selects, each with the fewest pods it runs."""
    floors = {scaler.target: scaler.min_replicas for scaler in _of_namespace(budget.ref.namespace, objects)}
    for kind in SCALABLE_KINDS:
        for item in objects.of_kind(kind, namespace=budget.ref.namespace):
            workload = Workload(item)
            if selects(budget.get("spec", "selector"), workload.pod_labels):
                yield workload, floors.get(item.ref, workload.replicas)


def _of_namespace(namespace: str, objects: Objects) -> Iterator[Autoscaler]:
    for item in objects.of_kind("HorizontalPodAutoscaler", namespace=namespace):
        if target := _target(item, "scaleTargetRef"):
            yield Autoscaler(item, target, None)


def budgets_of(workload: Workload, objects: Objects) -> Iterator[KubeObject]:
    """Return the budgets that select a workload's pods."""
    for budget in objects.of_kind("PodDisruptionBudget", namespace=workload.ref.namespace):
        if selects(budget.get("spec", "selector"), workload.pod_labels):
            yield budget


def blocked_by(budget: KubeObject, replicas: int) -> str | None:
    """Return the field by which a budget allows no eviction at that many healthy pods, or None.

    Percentages are rounded up, as the disruption controller does.
    """
    try:
        kept = budget.get("spec", "minAvailable")
        if kept is not None and replicas and scaled_up(kept, replicas) >= replicas:
            return "minAvailable"
        gone = budget.get("spec", "maxUnavailable")
        if gone is not None and replicas and scaled_up(gone, replicas) == 0:
            return "maxUnavailable"
    except ValueError:
        pass
    return None


def selects(selector: object, labels: object) -> bool:
    """Say whether a Kubernetes label selector fits; an empty one fits all, a missing one none (policy/v1)."""
    if not isinstance(selector, dict) or not isinstance(labels, dict):
        return False
    wanted = selector.get("matchLabels") or {}
    return wanted.items() <= labels.items() and all(
        _expression(expression, labels) for expression in selector.get("matchExpressions") or []
    )


def _expression(expression: RawObject, labels: RawObject) -> bool:
    value = labels.get(str(expression.get("key")))
    values = expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return False
