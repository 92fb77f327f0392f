"""Resolve: policies and live state to one effective policy per subject and kind, layered field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from ordain.model.finding import Finding
from ordain.model.kind import Kind
from ordain.model.live import LiveState
from ordain.model.objects import Path, RawObject, show_path
from ordain.model.plan import FieldOrigin
from ordain.model.policy import EffectivePolicy, Policy, Subject, selects, targets_cluster, targets_namespace
from ordain.model.spec import Model, Target
from ordain.model.wording import field_models, mistakes
from ordain.reasoning.spine import CONFLICT, INCOMPLETE, MATCHES_NOTHING, WRONG_VALUE


@dataclass(frozen=True, slots=True)
class Resolved:
    """The effective policies in the order of their subjects, and what did not come together."""

    effective: tuple[EffectivePolicy, ...]
    findings: tuple[Finding, ...]


def resolve(policies: Iterable[Policy], live: LiveState, kinds: Mapping[str, Kind]) -> Resolved:
    """Say for each subject which policies hold, and layer them: the higher priority wins, lists are replaced whole.

    A subject that lacks a required field, or whose policies contradict each other, is a finding and left out.
    """
    effective: list[EffectivePolicy] = []
    findings: list[Finding] = []
    for kind in kinds.values():
        if kind.plan is None:
            continue
        own = tuple(policy for policy in policies if policy.kind == kind.name)
        found = _resolve_kind(kind, own, live)
        effective.extend(found.effective)
        findings.extend(found.findings)
    return Resolved(tuple(effective), tuple(findings))


@dataclass
class _Layered:
    """The merged fields of one set of policies, who set each, and where two disagree; `subjects` share it."""

    policies: tuple[Policy, ...]
    merged: RawObject
    origins: dict[Path, FieldOrigin]
    conflicts: list[tuple[Path, Policy, Path, Policy]]
    subjects: list[Subject] = field(default_factory=list)


def _resolve_kind(kind: Kind, policies: tuple[Policy, ...], live: LiveState) -> Resolved:
    groups: dict[tuple[int, ...], _Layered] = {}
    matched: set[str] = set()
    order = sorted(policies, key=lambda policy: (-policy.targeted.priority, policy.name))
    here = [
        (policy, [target for target in policy.targeted.targets if targets_cluster(target, live.cluster)])
        for policy in order
    ]
    near: dict[str, list[tuple[Policy, list[Target]]]] = {}  # what speaks of a namespace: few of many policies
    for subject in kind.subjects(live):
        namespace = subject.namespace
        if namespace not in near:
            near[namespace] = [
                (policy, found)
                for policy, targets in here
                if (found := [target for target in targets if targets_namespace(target, namespace)])
            ]
        holding = tuple(
            policy
            for policy, targets in near[namespace]
            if any(selects(target, subject, kind.default_kinds) for target in targets)
        )
        if holding:
            matched.update(policy.name for policy in holding)
            key = tuple(id(policy) for policy in holding)
            if key not in groups:
                groups[key] = _layer(holding)
            groups[key].subjects.append(subject)
    findings = [_matches_nothing(policy) for policy, targets in here if targets and policy.name not in matched]
    effective: list[EffectivePolicy] = []
    for layered in groups.values():
        done = tuple(_finish(kind, layered))
        findings.extend(item for item in done if isinstance(item, Finding))
        effective.extend(item for item in done if isinstance(item, EffectivePolicy))
    return Resolved(tuple(sorted(effective, key=lambda item: item.subject.ref)), tuple(findings))


def _layer(policies: tuple[Policy, ...]) -> _Layered:
    layered = _Layered(policies, {}, {}, [])
    spec = type(policies[0].targeted)
    layers = [
        (policy, {key: value for key, value in policy.raw_spec.items() if key not in ("targets", "priority")})
        for policy in policies
    ]
    layered.merged = _merge(layers, [spec], (), layered)
    return layered


def _merge(
    layers: list[tuple[Policy, RawObject]], models: list[type[Model]], path: Path, layered: _Layered
) -> RawObject:
    """Merge mappings, the highest priority first; a nested mapping of the language merges, all else is replaced."""
    layers = _without_displaced(layers, models, path, layered)
    merged: RawObject = {}
    for key in dict.fromkeys(key for _, mapping in layers for key in mapping):
        setters = [(policy, mapping[key]) for policy, mapping in layers if key in mapping]
        inner = [found for model in models for found in field_models(model, key)]
        if inner and all(isinstance(value, dict) for _, value in setters):
            merged[key] = _merge(setters, inner, (*path, key), layered)
            continue
        winner, value = setters[0]
        for policy, other in setters[1:]:
            if policy.targeted.priority == winner.targeted.priority and other != value:
                layered.conflicts.append(((*path, key), winner, (*path, key), policy))
        merged[key] = value
        layered.origins[(*path, key)] = FieldOrigin(str(winner), winner.where(*path, key))
    return merged


def _without_displaced(
    layers: list[tuple[Policy, RawObject]], models: list[type[Model]], path: Path, layered: _Layered
) -> list[tuple[Policy, RawObject]]:
    """Drop the alternative of lower priority where two exclude each other."""
    for one, two in (pair for model in models for pair in model.never_both):
        first = {key: next((policy for policy, mapping in layers if key in mapping), None) for key in (one, two)}
        ours, theirs = first[one], first[two]
        if ours is None or theirs is None:
            continue
        if ours.targeted.priority == theirs.targeted.priority:
            layered.conflicts.append(((*path, one), ours, (*path, two), theirs))
        dropped = two if ours.targeted.priority >= theirs.targeted.priority else one
        layers = [
            (policy, {key: value for key, value in mapping.items() if key != dropped}) for policy, mapping in layers
        ]
    return layers


def _finish(kind: Kind, layered: _Layered) -> Iterator[EffectivePolicy | Finding]:
    first, count = layered.subjects[0].ref, len(layered.subjects)
    whom = str(first) if count == 1 else f"{first} and {count - 1} more"
    for path, one, other, two in layered.conflicts:
        name = show_path(path)
        names = name if path == other else f"{name} and {show_path(other)}, which exclude each other,"
        yield Finding.of(
            CONFLICT,
            f"{one} ({one.where(*path)}) and {two} ({two.where(*other)}) set {names} for {whom} at priority "
            f"{one.targeted.priority}" + (", each to another value" if path == other else ""),
            hint="give one of them a higher spec.priority, or other targets",
            where=one.where(*path),
            subject=first,
            field=f"spec.{name}",
        )
    missing = [name for name in kind.required if not _has(layered.merged, name)]
    for name in missing:
        policies = ", ".join(f"{policy} ({policy.where()})" for policy in layered.policies)
        yield Finding.of(
            INCOMPLETE,
            f"{whom} lacks {name}, which none of its policies sets: {policies}",
            hint=f"add spec.{name} to one of them",
            where=layered.policies[0].where(),
            subject=first,
            field=f"spec.{name}",
        )
    if missing or layered.conflicts:
        return
    spec_type = type(layered.policies[0].targeted)
    targets = layered.policies[0].raw_spec["targets"]
    try:
        spec = spec_type.model_validate({"targets": targets, **layered.merged})
    except ValidationError as error:
        for mistake in mistakes(error, spec_type):
            where = layered.origins[mistake.path].where if mistake.path in layered.origins else None
            yield Finding.of(
                WRONG_VALUE,
                f"the policies of {whom} do not go together: {mistake.message}",
                hint=mistake.hint,
                where=where or layered.policies[0].where(),
                subject=first,
                field=show_path(mistake.path),
            )
        return
    for subject in layered.subjects:
        yield EffectivePolicy(kind.name, subject, spec, layered.merged, layered.origins, layered.policies)


def _has(merged: RawObject, name: str) -> bool:
    value: object = merged
    for step in name.split("."):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _matches_nothing(policy: Policy) -> Finding:
    return Finding.of(
        MATCHES_NOTHING,
        f"{policy} matches nothing in this cluster",
        hint="correct spec.targets, or delete the policy if its workloads are gone",
        where=policy.where("targets"),
    )
