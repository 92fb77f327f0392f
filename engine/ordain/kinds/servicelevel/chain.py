"""Whether a promise can be kept: by the services that it depends on, and by the number of its pods."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from pydantic import MISSING

from ordain.kinds.servicelevel.budget import plain
from ordain.kinds.servicelevel.composition import at_least, floor, pods_needed, serial
from ordain.kinds.servicelevel.model import Dependency, RequestsIndicator
from ordain.kinds.servicelevel.planner import promises, service_of, spec_of
from ordain.model.finding import Control, Finding, Severity
from ordain.model.objects import ObjectRef, Objects
from ordain.model.policy import EffectivePolicy
from ordain.model.workload import Workload, target_of

ABOVE_CEILING: Final = Control("SLO005", "target-above-ceiling", Severity.WARNING)
UNKNOWN_DEPENDENCY: Final = Control("SLO006", "unknown-dependency", Severity.WARNING)
CYCLE: Final = Control("SLO007", "dependency-cycle", Severity.WARNING)
TOO_FEW_PODS: Final = Control("SLO008", "too-few-pods", Severity.WARNING)

_Services = Mapping[str, list[EffectivePolicy]]


def judge_chain(effective: list[EffectivePolicy], objects: Objects) -> Iterator[Finding]:
    """Compare every target with what its dependencies promise, and with what its pods can reach."""
    services: dict[str, list[EffectivePolicy]] = {}
    for item in effective:
        services.setdefault(service_of(item), []).append(item)
    fewest = _fewest(objects)
    for item in effective:
        yield from _ceiling(item, services)
        yield from _cycle(item, services)
        yield from _pods(item, fewest)


def cannot_do_without(effective: EffectivePolicy) -> frozenset[str]:
    """Return the services that a service needs for its answers; what has spares is left out."""
    return frozenset(dependency.service for dependency in _dependencies(effective) if dependency.instances is MISSING)


def _dependencies(effective: EffectivePolicy) -> list[Dependency]:
    found = spec_of(effective).dependsOn
    return [] if found is MISSING else found


def _aims(item: EffectivePolicy) -> list[tuple[Decimal, int]]:
    """Return the shares of good requests that a service promises, each with the index of its objective."""
    return [
        (promise.objective.target / 100, index)
        for index, promise in enumerate(promises(item))
        if isinstance(promise.objective.indicator, RequestsIndicator)
    ]


def _ceiling(item: EffectivePolicy, services: _Services) -> Iterator[Finding]:
    parts: list[Decimal] = []
    names: list[str] = []
    for index, dependency in enumerate(_dependencies(item)):
        found = [(*aim, other) for other in services.get(dependency.service, ()) for aim in _aims(other)]
        if not found:
            yield _unknown(item, index, dependency, services)
            continue
        share, objective, other = min(found, key=lambda aim: aim[0])
        line = other.where_in("objectives", objective, "target")
        name = f"{dependency.service} {plain(share * 100)} % ({line})"
        if dependency.instances is not MISSING:
            needed, of = dependency.instances.needed, dependency.instances.of
            share, name = at_least(needed, of, share), f"{needed} of {of} {name}"
        parts.append(share)
        names.append(name)
    top, bottom = serial(parts), floor(parts)
    limits = f"{_percent(top)} %"
    if top != bottom:
        limits += f" if they fail independently, {_percent(bottom)} % if never two at once"
    for share, index in _aims(item):
        if parts and share > top:
            promise = promises(item)[index]
            yield Finding.of(
                ABOVE_CEILING,
                f"{promise.objective.name} {plain(share * 100)} % of {promise.service} is above its ceiling: its "
                f"dependencies promise {limits}: {', '.join(names)}",
                hint="lower the target, ask more of a dependency, or answer without it (a cache, a queue, a default)",
                where=item.where_in("objectives", index, "target"),
                subject=item.subject.ref,
                field=f"spec.objectives[{index}].target",
            )


def _unknown(item: EffectivePolicy, index: int, dependency: Dependency, services: _Services) -> Finding:
    known = ", ".join(sorted(set(services) - {service_of(item)})) or "none"
    silent = dependency.service in services
    what = "promises nothing about requests" if silent else "has no ServiceLevelPolicy in this cluster"
    return Finding.of(
        UNKNOWN_DEPENDENCY,
        f"{service_of(item)} depends on {dependency.service}, which {what}: it does not count for the ceiling",
        hint="give it an objective on requests" if silent else f"correct the name, or give it one; known: {known}",
        where=item.where_in("dependsOn", index, "service"),
        subject=item.subject.ref,
        field=f"spec.dependsOn[{index}].service",
    )


def _cycle(item: EffectivePolicy, services: _Services) -> Iterator[Finding]:
    """Report a service that needs itself, once: at its first name in the alphabet."""
    start = service_of(item)
    for index, dependency in enumerate(_dependencies(item)):
        path = _way_back(dependency.service, start, services)
        if path and start == min(path):
            yield Finding.of(
                CYCLE,
                f"{' needs '.join([start, *path])}: after an outage of all, none can start first",
                hint="take one of them out of dependsOn if it can answer without the other",
                where=item.where_in("dependsOn", index, "service"),
                subject=item.subject.ref,
                field=f"spec.dependsOn[{index}].service",
            )


def _way_back(begin: str, goal: str, services: _Services) -> list[str]:
    """Return the shortest chain of services from `begin` to `goal`, both included; an empty one where there is none."""
    chains = [[begin]]
    seen = {begin}
    for chain in chains:  # grows while it is walked: breadth first
        if chain[-1] == goal:
            return chain
        following = {
            dependency.service for item in services.get(chain[-1], ()) for dependency in _dependencies(item)
        } - seen
        seen |= following
        chains += [[*chain, name] for name in sorted(following)]
    return []


def _fewest(objects: Objects) -> Mapping[ObjectRef, int]:
    """Return the fewest pods of every workload that an autoscaler has, rendered or live; Kubernetes' default is 1."""
    found: dict[ObjectRef, int] = {}
    for item in objects.of_kind("HorizontalPodAutoscaler"):
        least = item.get("spec", "minReplicas")
        if target := target_of(item, "scaleTargetRef"):
            found[target] = least if isinstance(least, int) else 1
    return found


def _pods(item: EffectivePolicy, fewest: Mapping[ObjectRef, int]) -> Iterator[Finding]:
    ref, pods = item.subject.ref, spec_of(item).pods
    scaled = ref in fewest
    count = fewest.get(ref, Workload(item.subject.object).replicas)
    reached = at_least(pods.needed, count, pods.availability / 100)
    target, index = max(_aims(item), default=(Decimal(0), 0))
    if reached >= target:
        return
    wanted = pods_needed(pods.needed, pods.availability / 100, target)
    by = "its autoscaler's least" if scaled else "its replicas"
    yield Finding.of(
        TOO_FEW_PODS,
        f"{count} {'pod' if count == 1 else 'pods'} ({by}), of which {pods.needed} must be up, each "
        f"{plain(pods.availability)} % of the time, reach {_percent(reached)} %: less than {plain(target * 100)} %",
        hint=(f"run at least {wanted}" if wanted else "no number up to 1000 is enough")
        + "; spec.pods says what is assumed of a pod, and how many carry the load",
        where=item.where_in("objectives", index, "target"),
        subject=ref,
        field=f"spec.objectives[{index}].target",
    )


def _percent(share: Decimal) -> str:
    """Write a share as a percentage with at most six decimals, rounded down: a ceiling is never shown too high."""
    return plain((share * 100).quantize(Decimal("0.000001"), ROUND_FLOOR))
