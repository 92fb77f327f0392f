"""Which objects live in a namespace: kubectl puts those that name none into `default`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ordain.apischemas import Bundle, bundle
from ordain.model.objects import GroupKind, RawObject

_DEFAULT: Final = "default"
_DEFINITION: Final = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")
_OFTEN_SEEN: Final = frozenset(
    {
        GroupKind("policy", "PodSecurityPolicy"),
        GroupKind("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
        GroupKind("snapshot.storage.k8s.io", "VolumeSnapshotContent"),
    }
)
"""Kinds of the cluster's scope that Kubernetes no longer has built in, or that nearly every cluster adds."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """What is known about the scope of kinds: those of a Kubernetes version, and those that files define."""

    schemas: Bundle
    defined: Mapping[GroupKind, bool]

    @classmethod
    def of(cls, bodies: Iterable[RawObject], kubernetes_version: str) -> "Scopes":
        """Learn the scopes from a version, and from the CustomResourceDefinitions among objects."""
        defined: dict[GroupKind, bool] = {}
        for body in bodies:
            spec = body.get("spec")
            if GroupKind.of(body) == _DEFINITION and isinstance(spec, dict) and isinstance(spec.get("names"), dict):
                kind = GroupKind(str(spec.get("group")), str(spec["names"].get("kind")))
                defined[kind] = spec.get("scope") != "Cluster"
        return cls(bundle(kubernetes_version), defined)

    def with_namespace(self, body: RawObject) -> RawObject:
        """Return an object with the namespace that kubectl would give it; `body` itself stays as it is.

        A kind that nothing is known about counts as namespaced, unless its name starts with `Cluster`, as custom
        kinds of the cluster's scope do by habit.
        """
        metadata = body["metadata"]
        if metadata.get("namespace") or not self._namespaced(body):
            return body
        return {**body, "metadata": {**metadata, "namespace": _DEFAULT}}

    def _namespaced(self, body: RawObject) -> bool:
        kind = GroupKind.of(body)
        known = self.schemas.namespaced(body["apiVersion"], kind.kind)
        if known is None:
            known = self.defined.get(kind)
        return known if known is not None else kind not in _OFTEN_SEEN and not kind.kind.startswith("Cluster")
