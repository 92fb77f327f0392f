"""Pods wherever an object holds one: alone, or as the template of a workload, with all three lists of containers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from ordain.model.objects import KubeObject, Path, RawObject

_TEMPLATE: Final = ("spec", "template")
_HOLDERS: Final[Mapping[str, tuple[str, Path]]] = {
    "Pod": ("", ()),
    "Deployment": ("apps", _TEMPLATE),
    "StatefulSet": ("apps", _TEMPLATE),
    "DaemonSet": ("apps", _TEMPLATE),
    "ReplicaSet": ("apps", _TEMPLATE),
    "Job": ("batch", _TEMPLATE),
    "CronJob": ("batch", ("spec", "jobTemplate", "spec", "template")),
    "Rollout": ("argoproj.io", _TEMPLATE),
}
POD_KINDS: Final = tuple(_HOLDERS)
LONG_RUNNING: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"})


class Role(StrEnum):
    """The list of the pod in which a container stands."""

    INIT = "initContainers"
    MAIN = "containers"
    EPHEMERAL = "ephemeralContainers"


@dataclass(frozen=True)
class Container:
    """One container of a pod; `path` leads to it in the object."""

    name: str
    body: RawObject
    path: Path
    role: Role

    @property
    def security(self) -> RawObject:
        """Its `securityContext`; an empty one where it has none."""
        return _mapping(self.body.get("securityContext"))


@dataclass(frozen=True)
class Pod:
    """A view on the pod in an object; `path` leads to the pod's `spec`."""

    object: KubeObject
    path: Path
    spec: RawObject
    labels: RawObject
    annotations: RawObject

    @property
    def security(self) -> RawObject:
        """The pod's own `securityContext`; an empty one where it has none."""
        return _mapping(self.spec.get("securityContext"))

    @property
    def windows(self) -> bool:
        """Whether it says that it is for Windows nodes, where Linux' guards do not exist."""
        return _mapping(self.spec.get("os")).get("name") == "windows"

    @property
    def in_user_namespace(self) -> bool:
        """Whether its users are not those of the node (`hostUsers: false`)."""
        return self.spec.get("hostUsers") is False

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """All containers: those that run first, the main ones, and those added for debugging."""
        return tuple(
            Container(str(body.get("name", index)), body, (*self.path, role.value, index), role)
            for role in Role
            for index, body in entries(self.spec, role.value)
        )


def pod_of(item: KubeObject) -> Pod | None:
    """Return the pod in an object; None where it holds none, or where its owner holds the same one."""
    group, above = _HOLDERS.get(item.ref.kind, ("", None))
    if above is None or item.ref.group != group or _copied(item):
        return None
    template = item.mapping(*above)
    spec = template.get("spec")
    if not isinstance(spec, dict):
        return None  # a Rollout that refers to a Deployment has no template of its own
    metadata = _mapping(template.get("metadata"))
    labels, annotations = _mapping(metadata.get("labels")), _mapping(metadata.get("annotations"))
    return Pod(item, (*above, "spec"), spec, labels, annotations)


def entries(body: Mapping[str, object], field: str) -> Iterator[tuple[int, RawObject]]:
    """Return the mappings of a list with their index; what has another shape is left to the schema."""
    found = body.get(field)
    for index, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def named_path(item: KubeObject, path: Path) -> str:
    """Write a path with the names of list items in place of their numbers: `spec.containers[app].image`.

    So it is the same in a file, a rendered manifest and a live object, whose lists may be ordered otherwise.
    """
    text = ""
    for end, step in enumerate(path, 1):
        if isinstance(step, int):
            entry = item.get(*path[:end])
            name = entry.get("name") or entry.get("containerPort") if isinstance(entry, dict) else None
            text += f"[{step if name is None else name}]"
        elif step.isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{step}]"
    return text


def _copied(item: KubeObject) -> bool:
    owners = item.mappings("metadata", "ownerReferences")
    return any(owner.get("controller") is True and owner.get("kind") in _HOLDERS for owner in owners)


def _mapping(value: object) -> RawObject:
    return value if isinstance(value, dict) else {}
