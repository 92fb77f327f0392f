"""Which traffic network policies allow: the first that selects a pod denies all, and each rule allows something again.

Source: the NetworkPolicy API, networking.k8s.io/v1.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import MISSING

from ordain.kinds.compliance.model import ComplianceSpec
from ordain.kinds.compliance.planner import ALLOW_DNS
from ordain.kinds.compliance.pods import LONG_RUNNING, Pod
from ordain.model.finding import Control, Finding, Severity
from ordain.model.objects import KubeObject, Objects
from ordain.model.policy import EffectivePolicy
from ordain.model.selectors import selects

CUT_OFF: Final = Control("COM021", "no-allow-rule", Severity.WARNING)

_GROUP: Final = "networking.k8s.io"


class Direction(StrEnum):
    """The two directions of traffic, which are judged apart."""

    INGRESS = "ingress"
    EGRESS = "egress"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What policies do to a pod in one direction: who denies by selecting it, and who allows something."""

    selecting: tuple[KubeObject, ...]
    allowing: tuple[KubeObject, ...]


def allowed(pod_labels: object, policies: Iterable[KubeObject], direction: Direction) -> Allowed:
    """Return which of a namespace's policies select a pod in a direction, and which of those have a rule for it.

    A policy without `policyTypes` is about ingress, and about egress if it has egress rules. One whose selector is
    missing selects every pod, as an empty one does.
    """
    selecting = tuple(
        policy
        for policy in policies
        if direction in _directions(policy) and selects(policy.get("spec", "podSelector") or {}, pod_labels)
    )
    return Allowed(selecting, tuple(policy for policy in selecting if policy.get("spec", direction.value)))


def cut_off(effective: EffectivePolicy, pods: Iterable[Pod], objects: Objects) -> Iterator[Finding]:
    """Report the workloads of a default-deny namespace that no policy allows any traffic, by direction.

    The way to DNS alone does not count: nobody lives of names. Jobs serve nobody, so they need no ingress.
    """
    spec = effective.spec
    if not isinstance(spec, ComplianceSpec) or spec.network is MISSING or not spec.network.defaultDeny:
        return
    namespace = effective.subject.namespace
    policies = [item for item in objects.of_kind("NetworkPolicy", namespace=namespace) if item.ref.group == _GROUP]
    policies = [policy for policy in policies if policy.ref.name != ALLOW_DNS]
    for pod in pods:
        for direction in Direction:
            serves = direction is Direction.EGRESS or pod.object.ref.kind in LONG_RUNNING
            if serves and not allowed(pod.labels, policies, direction).allowing:
                yield _finding(effective, pod, direction)


def _finding(effective: EffectivePolicy, pod: Pod, direction: Direction) -> Finding:
    what = "nobody can reach it" if direction is Direction.INGRESS else "it can reach nothing but DNS"
    return Finding.of(
        CUT_OFF,
        f"{pod.object.ref} has no allow rule for {direction.value}: under the default deny, {what}",
        hint=f"add a NetworkPolicy that selects its pods and allows the {direction.value} it needs, before this one; "
        "if it needs none, say so in a waiver",
        where=effective.where("network", "defaultDeny"),
        subject=pod.object.ref,
        field=f"spec.{direction.value}",
    )


def _directions(policy: KubeObject) -> frozenset[str]:
    stated = policy.get("spec", "policyTypes")
    if isinstance(stated, list) and stated:
        return frozenset(str(name).lower() for name in stated)
    return frozenset({"ingress", "egress"} if policy.get("spec", "egress") else {"ingress"})
