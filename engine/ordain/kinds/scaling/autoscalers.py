"""Reads autoscalers, budgets, quotas and recommenders out of a set of objects: the facts that controls judge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ordain.model.objects import KubeObject, ObjectRef, Objects, Path, Source
from ordain.model.selectors import selects
from ordain.model.workload import SCALABLE_KINDS, Workload, completed, target_of, workloads
from ordain.quantities import parse_quantity, scaled_up

_GITOPS_MANAGERS: Final = (
    "argocd-controller",
    "kubectl-client-side-apply",
    "helm",
    "kustomize-controller",
    "last-applied",
)
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
        """The metrics of type Resource and ContainerResource; of none at all the server makes 80% of cpu.

        Source: `SetDefaults_HorizontalPodAutoscaler` of autoscaling/v2, and the conversion of autoscaling/v1.
        """
        metrics = self.object.get("spec", "metrics")
        if not metrics:
            yield ResourceTarget(0, "cpu", "", utilization=True)
        for index in range(len(metrics) if isinstance(metrics, list) else 0):
            for field in ("resource", "containerResource"):
                path = ("spec", "metrics", index, field)
                if body := self.object.mapping(*path):
                    utilization = self.object.get(*path, "target", "type") == "Utilization"
                    yield ResourceTarget(index, str(body.get("name")), str(body.get("container") or ""), utilization)


def autoscalers(objects: Objects) -> Iterator[Autoscaler]:
    """Return every HorizontalPodAutoscaler that names a target."""
    for item in objects.of_kind("HorizontalPodAutoscaler"):
        if target := target_of(item, "scaleTargetRef"):
            found = objects.get(target)
            yield Autoscaler(item, target, completed(found, objects) if found else None)


def by_target(objects: Objects, kind: str, field: str) -> Mapping[ObjectRef, list[KubeObject]]:
    """Return the objects of a kind by the workload that their `field` names."""
    found: dict[ObjectRef, list[KubeObject]] = {}
    for item in objects.of_kind(kind):
        if target := target_of(item, field):
            found.setdefault(target, []).append(item)
    return found


def is_kedas(autoscaler: KubeObject) -> bool:
    """Say whether KEDA made an autoscaler: it counts as its ScaledObject."""
    return any(owner.get("kind") == "ScaledObject" for owner in autoscaler.mappings("metadata", "ownerReferences"))


def changes_requests(vpa: KubeObject, container: str, resource: str) -> bool:
    """Say whether a VerticalPodAutoscaler changes a container's requests: its own policy counts, else that of `*`."""
    if vpa.get("spec", "updatePolicy", "updateMode") == "Off":
        return False
    stated = vpa.mappings("spec", "resourcePolicy", "containerPolicies")
    policies = {str(policy.get("containerName")): policy for policy in stated}
    policy = policies.get(container) or policies.get("*") or {}
    controlled = policy.get("controlledResources")
    return policy.get("mode") != "Off" and resource in (controlled if isinstance(controlled, list) else _VPA_RESOURCES)


def sets_replicas(workload: KubeObject) -> str | None:
    """Say who sets `spec.replicas` by a manifest: the file itself, or a live field manager that applies from Git."""
    if workload.source is not Source.LIVE:
        return "the manifest" if workload.get("spec", "replicas") is not None else None
    for entry in workload.mappings("metadata", "managedFields"):
        fields = entry.get("fieldsV1")
        owned = (fields.get("f:spec") if isinstance(fields, dict) else None) or {}
        applies = entry.get("operation") == "Apply" or entry.get("manager") in _GITOPS_MANAGERS
        if applies and not entry.get("subresource") and "f:replicas" in owned:
            return str(entry.get("manager"))
    return None


def quota_limits(namespace: str, objects: Objects) -> Iterator[tuple[KubeObject, str, Decimal]]:
    """Return the hard limits on pods, requests and limits of quotas that count every pod."""
    for quota in objects.of_kind("ResourceQuota", namespace=namespace):
        if quota.get("spec", "scopes") or quota.get("spec", "scopeSelector"):
            continue
        for resource, limit in sorted(quota.mapping("spec", "hard").items()):
            name = {"cpu": "requests.cpu", "memory": "requests.memory"}.get(resource, resource)
            if name == "pods" or name.startswith(("requests.", "limits.")):
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
    return pods, _of_pod(workload, side, name) * pods


def _of_pod(workload: Workload, side: str, resource: str) -> Decimal:
    """Return what a pod counts for: all that runs together, or an init container on its way if that is more.

    Source: `PodRequests` and `PodLimits` of k8s.io/component-helpers/resource.
    """
    running = sum((_amount(workload, c.path, side, resource) for c in workload.containers if not c.sidecar), Decimal(0))
    sidecars, peak = Decimal(0), Decimal(0)
    path = (*workload.pod_path, "spec", "initContainers")
    for index, body in enumerate(workload.object.mappings(*path)):
        amount = _amount(workload, (*path, index), side, resource)
        if body.get("restartPolicy") == "Always":
            sidecars += amount
            amount = Decimal(0)
        peak = max(peak, sidecars + amount)
    whole = (*workload.pod_path, "spec")
    stated = workload.object.get(*whole, "resources", side, resource)
    return _amount(workload, whole, side, resource) if stated is not None else max(running + sidecars, peak)


def _amount(workload: Workload, path: Path, side: str, resource: str) -> Decimal:
    given = workload.object.mapping(*path, "resources", side)
    if side == "requests":  # the server defaults a missing request to the limit
        given = {**workload.object.mapping(*path, "resources", "limits"), **given}
    try:
        return parse_quantity(given.get(resource, 0))
    except ValueError:
        return Decimal(0)


def _surge(workload: Workload, replicas: int) -> int:
    strategy = workload.object.mapping("spec", "strategy")
    if workload.ref.kind == "StatefulSet" or strategy.get("type") == "Recreate":
        return 0
    if workload.ref.kind == "Rollout" and isinstance(strategy.get("blueGreen"), dict):
        preview = strategy["blueGreen"].get("previewReplicaCount")
        return preview if isinstance(preview, int) else replicas
    field = "canary" if workload.ref.kind == "Rollout" else "rollingUpdate"
    surge = workload.object.get("spec", "strategy", field, "maxSurge")
    try:
        return scaled_up("25%" if surge is None else surge, replicas)
    except ValueError:
        return 0


def coverage(objects: Objects) -> list[tuple[KubeObject, list[Workload]]]:
    """Return every budget with the scalable workloads whose pods it selects, found by one of its labels."""
    everywhere: dict[str, list[Workload]] = {}
    labelled: dict[tuple[str, str, str], list[Workload]] = {}
    for workload in workloads(objects, SCALABLE_KINDS):
        namespace = workload.ref.namespace
        everywhere.setdefault(namespace, []).append(workload)
        for key, value in workload.pod_labels.items():
            labelled.setdefault((namespace, key, str(value)), []).append(workload)
    found = []
    for budget in objects.of_kind("PodDisruptionBudget"):
        namespace, selector = budget.ref.namespace, budget.get("spec", "selector")
        wanted = budget.mapping("spec", "selector", "matchLabels").items()
        few = [labelled.get((namespace, key, str(value)), []) for key, value in wanted]
        near = min(few, key=len, default=everywhere.get(namespace, []))
        found.append((budget, [workload for workload in near if selects(selector, workload.pod_labels)]))
    return found


def blocked_by(budget: KubeObject, replicas: int) -> str | None:
    """Return the field by which a budget allows no eviction at that many healthy pods, or None.

    `replicas` are the pods of all workloads that it selects, together; percentages are rounded up, as the disruption
    controller does.
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
