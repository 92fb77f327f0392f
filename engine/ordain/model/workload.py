"""A workload as planners and controls see it: the parts of a Deployment, StatefulSet, … that matter to policies."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from ordain.model.objects import KubeObject, ObjectRef, Objects, Path

WORKLOAD_KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Rollout")
SCALABLE_KINDS: Final = ("Deployment", "StatefulSet", "Rollout")
GROUPS: Final = {
    "Deployment": "apps",
    "StatefulSet": "apps",
    "DaemonSet": "apps",
    "CronJob": "batch",
    "Rollout": "argoproj.io",
}


def workloads(objects: Objects, kinds: Iterable[str] = WORKLOAD_KINDS) -> Iterator["Workload"]:
    """Return the workloads of some kinds; a Rollout that refers to a Deployment stands for it, completed from it."""
    rollouts = [item for item in objects.of_kind("Rollout") if item.ref.group == GROUPS["Rollout"]]
    referred = {ref for item in rollouts if (ref := _referred(item))}
    for kind in kinds:
        for item in objects.of_kind(kind):
            if item.ref.group == GROUPS[kind] and item.ref not in referred:
                yield completed(item, objects)


def completed(item: KubeObject, objects: Objects) -> "Workload":
    """Return a workload; a Rollout with `workloadRef` has the selector and the template of that Deployment."""
    found = objects.get(ref) if (ref := _referred(item)) else None
    theirs = found.mapping("spec") if found else {}
    more = {key: theirs[key] for key in ("selector", "template") if key in theirs}
    return Workload(replace(item, body={**item.body, "spec": {**item.mapping("spec"), **more}}) if more else item)


def _referred(item: KubeObject) -> ObjectRef | None:
    name = item.get("spec", "workloadRef", "name")
    if item.ref.kind != "Rollout" or not isinstance(name, str):
        return None
    return ObjectRef(item.ref.namespace, "Deployment", name, GROUPS["Deployment"])


def target_of(item: KubeObject, field: str) -> ObjectRef | None:
    """Return the workload that a reference in `spec` names, such as an autoscaler's `scaleTargetRef`."""
    reference = item.get("spec", field)
    if not isinstance(reference, dict) or not isinstance(reference.get("name"), str):
        return None
    kind = str(reference.get("kind", "Deployment"))
    group = str(reference.get("apiVersion", "")).rpartition("/")[0] or GROUPS.get(kind, "")
    return ObjectRef(item.ref.namespace, kind, reference["name"], group)


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a pod; `sidecar` is an init container that keeps running; `path` leads to it in the object."""

    name: str
    requests: Mapping[str, object]
    limits: Mapping[str, object]
    sidecar: bool
    path: Path

    def has_request(self, resource: str) -> bool:
        """Say whether a request holds: the server defaults a missing request to the limit."""
        return resource in self.requests or resource in self.limits


@dataclass(frozen=True)
class Workload:
    """A view on one workload object."""

    object: KubeObject

    @property
    def ref(self) -> ObjectRef:
        """The workload's name."""
        return self.object.ref

    @property
    def labels(self) -> Mapping[str, str]:
        """The workload's own labels."""
        return self.object.labels()

    @property
    def api_version(self) -> str:
        """The version it was read in, such as `apps/v1`."""
        return str(self.object.body["apiVersion"])

    @property
    def replicas(self) -> int:
        """The replicas asked for; the server's default is 1."""
        value = self.object.get("spec", "replicas")
        return value if isinstance(value, int) else 1

    @property
    def pod_path(self) -> Path:
        """The path of the pod template."""
        if self.ref.kind == "CronJob":
            return ("spec", "jobTemplate", "spec", "template")
        return ("spec", "template")

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """The labels that its pods get."""
        return self.object.mapping(*self.pod_path, "metadata", "labels")

    @property
    def requests_as_a_whole(self) -> bool:
        """Whether the pod has requests of its own (pod-level resources), which count in place of the containers'."""
        whole = self.object.mapping(*self.pod_path, "spec", "resources")
        return bool(whole.get("requests") or whole.get("limits"))

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """The containers that run as long as the pod does: the main ones, and restartable init containers."""
        return tuple(self._containers())

    def _containers(self) -> Iterator[Container]:
        for field in ("initContainers", "containers"):
            path = (*self.pod_path, "spec", field)
            found = self.object.get(*path)
            for index, body in enumerate(found if isinstance(found, list) else ()):
                sidecar = field == "initContainers"
                if isinstance(body, dict) and not (sidecar and body.get("restartPolicy") != "Always"):
                    at = (*path, index, "resources")
                    requests, limits = self.object.mapping(*at, "requests"), self.object.mapping(*at, "limits")
                    yield Container(str(body.get("name")), requests, limits, sidecar, (*path, index))
