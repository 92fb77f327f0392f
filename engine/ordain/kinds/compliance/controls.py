"""What can be wrong with compliance: structural controls on any object, and what policies ask of namespaces."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import MISSING

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.checks import STRUCTURAL, breaches
from ordain.kinds.compliance.checks.images import registries
from ordain.kinds.compliance.model import ComplianceSpec
from ordain.kinds.compliance.network import CUT_OFF, cut_off
from ordain.kinds.compliance.pods import Pod, pod_of
from ordain.kinds.compliance.rules import BROKEN, RULE, UNJUDGED, broken, judged_by_rules, unread
from ordain.kinds.compliance.standards import REFUSED, unmet
from ordain.model.finding import Finding
from ordain.model.kind import Evidence
from ordain.model.policy import EffectivePolicy, Policy

CONTROLS: Final = (*STRUCTURAL, REFUSED, CUT_OFF, RULE, UNJUDGED, BROKEN)


def meaning(policy: Policy) -> Iterator[Finding]:
    """Judge one document on its own: its expressions must compile."""
    return broken(policy)


def check(evidence: Evidence) -> Iterator[Finding]:
    """Judge what is rendered or in a file; a live object where a policy targets its namespace, or all are asked for."""
    governed = {item.subject.namespace: item for item in evidence.effective if isinstance(item.spec, ComplianceSpec)}
    judged: dict[str, list[tuple[Pod, list[Breach]]]] = {}
    for item in evidence.objects:
        if not evidence.judges(item) and item.ref.namespace not in governed:
            continue
        pod = pod_of(item)
        found = list(breaches(item, pod, evidence.objects))
        if pod and item.ref.namespace in governed:
            found.extend(_foreign(governed[item.ref.namespace], pod))
            judged.setdefault(item.ref.namespace, []).append((pod, found))
        yield from (breach.finding(item) for breach in found if not breach.silent)
    yield from _namespaces(governed, judged, evidence)


def _foreign(effective: EffectivePolicy, pod: Pod) -> Iterator[Breach]:
    spec = effective.spec
    if isinstance(spec, ComplianceSpec) and spec.images is not MISSING:
        yield from registries(pod, spec.images.registries)


def _namespaces(
    governed: Mapping[str, EffectivePolicy], judged: Mapping[str, list[tuple[Pod, list[Breach]]]], evidence: Evidence
) -> Iterator[Finding]:
    for namespace, effective in governed.items():
        pods = judged.get(namespace, [])
        yield from unmet(effective, pods)
        if evidence.live:
            yield from cut_off(effective, (pod for pod, _ in pods), evidence.objects)
    yield from judged_by_rules(governed, evidence.objects)
    if evidence.live:
        yield from unread(governed.values(), evidence.live)
