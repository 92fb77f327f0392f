"""Impact: the same clusters at the same time, rendered with two versions of one file; what differs is its impact."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ordain.kinds import all_kinds
from ordain.model.comparison import Comparing
from ordain.model.finding import Finding, Severity
from ordain.model.impact import Affected, EqualChanges
from ordain.model.live import LiveState
from ordain.model.objects import Objects
from ordain.model.plan import Action, Change, FieldChange, Manifest
from ordain.stages.diff import diff
from ordain.stages.diff.masking import Masks
from ordain.stages.forecast import forecast
from ordain.stages.observe import tip_of
from ordain.stages.outcome import Judged, Request
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.templates import TemplateSet


@dataclass(frozen=True)
class Version:
    """One of the two versions of everything: they differ in one file."""

    judged: Judged
    templates: TemplateSet


@dataclass(frozen=True)
class Made:
    """What one version renders for one cluster, and the errors that keep it from rendering more."""

    manifests: tuple[Manifest, ...]
    errors: tuple[Finding, ...]


def make(version: Version, live: LiveState, request: Request) -> Made:
    """Render one version for what was read of one cluster. Raises UserError for a template that breaks."""
    kinds = all_kinds()
    resolved = resolve(version.judged.policies, live, kinds)
    outlook = forecast(resolved.effective, live, kinds, request.now)
    made = render(resolved.effective, live, outlook, kinds, version.templates)
    found = (*version.judged.findings, *resolved.findings, *made.findings)
    return Made(made.manifests, tuple(finding for finding in found if finding.severity is Severity.ERROR))


def changes_between(
    before: Sequence[Manifest], after: Sequence[Manifest], live: LiveState, masks: Masks
) -> tuple[Change, ...]:
    """Return what differs between two renders of one cluster, as a plan tells it; `masks` are those of all clusters."""
    tip = tip_of({manifest.path: manifest.text.encode() for manifest in before})
    subjects = {manifest.path: manifest.recommendation.subject for manifest in before}
    nothing_lives = replace(live, objects=Objects({}))
    changes = diff(after, tip, nothing_lives, Comparing(), masks=masks).changes
    return tuple(replace(change, subject=change.subject or subjects.get(change.path)) for change in changes)


def grouped(changes: Iterable[tuple[str, Change]]) -> tuple[EqualChanges, ...]:
    """Put equal changes together, the largest group first; each change comes with its cluster."""
    groups: dict[tuple[object, ...], list[tuple[str, Change]]] = {}
    for cluster, change in changes:
        groups.setdefault(_what(change), []).append((cluster, change))
    found = [_group(members) for members in groups.values()]
    return tuple(sorted(found, key=lambda group: (-len(group.objects), group.objects[0].cluster, group.objects[0].ref)))


def _what(change: Change) -> tuple[object, ...]:
    """Name what happens: two objects that come or go are told apart by their kind alone."""
    sides = ((field.path, field.before, field.after) for field in change.fields)
    return change.action, change.ref.group_kind, tuple(sides) if change.action is Action.UPDATE else ()


def _group(members: list[tuple[str, Change]]) -> EqualChanges:
    first = members[0][1]
    fields = tuple(_common(first.fields, [change for _, change in members]))
    objects = sorted((Affected(cluster, change.ref, change.subject) for cluster, change in members), key=_by_name)
    own_fields = any(len(change.fields) > len(fields) for _, change in members)
    return EqualChanges(first.action, first.ref.group_kind, fields, tuple(objects), own_fields)


def _by_name(item: Affected) -> tuple[object, ...]:
    return item.cluster, item.ref


def _common(fields: tuple[FieldChange, ...], changes: list[Change]) -> Iterator[FieldChange]:
    """Return the fields that all changes have; who set one is said where it is the same line for all."""
    others = [{(field.path, field.before, field.after): field.set_by for field in change.fields} for change in changes]
    for field in fields:
        key = (field.path, field.before, field.after)
        if all(key in other for other in others):
            yield field if all(other[key] == field.set_by for other in others) else replace(field, set_by=None)
