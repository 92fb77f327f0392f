"""The formats of `ordain impact`: text for people, Markdown for a pull request, JSON for programs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Final, Literal, TypedDict

from ordain.model.impact import Affected, EqualChanges, Impact
from ordain.model.plan import Action, FieldChange
from ordain.report import document as doc
from ordain.report import json as written
from ordain.report.differences import ABSENT
from ordain.report.escapes import clip, json_text, markdown, markdown_code, no_command, plain
from ordain.report.look import Look
from ordain.report.summary import many

_SIGN: Final = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
_INK: Final = {Action.CREATE: "32", Action.UPDATE: "33", Action.DELETE: "31"}
_FIELDS_SHOWN: Final = 12
_OBJECTS_SHOWN: Final = 20
_LIMIT: Final = 60_000
"""Bytes of Markdown after which whole groups are left out: a comment on GitHub takes 65,536 characters."""


class AffectedObject(TypedDict):
    """One object."""

    cluster: Annotated[str, "Its cluster."]
    object: Annotated[doc.Object, "The object."]
    subject: Annotated[doc.Object | None, "What it is rendered for."]


class ChangedField(TypedDict):
    """One field with both sides."""

    path: Annotated[str, "The field's path, such as spec.maxReplicas."]
    before: Annotated[str | None, "The value before as YAML; null where the field was not there."]
    after: Annotated[str | None, "The value after as YAML; null where the field is not there any more."]
    setBy: Annotated[doc.Origin | None, "Which line of which policy set the value after, if it is the same for all."]


class ChangeGroup(TypedDict):
    """Objects of one kind to which the same happens."""

    action: Annotated[Literal["create", "update", "delete"], "What happens to them."]
    group: Annotated[str, "Their API group; empty for the core group."]
    kind: Annotated[str, "Their kind."]
    fields: Annotated[list[ChangedField], "The fields that differ; of new objects those that all of them have."]
    ownFields: Annotated[bool, "Of new objects: whether they have other fields, each its own."]
    objects: Annotated[list[AffectedObject], "The objects, in the order of their names."]


class ImpactCounts(TypedDict):
    """The sum."""

    line: Annotated[str, "The last line of the text report."]
    create: Annotated[int, "Objects that come."]
    update: Annotated[int, "Objects that change."]
    delete: Annotated[int, "Objects that go."]
    unchanged: Annotated[int, "Objects that are rendered as before."]


class ImpactReport(TypedDict):
    """What changes because of one file, for programs."""

    schemaVersion: Annotated[Literal[1], "The version of this format."]
    path: Annotated[str, "The policy file or template."]
    compared: Annotated[str, "In words, which versions of it are compared."]
    summary: Annotated[ImpactCounts, "The sum."]
    groups: Annotated[list[ChangeGroup], "The changes, equal ones together."]
    rendered: Annotated[list[AffectedObject], "What a template of the engine's own renders; empty for other files."]
    notes: Annotated[list[str], "Remarks."]


def text(impact: Impact, look: Look) -> str:
    """Write what is compared, a block for each group, and the sum; quiet leaves the first line and the sum."""
    blocks = [[f"{plain(impact.path)}: {plain(impact.compared)}"]]
    if look.verbose >= 0:
        blocks += [list(_group(group, look, several=_several(impact))) for group in impact.groups]
        blocks.append([f"  {_object(item, several=_several(impact))}" for item in impact.rendered])
        blocks.append([f"note: {plain(note)}" for note in impact.notes])
    blocks.append([_painted(_sum(impact), "1", look)])
    return "\n\n".join("\n".join(map(no_command, block)) for block in blocks if block) + "\n"


def _group(group: EqualChanges, look: Look, *, several: bool) -> Iterator[str]:
    head = f"{_SIGN[group.action]} {group.action} {len(group.objects)} {plain(group.kind.kind)}"
    yield _painted(head, _INK[group.action], look)
    shown = group.fields if look.verbose > 0 else group.fields[:_FIELDS_SHOWN]
    yield from (f"    {_field(field, group.action)}" for field in shown)
    if rest := len(group.fields) - len(shown):
        yield f"    and {many(rest, 'more field')} (-v shows them)"
    if group.own_fields:
        yield "    and fields that each of them has for itself"
    objects = group.objects if look.verbose > 0 else group.objects[:_OBJECTS_SHOWN]
    yield from (f"  {_object(item, several=several)}" for item in objects)
    if rest := len(group.objects) - len(objects):
        yield f"  and {many(rest, 'more object')} (-v shows them)"


def _field(field: FieldChange, action: Action) -> str:
    before, after = (ABSENT if side is None else clip(plain(side)) for side in (field.before, field.after))
    origin = f"  set by {plain(str(field.set_by))}" if field.set_by and field.set_by.where else ""
    return f"{plain(field.path)}: {after if action is Action.CREATE else f'{before} -> {after}'}{origin}"


def _object(item: Affected, *, several: bool) -> str:
    whom = f" for {plain(str(item.subject))}" if item.subject and item.subject != item.ref else ""
    return f"{f'{plain(item.cluster)}: ' if several else ''}{plain(str(item.ref))}{whom}"


def _several(impact: Impact) -> bool:
    """Say whether clusters have to be told apart."""
    objects = [item for group in impact.groups for item in group.objects]
    return len({item.cluster for item in (*objects, *impact.rendered)}) > 1


def _painted(words: str, ink: str, look: Look) -> str:
    return f"\x1b[{ink}m{words}\x1b[0m" if look.color else words


def _count(impact: Impact, action: Action) -> int:
    return sum(len(group.objects) for group in impact.groups if group.action is action)


def _sum(impact: Impact) -> str:
    if impact.rendered:
        subjects = {(item.cluster, item.subject) for item in impact.rendered}
        return f"Renders: {many(len(impact.rendered), 'object')} for {many(len(subjects), 'subject')}."
    if not impact.groups:
        return f"No impact: {many(impact.unchanged, 'object')} rendered just the same."
    counts = ", ".join(f"{_count(impact, action)} to {action}" for action in Action)
    return f"Impact: {counts}; {many(impact.unchanged, 'object')} unchanged."


def as_markdown(impact: Impact, _look: Look) -> str:
    """Write a comment on a pull request: the sum first, a table for each group; long ones are folded."""
    head = f"## ordain impact\n\n**{markdown(_sum(impact), 1000)}**\n\n"
    head += f"{markdown_code(impact.path)}: {markdown(impact.compared)}\n"
    head += "".join(f"\n- {markdown(note)}\n" for note in impact.notes)
    parts, left = [head], 0
    several = _several(impact)
    tables = [_table(group, several=several) for group in impact.groups]
    tables += [_folded(impact.rendered, several=several)] if impact.rendered else []
    for table in tables:
        if sum(len(part.encode()) for part in (*parts, table)) > _LIMIT:
            left += 1
            continue
        parts.append(table)
    if left:
        parts.append(f"\nLeft out, as a comment has a size limit: {many(left, 'group')}. The text has them.\n")
    return "".join(parts)


def _table(group: EqualChanges, *, several: bool) -> str:
    head = f"\n### {group.action} {many(len(group.objects), 'object')}: {markdown(group.kind.kind)}\n\n"
    rows = "".join(
        f"| {markdown_code(field.path)} | {_side(field.before)} | {_side(field.after)} |"
        f" {markdown_code(str(field.set_by), 200) if field.set_by and field.set_by.where else ''} |\n"
        for field in group.fields[:_FIELDS_SHOWN]
    )
    table = f"| Field | Before | After | Set by |\n|---|---|---|---|\n{rows}" if rows else ""
    rest = len(group.fields) - _FIELDS_SHOWN
    more = f"\nand {many(rest, 'more field')}\n" if rest > 0 else ""
    return head + table + more + _folded(group.objects, several=several)


def _side(value: str | None) -> str:
    return ABSENT if value is None else markdown_code(value)


def _folded(objects: tuple[Affected, ...], *, several: bool) -> str:
    lines = "".join(f"- {markdown_code(_object(item, several=several), 300)}\n" for item in objects[:200])
    more = f"- and {len(objects) - 200} more\n" if len(objects) > 200 else ""
    return f"\n<details>\n<summary>{many(len(objects), 'object')}</summary>\n\n{lines}{more}\n</details>\n"


def json(impact: Impact, _look: Look) -> str:
    """Write the JSON that `schemas/impact-report.schema.json` describes."""
    report: ImpactReport = {
        "schemaVersion": 1,
        "path": impact.path,
        "compared": impact.compared,
        "summary": {
            "line": _sum(impact),
            "create": _count(impact, Action.CREATE),
            "update": _count(impact, Action.UPDATE),
            "delete": _count(impact, Action.DELETE),
            "unchanged": impact.unchanged,
        },
        "groups": [_entry(group) for group in impact.groups],
        "rendered": [_affected(item) for item in impact.rendered],
        "notes": list(impact.notes),
    }
    return json_text(report)


def _entry(group: EqualChanges) -> ChangeGroup:
    return {
        "action": group.action.value,
        "group": group.kind.group,
        "kind": group.kind.kind,
        "fields": [
            {
                "path": field.path,
                "before": field.before,
                "after": field.after,
                "setBy": written.set_by(field.set_by),
            }
            for field in group.fields
        ],
        "ownFields": group.own_fields,
        "objects": [_affected(item) for item in group.objects],
    }


def _affected(item: Affected) -> AffectedObject:
    return {
        "cluster": item.cluster,
        "object": written.named(item.ref),
        "subject": written.named(item.subject) if item.subject else None,
    }


IMPACT_FORMATS: Final[Mapping[str, Callable[[Impact, Look], str]]] = {
    "text": text,
    "json": json,
    "markdown": as_markdown,
}
