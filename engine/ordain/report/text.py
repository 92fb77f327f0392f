"""Text for people: what changes and why, what was found, and the sum as the last line."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from ordain.model.chart import Chart
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.objects import ObjectRef
from ordain.model.plan import (
    Action,
    Cause,
    Change,
    FieldChange,
    FieldOrigin,
    Plan,
    Published,
    Result,
    Section,
)
from ordain.report.differences import ABSENT, about, drift, held_by, left_alone, outcome_of, place_of, waiver_of
from ordain.report.escapes import clip, no_command, plain
from ordain.report.look import Look
from ordain.report.summary import many, sum_line

_Charts: TypeAlias = Mapping[ObjectRef, tuple[Chart, ...]]

_FIELDS_SHOWN: Final = 12
_BRIEF: Final = 100
"""Letters of a value of a new object, without `-v`."""
_ALIGN_UP_TO: Final = 44


class _Ink(StrEnum):
    """Terminal colours; they never say anything that the words do not."""

    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    CYAN = "36"


_SEVERITY_INK: Final = {Severity.ERROR: _Ink.RED, Severity.WARNING: _Ink.YELLOW, Severity.NOTE: _Ink.CYAN}
_ACTION_INK: Final = {Action.CREATE: _Ink.GREEN, Action.UPDATE: _Ink.YELLOW, Action.DELETE: _Ink.RED}
_SIGN: Final = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
_LIVE_WORDS: Final = {
    Action.CREATE: "is not in the cluster",
    Action.UPDATE: "differs",
    Action.DELETE: "is in the cluster only",
}


def report(result: Result, look: Look) -> str:
    """Write the result for people; quiet leaves the findings at or above the gate and the sum."""
    blocks = [list(_findings(result.findings, look))]
    for section in result.sections:
        if section.plan is not None and look.verbose >= 0:
            blocks += _plan(section, section.plan, look, told=result.command == "drift")
        blocks.append(list(_findings(section.findings, look)))
    if look.verbose >= 0:
        blocks += [_snippet(section, text, look) for section in result.sections for text in section.snippets]
        blocks.append([_published(item) for item in result.published])
        blocks.append([f"note: {plain(note)}" for note in result.notes])
    blocks.append([_paint(plain(sum_line(result)), _Ink.BOLD, look)])
    return "\n\n".join("\n".join(map(no_command, block)) for block in blocks if block) + "\n"


def _paint(text: str, ink: _Ink, look: Look) -> str:
    return f"\x1b[{ink}m{text}\x1b[0m" if look.color else text


def _findings(findings: tuple[Finding, ...], look: Look) -> Iterator[str]:
    ordered = sorted(findings, key=by_place)
    for finding in ordered:
        hidden = finding.severity is Severity.NOTE and look.verbose < 1
        if finding.waived is None and not hidden and (look.verbose >= 0 or look.fails(finding)):
            yield from _finding(finding, look)
    for finding in ordered:
        if finding.waived is not None and look.verbose >= 0:
            yield f"{_head(finding, look)} waived: {plain(finding.message)} - {plain(waiver_of(finding))}"
            if look.verbose > 0:
                yield f"  fingerprint: {finding.fingerprint}"


def _head(finding: Finding, look: Look) -> str:
    severity = _paint(finding.severity, _SEVERITY_INK[finding.severity], look)
    place = _paint(plain(place_of(finding)), _Ink.BOLD, look) + " " if place_of(finding) else ""
    return f"{place}{plain(finding.code)} {severity}"


def _finding(finding: Finding, look: Look) -> Iterator[str]:
    yield f"{_head(finding, look)} {plain(finding.message)}"
    if on := about(finding):
        yield f"  object: {plain(on)}"
    if finding.hint:
        yield f"  hint: {plain(finding.hint)}"
    if look.verbose > 0:
        yield f"  fingerprint: {finding.fingerprint}"


def _plan(section: Section, plan: Plan, look: Look, *, told: bool) -> Iterator[list[str]]:
    taken = f", taken {section.taken_at}" if section.taken_at else ""
    head = f"Cluster {section.cluster}: Kubernetes {section.kubernetes_version}, {section.source}{taken}"
    yield [_paint(plain(head), _Ink.BOLD, look)]
    charts = {item.ref: item.charts for item in section.manifests} if look.verbose > 0 else {}
    yield from (_change(item, look, charts) for item in plan.changes if item.cause is not Cause.ENGINE)
    engine = [item for item in plan.changes if item.cause is Cause.ENGINE]
    if engine:
        yield [_paint("Changed by an upgrade of the engine or its templates, not by a policy:", _Ink.BOLD, look)]
        yield from (_change(item, look, charts) for item in engine)
    yield from _live(plan, look, told=told)
    yield [f"  adopts {plain(str(ref))}" for ref in plan.adopted]
    yield [f"  Unchanged: {many(plan.unchanged, 'object')} in Git, {plan.live_unchanged} in the cluster."]


def _live(plan: Plan, look: Look, *, told: bool) -> Iterator[list[str]]:
    """Show the live differences; where findings have `told` of them, in full and only on request."""
    drifted = drift(plan)
    shown = plan.live if look.verbose > 0 else () if told else drifted
    if shown:
        yield [_paint("Live differences (the cluster against what is desired):", _Ink.BOLD, look)]
    for change in shown:
        sign = _paint(f"{_SIGN[change.action]} {plain(str(change.ref))}", _ACTION_INK[change.action], look)
        lines = [f"  {sign} {_LIVE_WORDS[change.action]}"]
        yield lines + (_fields(change, look, live=True) if change.action is Action.UPDATE else [])
    if look.verbose < 1 and (expected := len(plan.live) - len(drifted)):
        until = "the policies' changes are published" if told else "this plan is synced"
        yield [f"  {many(expected, 'live object')} will differ only until {until} (-v shows them)."]
    if plan.ignored and look.verbose < 1:
        yield [f"  {many(left_alone(plan), 'live field')} left alone (-v shows them and why)."]
    elif plan.ignored:
        yield [_paint("Seen in the cluster and left alone:", _Ink.BOLD, look)]
        yield from ([f"  {plain(str(change.ref))}", *_fields(change, look, live=True)] for change in plan.ignored)


def _change(change: Change, look: Look, charts: _Charts) -> list[str]:
    whom = f" for {plain(str(change.subject))}" if change.subject and change.subject != change.ref else ""
    name = f"{_SIGN[change.action]} {change.action} {plain(str(change.ref))}"
    lines = [f"  {_paint(name, _ACTION_INK[change.action], look)}{whom}"]
    if change.action is not Action.DELETE or look.verbose > 0:
        lines += _fields(change, look, live=False)
    if change.reason:
        lines.append(f"      reason: {plain(change.reason)}")
    lines += [f"      picture: {plain(f'{chart.title}: {chart.text}')}" for chart in charts.get(change.ref, ())]
    if look.verbose > 0 and change.path:
        lines.append(f"      file: {plain(change.path)}")
    return lines


def _fields(change: Change, look: Look, *, live: bool) -> list[str]:
    fields = list(change.fields)
    if look.verbose < 1:
        if change.action is Action.CREATE:
            fields = [field for field in fields if field.set_by is not None] or fields
        fields = fields[:_FIELDS_SHOWN]
    brief = change.action is Action.CREATE and look.verbose < 1  # nothing to compare a new value with
    rows = [(_sides(field, change.action, live=live, brief=brief), _who(field)) for field in fields]
    width = max((len(left) for left, who in rows if who and len(left) <= _ALIGN_UP_TO), default=0)
    lines = [f"      {left:<{width}}  {_paint(who, _Ink.DIM, look)}" if who else f"      {left}" for left, who in rows]
    if rest := len(change.fields) - len(fields):
        lines.append(f"      and {many(rest, 'more field')} (-v shows them)")
    return lines


def _sides(field: FieldChange, action: Action, *, live: bool, brief: bool) -> str:
    path, before, after = plain(field.path), _value(field.before), _value(field.after, brief=brief)
    if live:
        return f"{path}: live {before}, desired {after}"
    if action is Action.CREATE:
        return f"{path}: {after}"
    return f"{path}: {before}" if action is Action.DELETE else f"{path}: {before} -> {after}"


def _value(value: str | None, *, brief: bool = False) -> str:
    if value is None:
        return ABSENT
    return clip(plain(value), _BRIEF) if brief else clip(plain(value))


def _who(field: FieldChange) -> str:
    parts: Iterable[str] = (
        f"held by {plain(held_by(field))}" if field.manager else "",
        _origin(field.set_by) if field.set_by else "",
    )
    outcome = f"left alone: {plain(field.ignored)}" if field.ignored else outcome_of(field)
    return "; ".join(part for part in (", ".join(filter(None, parts)), outcome) if part)


def _origin(origin: FieldOrigin) -> str:
    return plain(f"set by {origin}" if origin.where else origin.policy)


def _snippet(section: Section, text: str, look: Look) -> list[str]:
    head = _paint(f"Argo CD settings for {plain(section.cluster)}:", _Ink.BOLD, look)
    return [head, *map(plain, text.rstrip("\n").split("\n"))]


def _published(item: Published) -> str:
    where = f"branch {item.branch} of {item.repository}"
    sizes = f"{many(item.written, 'file')} written, {item.deleted} deleted"
    if item.dry_run:
        return plain(f"Dry run: nothing was written to {where}; it would be {sizes}.")
    if item.commit is None:
        return plain(f"Nothing to publish: {where} is up to date.")
    return plain(f"Published commit {item.commit} to {where}: {sizes}.")
