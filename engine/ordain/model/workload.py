"""A workload as planners and controls see it: the parts of a Deployment, StatefulSet, … that matter to policies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ordain.model.objects import KubeObject, ObjectRef, Path, RawObject

WORKLOAD_KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Rollout")
SCALABLE_KINDS: Final = ("Deployment", "StatefulSet", "Rollout")


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
    def match_labels(self) -> Mapping[str, str]:
        """The labels of `spec.selector.matchLabels`."""
        return self.object.get("spec", "selector", "matchLabels") or {}

    @property
    def pod_path(self) -> Path:
        """The path of the pod template."""
        if self.ref.kind == "CronJob":
            return ("spec", "jobTemplate", "spec", "template")
        return ("spec", "template")

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """The labels that its pods get."""
        return self.object.get(*self.pod_path, "metadata", "labels") or {}

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """The containers that run as long as the pod does: the main ones, and restartable init containers."""
        return tuple(self._containers())

    def _containers(self) -> Iterator[Container]:
        for field in ("initContainers", "containers"):
            path = (*self.pod_path, "spec", field)
            for index, body in enumerate(self.object.get(*path) or []):
                sidecar = field == "initContainers"
                if isinstance(body, dict) and not (sidecar and body.get("restartPolicy") != "Always"):
                    yield _container(body, (*path, index), sidecar=sidecar)


def _container(body: RawObject, path: Path, *, sidecar: bool) -> Container:
    resources = body.get("resources") or {}
    return Container(
        str(body.get("name")), resources.get("requests") or {}, resources.get("limits") or {}, sidecar, path
    )
