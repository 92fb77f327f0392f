"""Turns one effective CompliancePolicy into the labels of its namespace and its default-deny network policies."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import MISSING

from ordain.kinds.compliance.model import ComplianceSpec, PodSecurity
from ordain.model.forecast import Outlook
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Source
from ordain.model.plan import FieldOrigin, Recommendation
from ordain.model.policy import EffectivePolicy, Subject

DEFAULT_DENY: Final = "default-deny"
ALLOW_DNS: Final = "allow-dns"
_NAMESPACE: Final = GroupKind("", "Namespace")
_NETWORK_POLICY: Final = GroupKind("networking.k8s.io", "NetworkPolicy")
_PREFIX: Final = "pod-security.kubernetes.io/"
_SYNC_OPTIONS: Final = {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false,ServerSideApply=true"}


def subjects(live: LiveState) -> Iterator[Subject]:
    """Return every namespace; one that only its objects speak of (in files) stands without labels of its own."""
    found = {item.ref.name: item for item in live.objects.of_kind("Namespace") if not item.ref.group}
    named = {item.ref.namespace for item in live.objects if item.ref.namespace}
    for name in sorted(found.keys() | named):
        yield Subject(found.get(name) or _unread(name))


def _unread(name: str) -> KubeObject:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    return KubeObject(ObjectRef("", "Namespace", name), body, Source.FILE)


def plan(effective: EffectivePolicy, _live: LiveState, _outlook: Outlook) -> Iterator[Recommendation]:
    """Recommend Pod Security labels where `podSecurity` is set, and network policies where `defaultDeny` is."""
    spec = effective.spec
    assert isinstance(spec, ComplianceSpec)
    if spec.podSecurity is not MISSING:
        yield _labels(effective, spec.podSecurity)
    if spec.network is not MISSING and spec.network.defaultDeny:
        why = "what no other policy allows is denied, both ways"
        yield _network(effective, DEFAULT_DENY, "default-deny.yaml.j2", ("network", "defaultDeny"), why)
        if spec.network.allowDNS:
            why = "every pod may ask the cluster's DNS"
            yield _network(effective, ALLOW_DNS, "allow-dns.yaml.j2", ("network", "allowDNS"), why)


def _labels(effective: EffectivePolicy, security: PodSecurity) -> Recommendation:
    levels: Mapping[str, str] = {
        "enforce": security.level,
        "audit": security.level if security.audit is MISSING else security.audit,
        "warn": security.level if security.warn is MISSING else security.warn,
    }
    labels: dict[str, str] = {}
    set_by: dict[str, FieldOrigin] = {}
    for mode, level in levels.items():
        labels |= {_PREFIX + mode: level, f"{_PREFIX}{mode}-version": security.version}
        by_mode = effective.origin("podSecurity", mode if mode in security.model_fields_set else "level")
        set_by[f"metadata.labels['{_PREFIX}{mode}']"] = by_mode
        set_by[f"metadata.labels['{_PREFIX}{mode}-version']"] = effective.origin("podSecurity", "version")
    return Recommendation(
        row="compliance",
        template="namespace.yaml.j2",
        expects=_NAMESPACE,
        subject=effective.subject.ref,
        name=effective.subject.ref.name,
        values={},
        reason=f"pods below the Pod Security Standard {security.level} ({security.version}) are refused",
        set_by=set_by,
        policies=tuple(str(policy) for policy in effective.policies),
        where=effective.where("podSecurity"),
        inputs=effective.digest(("podSecurity",), {}),
        namespace="",
        labels=labels,
        annotations=_SYNC_OPTIONS,
        shared=True,
    )


def _network(
    effective: EffectivePolicy, name: str, template: str, asked: tuple[str, str], reason: str
) -> Recommendation:
    return Recommendation(
        row="compliance",
        template=template,
        expects=_NETWORK_POLICY,
        subject=effective.subject.ref,
        name=name,
        values={},
        reason=reason,
        set_by={"spec": effective.origin(*asked)},
        policies=tuple(str(policy) for policy in effective.policies),
        where=effective.where("network", "defaultDeny"),
        inputs=effective.digest(("network",), {}),
        namespace=effective.subject.ref.name,
    )
