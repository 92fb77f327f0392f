"""What two plans differ in: what they were made from, what they do, what they say."""

from collections.abc import Iterable, Iterator
from typing import Final

from ordain.model.finding import Finding, Severity
from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change, FieldChange, Plan
from ordain.model.planfile import Choice, Digests, Move, PlanFile, PlannedCluster, PlannedObject, Side
from ordain.quantities import utc_text
from ordain.reasoning.guards import GUARDS
from ordain.stages.planfile.recording import result_of

_SHORT: Final = 12
_GUARDS: Final = frozenset(control.code for control in GUARDS)
_HARMLESS: Final = frozenset({Side.TIME, Side.CHOICE, Side.COMMIT, Side.NOTE, Side.GUARD})
_LIVE_WORDS: Final = {
    None: "as desired",
    Action.CREATE: "not in the cluster",
    Action.UPDATE: "differs",
    Action.DELETE: "in the cluster only",
}


def moves(before: PlanFile, after: PlanFile) -> tuple[Move, ...]:
    """Return all that differs, inputs first, then cluster by cluster; nothing for two plans that do and say the same.

    A live field counts by its value: who wrote it and when, `status` and `resourceVersion` do not.
    """
    return (*_inputs(before, after), *_clusters(before, after), *_findings(before, after))


def stand_against(found: Iterable[Move]) -> tuple[Move, ...]:
    """Return the moves that a publish of the plan must not go on with.

    The commit of the policies is none of them while their contents stay: a squashed merge has another one. Nor is a
    note that came or went, or a finding of a guard: guards judge a publish, and judge it when it is done.
    """
    return tuple(move for move in found if move.side not in _HARMLESS)


def published_already(plan: PlanFile, now: PlanFile) -> bool:
    """Say whether Git holds all that a plan would write; `now` is the plan as it would be made again."""
    written, wanted = (
        {(item.cluster, one.path, one.sha256) for item in side.clusters for one in item.objects} for side in (now, plan)
    )
    same_inputs = not any(move.side not in _HARMLESS for move in _inputs(plan, now))
    return same_inputs and _changes(plan) and not _changes(now) and written == wanted


def _changes(plan: PlanFile) -> bool:
    return any(item.plan is None or item.plan.changes for item in plan.clusters)


def _inputs(before: PlanFile, after: PlanFile) -> Iterator[Move]:
    for side, old, new in (
        (Side.ENGINE, before.engine, after.engine),
        (Side.TIME, utc_text(before.now), utc_text(after.now)),
        (Side.COMMIT, before.commit[:_SHORT] or None, after.commit[:_SHORT] or None),
    ):
        if old != new:
            yield Move(side, "", old, new)
    yield from _choices(before, after)
    if sorted(before.policies.values()) != sorted(after.policies.values()):  # from another folder names differ
        yield from _digests(Side.POLICY, before.policies, after.policies)
    yield from _digests(Side.TEMPLATE, before.templates, after.templates)
    yield from _digests(Side.SETTING, before.settings, after.settings)


def _choices(before: PlanFile, after: PlanFile) -> Iterator[Move]:
    old, new = ({**plan.choices, "gate": plan.gate.value} for plan in (before, after))
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield Move(Side.CHOICE, name, _option(old.get(name)), _option(new.get(name)))


def _option(value: Choice | None) -> str | None:
    return ", ".join(value) if isinstance(value, tuple) else None if value is None else str(value)


def _digests(side: Side, before: Digests, after: Digests, cluster: str = "") -> Iterator[Move]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield Move(side, name, old and old[:_SHORT], new and new[:_SHORT], cluster)


def _clusters(before: PlanFile, after: PlanFile) -> Iterator[Move]:
    olds, news = ({item.cluster: item for item in plan.clusters} for plan in (before, after))
    for name in dict.fromkeys([*olds, *news]):
        old, new = olds.get(name), news.get(name)
        if old and new:
            yield from _cluster(old, new)
        else:
            yield Move(Side.CLUSTER, name, _where(old, "planned"), _where(new, "planned"), name)


def _cluster(before: PlannedCluster, after: PlannedCluster) -> Iterator[Move]:
    name = before.cluster
    if before.kubernetes_version != after.kubernetes_version:
        yield Move(Side.KUBERNETES, "", before.kubernetes_version, after.kubernetes_version, name)
    old, new = _output(before), _output(after)
    if _place(before) != _place(after):
        yield Move(Side.OUTPUT, "", old, new, name)
    if _tip(before) != _tip(after):
        yield Move(Side.TIP, new if new and new == old else "", _tip(before), _tip(after), name)
    yield from _digests(Side.SERIES, before.series, after.series, name)
    if (before.plan is None) != (after.plan is None):
        yield Move(Side.PLANNED, "", _where(before.plan, "made"), _where(after.plan, "made"), name)
    elif before.plan and after.plan:
        yield from _plans(before, after, before.plan, after.plan)


def _where(there: object, word: str) -> str | None:
    return None if there is None else word


def _output(cluster: PlannedCluster) -> str | None:
    to = cluster.output
    return f"{to.folder}/ on branch {to.branch} of {to.repository}" if to else None


def _place(cluster: PlannedCluster) -> tuple[str, str] | None:
    """Return folder and branch; where the repository lies differs from machine to machine, and is a setting."""
    return (cluster.output.folder, cluster.output.branch) if cluster.output else None


def _tip(cluster: PlannedCluster) -> str | None:
    return cluster.output.tip if cluster.output else None


def _plans(before: PlannedCluster, after: PlannedCluster, old: Plan, new: Plan) -> Iterator[Move]:
    cluster = before.cluster
    objects = tuple({item.ref: item for item in side.objects} for side in (before, after))
    changes = tuple({item.ref: item for item in plan.changes} for plan in (old, new))
    lives = tuple({item.ref: item for item in plan.live} for plan in (old, new))
    ignored = tuple({item.ref: item for item in plan.ignored} for plan in (old, new))
    same_tip = _tip(before) == _tip(after)
    for ref in sorted({*objects[0], *objects[1], *changes[0], *changes[1], *lives[0], *lives[1]}):
        one, other = objects[0].get(ref), objects[1].get(ref)
        if (one is None) != (other is None):
            yield Move(Side.OBJECT, "", _where(one, "rendered"), _where(other, "rendered"), cluster, ref)
            continue
        same = one is None or other is None or one.sha256 == other.sha256
        planned = (changes[0].get(ref), changes[1].get(ref))
        found = [*_changed(cluster, ref, planned, same=same, same_tip=same_tip)]
        if one and other and not found:
            found += _sources(cluster, one, other)
        left = (ignored[0].get(ref), ignored[1].get(ref))
        found += _lived(cluster, ref, (lives[0].get(ref), lives[1].get(ref)), left, same=same)
        yield from found
        if one and other and not found and one.compared != other.compared:  # two fields of a list may share a path
            yield Move(Side.LIVE, "fields", one.compared[:_SHORT], other.compared[:_SHORT], cluster, ref)


def _sources(cluster: str, one: PlannedObject, other: PlannedObject) -> Iterator[Move]:
    """Compare two objects for which no change differs: what they hold, and what they were planned from."""
    if one.sha256 != other.sha256:
        yield Move(Side.OBJECT, one.path, one.sha256[:_SHORT], other.sha256[:_SHORT], cluster, one.ref)
    if one.inputs != other.inputs:
        yield Move(Side.INPUTS, "", one.inputs[:_SHORT], other.inputs[:_SHORT], cluster, one.ref)


def _changed(
    cluster: str, ref: ObjectRef, pair: tuple[Change | None, Change | None], *, same: bool, same_tip: bool
) -> Iterator[Move]:
    """Compare what is planned for an object; `same` says that it is rendered alike in both plans."""
    was, is_ = (change.action.value if change else "nothing" for change in pair)
    told_by_fields = not same and {was, is_} == {"nothing", "update"}
    if was != is_ and not told_by_fields:
        yield Move(Side.PLANNED, "action", was, is_, cluster, ref)
    for path, one, other in [] if same else _fields(pair):
        held = (other.before if other else None, one.before if one else None) if same_tip else (None, None)
        old, new = one.after if one else held[0], other.after if other else held[1]
        if old != new:
            yield Move(Side.PLANNED, path, old, new, cluster, ref)


def _lived(
    cluster: str,
    ref: ObjectRef,
    pair: tuple[Change | None, Change | None],
    ignored: tuple[Change | None, Change | None],
    *,
    same: bool,
) -> Iterator[Move]:
    """Compare what lives.

    A field that is listed once is ignored on the other side, or as desired there if the same is desired.
    """
    actions = tuple(change.action if change else None for change in pair)
    if actions[0] != actions[1] and {Action.CREATE, Action.DELETE} & set(actions):
        yield Move(Side.LIVE, "", _LIVE_WORDS[actions[0]], _LIVE_WORDS[actions[1]], cluster, ref)
        return
    left = tuple(
        {field.path: f"{field.before or 'absent'} (ignored)" for field in change.fields} if change else {}
        for change in ignored
    )
    for path, one, other in _fields(pair):
        if not same and not (one and other):
            continue
        old = one.before if one else left[0].get(path, other.after if other else None)
        new = other.before if other else left[1].get(path, one.after if one else None)
        if old != new:
            yield Move(Side.LIVE, path, old, new, cluster, ref)


def _fields(pair: tuple[Change | None, Change | None]) -> Iterator[tuple[str, FieldChange | None, FieldChange | None]]:
    olds, news = ({field.path: field for field in change.fields} if change else {} for change in pair)
    for path in sorted({*olds, *news}):
        yield path, olds.get(path), news.get(path)


def _findings(before: PlanFile, after: PlanFile) -> Iterator[Move]:
    olds, news = (
        {_meaning(finding): finding for finding in result_of(plan).numbered().all_findings()}
        for plan in (before, after)
    )
    for key in sorted({*olds, *news}):
        if (key in olds) != (key in news):
            finding = olds.get(key) or news[key]
            side = Side.NOTE if finding.severity is Severity.NOTE else Side.FINDING
            side = Side.GUARD if finding.code in _GUARDS else side
            name = f"{finding.code} {finding.severity}" + (", waived" if finding.waived else "")
            old, new = (finding.message if key in found else None for found in (olds, news))
            yield Move(side, name, old, new, finding.cluster, finding.subject)


def _meaning(finding: Finding) -> tuple[str, ...]:
    """Return what makes it the same finding: not its words, which may name a number that moves."""
    waiver = finding.waived.name if finding.waived else ""
    return finding.cluster, finding.code, finding.fingerprint, finding.severity, waiver
