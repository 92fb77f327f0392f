"""The texts of `ordain explain`: from the manuals, the schemas, or the effective policies of a workload."""

import json
from collections.abc import Iterator

from ordain.errors import UserError
from ordain.judging import effective_policies
from ordain.kinds import all_kinds
from ordain.manuals import manual, section
from ordain.model.objects import ObjectRef, RawObject, show_path
from ordain.model.policy import EffectivePolicy
from ordain.model.spec import nearest
from ordain.published import fields, schema_files, schema_text
from ordain.reasoning import all_controls
from ordain.stages.outcome import Request


def topics() -> str:
    """Return the kinds and the codes, a line each."""
    width = max(map(len, schema_files()))
    kinds = [f"  {name:{width}} {_first_line(json.loads(schema_text(name)))}" for name in schema_files()]
    codes = [f"  {code}  {control.severity:8} {control.name}" for code, control in all_controls().items()]
    return "\n".join(["Kinds:", *kinds, "Codes:", *codes, ""])


def explain_topic(topic: str) -> str:
    """Return the manual of a kind, the schema's text of a field, or the section of a code."""
    kind, _, path = topic.partition(".")
    names = {name.lower(): name for name in schema_files()}
    if kind.lower() in names:
        name = names[kind.lower()]
        if path:
            return _field(name, tuple(step.partition("[")[0] for step in path.split(".")))
        rows = {found.name: found.row for found in all_kinds().values()}
        return manual(rows[name]) if name in rows else _field(name, ())
    if text := section(topic.upper()):
        return text
    meant = nearest(topic, [*names.values(), *all_controls()])
    raise UserError(
        f"nothing is known of {topic}",
        hint=f"did you mean {meant}?" if meant else "`ordain explain` lists the kinds and the codes",
    )


def _field(kind: str, path: tuple[str, ...]) -> str:
    schema: RawObject = json.loads(schema_text(kind))
    found = fields(schema, path)
    if not found:
        known = [name for part in fields(schema, path[:-1]) for name in part.get("properties", {})]
        meant = nearest(path[-1], known)
        shown = ".".join((kind, *path))
        raise UserError(
            f"there is no field {shown}", hint=f"did you mean {meant}?" if meant else f"known are {', '.join(known)}"
        )
    return "\n".join(line for part in found for line in _described(".".join((kind, *path)), part)) + "\n"


def _described(name: str, part: RawObject) -> Iterator[str]:
    yield f"{name}  ({_type(part)})"
    if "description" in part:
        yield from (f"  {line}" for line in part["description"].splitlines())
    for key, word in (("default", "default"), ("enum", "one of"), ("const", "always"), ("minimum", "least"),
                      ("maximum", "most"), ("examples", "examples"), ("pattern", "pattern")):  # fmt: skip
        if key in part:
            value = part[key]
            yield f"  {word}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
    if inner := part.get("properties"):
        yield "  fields:"
        width = max(map(len, inner))
        yield from (f"    {field:{width}}  {_first_line(body)}" for field, body in inner.items())


def _type(part: RawObject) -> str:
    kinds = part.get("type", "object")
    text = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"list of {text}" if part.get("list") else text


def _first_line(schema: RawObject) -> str:
    return " ".join(str(schema.get("description", "")).partition("\n\n")[0].split())


def explain_workload(request: Request, subject: ObjectRef) -> str:
    """Return every effective policy of a workload as YAML, each field with the policy and the line that set it."""
    lines: list[str] = []
    for cluster, policies in effective_policies(request):
        for effective in policies:
            if effective.subject.ref == subject:
                lines += [f"# {effective.kind} of {subject} in {cluster}", *_with_origins(effective), ""]
    if not lines:
        raise UserError(
            f"no policy holds for {subject}",
            hint="is it in the cluster, and do the targets of a policy fit it? `ordain plan` says which match nothing",
        )
    return "\n".join(lines)


def _with_origins(effective: EffectivePolicy) -> Iterator[str]:
    rows = [(f"{show_path(path)}: {value}", str(origin)) for path, value, origin in effective.settings()]
    width = min(max((len(text) for text, _ in rows), default=0), 70)
    yield from (f"{text:{width}}  # {origin}" for text, origin in rows)
