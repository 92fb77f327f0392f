"""What the cluster itself writes: fields that differ from what Git has for a start, and are left alone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

from ordain.model.objects import KubeObject, ObjectRef, RawObject
from ordain.model.workload import target_of
from ordain.stages.diff.live import LiveField

_REPLICAS: Final = "spec.replicas"
_SCALING_DOWN: Final = ("onsuccess", "progressively")
"""Of a Rollout that has taken over a Deployment: https://argo-rollouts.readthedocs.io/en/stable/features/specification/"""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Fields of a kind (globs) that the cluster writes, by their path, and who does.

    Where either side is `unless` the field is Git's; `given` is a field that the desired object must have; `absent`:
    also where nothing lives there.
    """

    group: str
    kind: str
    path: re.Pattern[str]
    who: str
    unless: str = ""
    given: str = ""
    absent: bool = False


def _rule(
    group: str, kind: str, path: str, who: str, *, unless: str = "", given: str = "", absent: bool = False
) -> _Rule:
    return _Rule(group, kind, re.compile(path), who, unless, given, absent)


_INJECTED: Final = "whoever issues certificates writes it"
_BUNDLE: Final = r"webhooks\[\d+\]\.clientConfig\.caBundle"
_RULES: Final = (
    _rule("*", "*", r"metadata\.(creationTimestamp|generation|managedFields|resourceVersion|selfLink|uid)(\W.*)?",
          "the server writes it", absent=True),
    _rule("", "PersistentVolumeClaim", r"spec\.volumeName", "the volume's controller binds the claim"),
    _rule("", "Pod", r"spec\.nodeName", "the scheduler chooses the node"),
    _rule("", "Secret", r"(data|stringData)(\W.*)?", "values of a cluster's Secrets are never read", absent=True),
    _rule("", "Service", r"spec\.clusterIPs?(\[\d+\])?", "the cluster gives the address", unless="None"),
    _rule("", "Service", r"spec\.selector\.rollouts-pod-template-hash", "the controller of rollouts writes it"),
    _rule("", "ServiceAccount", r"secrets(\W.*)?", "the controller of tokens writes it"),
    _rule("admissionregistration.k8s.io", "*WebhookConfiguration", _BUNDLE, _INJECTED),
    _rule("apiextensions.k8s.io", "CustomResourceDefinition", r"spec\.conversion\.webhook\.clientConfig\.caBundle",
          _INJECTED),
    _rule("apiregistration.k8s.io", "APIService", r"spec\.caBundle", _INJECTED),
    _rule("apps", "DaemonSet", r"metadata\.annotations\['deprecated\.daemonset\.template\.generation'\]",
          "the server counts it"),
    _rule("apps", "Deployment", r"metadata\.annotations\['deployment\.kubernetes\.io/revision'\]",
          "the Deployment's controller counts it"),
    _rule("rbac.authorization.k8s.io", "ClusterRole", r"rules(\W.*)?", "the controller of aggregation writes them",
          given="aggregationRule"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClusterOwned:
    """The built-in rules for one cluster; `scaled` names what scales a workload: its autoscaler, or its Rollout."""

    scaled: Mapping[ObjectRef, ObjectRef]

    @classmethod
    def of(cls, objects: Iterable[KubeObject]) -> "ClusterOwned":
        """Read from live objects which workloads are scaled.

        They are those that a `scaleTargetRef` names, and the Deployments that a Rollout has taken over and scales down.
        """
        pairs = ((target_of(item, field), item.ref) for item in objects if (field := _scaling_field(item)))
        return cls({target: ref for target, ref in pairs if target is not None})

    def marked(self, desired: RawObject, differing: Iterable[LiveField]) -> list[LiveField]:
        """Return the differences, with the reason in `ignored` for those in fields that the cluster writes."""
        ref = ObjectRef.of(desired)
        return [
            replace(item, ignored=reason, on_sync=None) if (reason := self._reason(ref, desired, item)) else item
            for item in differing
        ]

    def _reason(self, ref: ObjectRef, desired: RawObject, item: LiveField) -> str:
        if item.path == _REPLICAS and ref in self.scaled and item.live is not None:
            scaler = self.scaled[ref]
            return f"{scaler.kind}/{scaler.name} scales it"
        return next((rule.who for rule in _RULES if _fits(rule, ref, desired, item)), "")


def _scaling_field(item: KubeObject) -> str:
    """Return the field of `spec` that names what an object scales; empty where it leaves replicas alone."""
    if item.get("spec", "workloadRef") is None:
        return "scaleTargetRef"
    return "workloadRef" if item.get("spec", "workloadRef", "scaleDown") in _SCALING_DOWN else ""


NOTHING_SCALED: Final = ClusterOwned({})
"""The rules where no autoscaler is known."""


def _fits(rule: _Rule, ref: ObjectRef, desired: RawObject, item: LiveField) -> bool:
    return (
        rule.path.fullmatch(item.path) is not None
        and fnmatchcase(ref.group, rule.group)
        and fnmatchcase(ref.kind, rule.kind)
        and (rule.absent or item.live is not None)
        and not (rule.unless and rule.unless in f"{item.live} {item.desired}".replace('"', "").split())
        and (not rule.given or rule.given in desired)
    )
