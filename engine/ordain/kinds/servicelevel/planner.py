"""Turns one effective ServiceLevelPolicy into the PrometheusRule of its workload."""

from collections.abc import Iterator
from typing import Final

from pydantic import MISSING

from ordain.kinds.servicelevel.budget import in_words
from ordain.kinds.servicelevel.model import ServiceLevelSpec
from ordain.kinds.servicelevel.rules import Promise, groups
from ordain.model.forecast import Outlook
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, RawObject, show_path
from ordain.model.plan import FieldOrigin, Recommendation
from ordain.model.policy import EffectivePolicy, Subject
from ordain.model.workload import SCALABLE_KINDS

_RULE: Final = GroupKind("monitoring.coreos.com", "PrometheusRule")


def subjects(live: LiveState) -> Iterator[Subject]:
    """Return every workload that can serve."""
    return (Subject(workload.object) for workload in live.workloads if workload.ref.kind in SCALABLE_KINDS)


def plan(effective: EffectivePolicy, _live: LiveState, _outlook: Outlook) -> Iterator[Recommendation]:
    """Recommend one PrometheusRule with the groups of all objectives."""
    spec = spec_of(effective)
    made: list[RawObject] = []
    labels = {} if spec.labels is MISSING else spec.labels
    set_by = {show_path(("metadata", "labels", key)): effective.origin("labels") for key in labels}
    set_by["spec"] = effective.origin("objectives")
    for index, promise in enumerate(promises(effective)):
        origin = FieldOrigin(effective.origin("objectives").policy, effective.where_in("objectives", index))
        for group in groups(promise):
            set_by[f"spec.groups[{len(made)}]"] = origin
            made.append(group)
    ref = effective.subject.ref
    yield Recommendation(
        row="servicelevel",
        template="rules.yaml.j2",
        expects=_RULE,
        subject=ref,
        name=f"{ref.name}-slo",
        values={"groups": made},
        reason=f"{service_of(effective)}: " + "; ".join(map(_in_words, promises(effective))),
        set_by=set_by,
        policies=tuple(str(policy) for policy in effective.policies),
        where=effective.policies[0].where(),
        inputs=effective.digest(("service", "objectives", "alerting", "labels"), {"workload": str(ref)}),
        labels=labels,
    )


def spec_of(effective: EffectivePolicy) -> ServiceLevelSpec:
    """Return the effective policy's spec under its type."""
    assert isinstance(effective.spec, ServiceLevelSpec)
    return effective.spec


def service_of(effective: EffectivePolicy) -> str:
    """Return the service's name: that of the workload where the policy gives none."""
    service = spec_of(effective).service
    return effective.subject.ref.name if service is MISSING else service


def promises(effective: EffectivePolicy) -> tuple[Promise, ...]:
    """Return what a workload's service promises, in the order of the objectives."""
    spec = spec_of(effective)
    objectives = [] if spec.objectives is MISSING else spec.objectives
    namespace, service = effective.subject.ref.namespace, service_of(effective)
    return tuple(Promise(namespace, service, objective, spec.alerting) for objective in objectives)


def _in_words(promise: Promise) -> str:
    return f"{promise.objective.name} {promise} leaves {in_words(promise.budget.outage)} of full outage"
