"""The shape of the JSON report, and its published schema.

The second part of each `Annotated` is the field's description in the schema. A change that could break a
reader raises `schemaVersion`; a new key does not, so the schema allows keys that it does not know.
"""

from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAlias,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

_Schema: TypeAlias = dict[str, Any]


class Place(TypedDict):
    """A place in a file."""

    file: Annotated[str, "The file, as it was named on the command line."]
    line: Annotated[int, "The line, counted from 1; 0 means the whole file."]
    column: Annotated[int, "The column, counted from 1 in characters; 0 means the whole line."]


class Object(TypedDict):
    """The name of a Kubernetes object."""

    group: Annotated[str, "The API group; empty for the core group."]
    kind: Annotated[str, "The kind, such as Deployment."]
    namespace: Annotated[str | None, "The namespace; null for objects of the cluster."]
    name: Annotated[str, "The object's name."]


class Waived(TypedDict):
    """The waiver that covers a finding."""

    name: Annotated[str, "The name of the Waiver."]
    owner: Annotated[str, "Who answers for the exception."]
    ticket: Annotated[str | None, "The ticket that follows it up."]
    reason: Annotated[str, "Why the exception is needed."]
    expires: Annotated[str, "The last day on which it holds, as YYYY-MM-DD (UTC)."]


class Finding(TypedDict):
    """One result of a control."""

    code: Annotated[str, "The control's stable code; `ordain explain CODE` prints its manual."]
    name: Annotated[str, "The control's name in words."]
    severity: Annotated[Literal["error", "warning", "note"], "How much the finding weighs."]
    message: Annotated[str, "What is wrong, with the values that were found."]
    hint: Annotated[str | None, "What to do now."]
    where: Annotated[Place | None, "The place in a policy or manifest; null for a live object without one."]
    cluster: Annotated[str | None, "The cluster it was found in; null for findings of the project."]
    subject: Annotated[Object | None, "The object that is meant."]
    field: Annotated[str | None, "The path of the field inside the object or document."]
    container: Annotated[str | None, "The container that is meant."]
    fingerprint: Annotated[str, "A name that no other finding of the report has, and that stays when lines move."]
    waived: Annotated[Waived | None, "The waiver that covers it; null for an open finding."]


class Origin(TypedDict):
    """Who set a field."""

    policy: Annotated[str, "The policy as KIND/NAME, or the default that holds."]
    where: Annotated[Place | None, "The line of the policy; null for a default."]


class FieldChange(TypedDict):
    """One field with both sides."""

    path: Annotated[str, "The field's path, such as spec.maxReplicas."]
    before: Annotated[str | None, "The value before (or live) as YAML; null where that side lacks the field."]
    after: Annotated[str | None, "The value after (or desired) as YAML; null where that side lacks the field."]
    setBy: Annotated[Origin | None, "Which line of which policy set the value after."]
    manager: Annotated[str | None, "Who holds the live field, the last writer first; null where that is not known."]
    since: Annotated[str | None, "Since when the manager holds the field (ISO 8601), where that is known."]
    onSync: Annotated[
        Literal["set", "taken over", "conflict", "removed", "reset", "kept"] | None,
        "What the next sync does to the live field; null where nobody looked.",
    ]
    ignored: Annotated[str | None, "Why a live difference is left alone; null for one that counts."]
    pending: Annotated[bool, "Of a live difference: syncing the plan's own change mends it."]
    moved: Annotated[
        Literal["policy", "git", "cluster"] | None, "What a live difference comes from; null where nobody looked."
    ]


class Change(TypedDict):
    """One object that differs."""

    action: Annotated[Literal["create", "update", "delete"], "What happens to the object."]
    object: Annotated[Object, "The object."]
    subject: Annotated[Object | None, "The workload that the object is for."]
    path: Annotated[str, "The object's file in the output."]
    cause: Annotated[Literal["policy", "engine"], "What it comes from: policies, or an upgrade of engine or templates."]
    reason: Annotated[str | None, "Why the planner wants it."]
    fields: Annotated[list[FieldChange], "The fields that differ, or all fields of a new object."]
    pending: Annotated[bool, "Of a live difference: syncing the plan's own changes mends all of it."]


class Plan(TypedDict):
    """All that a run would do for one cluster."""

    changes: Annotated[list[Change], "The render against the output branch: what a publish writes."]
    unchanged: Annotated[int, "How many objects equal the output branch."]
    live: Annotated[list[Change], "The live objects (before) against the render (after)."]
    liveUnchanged: Annotated[int, "How many objects equal the live ones."]
    ignored: Annotated[list[Change], "Live differences that are left alone: the fields that are, with the reason."]
    adopted: Annotated[list[Object], "Live objects that the plan takes over because that was asked for."]


class Chart(TypedDict):
    """A picture in words; the HTML report draws it."""

    object: Annotated[Object, "The object whose values it explains."]
    title: Annotated[str, "The title."]
    unit: Annotated[str, "The unit of the values."]
    text: Annotated[str, "What the picture shows."]
    anchor: Annotated[str, "The place in the HTML report of the same run, to link it: `plan.html#ANCHOR`."]


class Section(TypedDict):
    """The result of one cluster."""

    cluster: Annotated[str, "The cluster's name in the project."]
    kubernetesVersion: Annotated[str, "The cluster's Kubernetes version."]
    source: Annotated[str, "Where the live state was read from."]
    takenAt: Annotated[str | None, "When the live state was read."]
    output: Annotated[str | None, "The branch that was compared, in words."]
    findings: Annotated[list[Finding], "The cluster's findings, in the order of their places."]
    plan: Annotated[Plan | None, "The cluster's plan; null where none was made."]
    charts: Annotated[list[Chart], "The pictures of what was decided on, in the order of the manifests."]
    snippets: Annotated[list[str], "Settings that Argo CD needs, as YAML."]


class Published(TypedDict):
    """What a publish did to one branch."""

    repository: Annotated[str, "The repository."]
    branch: Annotated[str, "The branch."]
    commit: Annotated[str | None, "The new commit; null where nothing differed or nothing was written."]
    written: Annotated[int, "How many files were written."]
    deleted: Annotated[int, "How many files were deleted."]
    dryRun: Annotated[bool, "Whether it was a dry run, which writes nothing."]


class Summary(TypedDict):
    """The counts of the whole result."""

    line: Annotated[str, "The last line of the text report."]
    changed: Annotated[bool, "Whether the plan has changes for Git."]
    exitReasons: Annotated[list[str], "Why the exit code is 1: `findings` at or above the gate, or `changes`."]
    errors: Annotated[int, "Open findings of severity error."]
    warnings: Annotated[int, "Open findings of severity warning."]
    notes: Annotated[int, "Open findings of severity note."]
    waived: Annotated[int, "Findings that a waiver covers; they count nowhere else."]
    create: Annotated[int, "Objects that the plan creates."]
    update: Annotated[int, "Objects that the plan updates."]
    delete: Annotated[int, "Objects that the plan deletes."]
    unchanged: Annotated[int, "Objects that equal the output branch."]
    liveDifferences: Annotated[int, "Objects that differ from the live ones."]
    drifted: Annotated[int, "Live differences less those that the plan's own changes explain."]
    policies: Annotated[int, "Policies that were read."]
    files: Annotated[int, "Files that were read."]
    objects: Annotated[int, "Manifests that were checked."]


class Report(TypedDict):
    """What a command of ordain has to say, for programs."""

    schemaVersion: Annotated[Literal[1], "The version of this format."]
    command: Annotated[str, "The command that ran."]
    summary: Annotated[Summary, "The sum."]
    findings: Annotated[list[Finding], "The project's findings, in the order of their places."]
    sections: Annotated[list[Section], "One section a cluster."]
    published: Annotated[list[Published], "What was published; empty for other commands."]
    notes: Annotated[list[str], "Remarks on the run."]


def report_schema() -> _Schema:
    """Return the JSON Schema (2020-12) of the report, made from the classes of this file."""
    return document_schema(Report)


def document_schema(shape: type) -> _Schema:
    """Return the JSON Schema (2020-12) of a document from its shape, a TypedDict whose fields are described."""
    defs: dict[str, _Schema] = {}
    _schema_of(shape, defs)
    root = defs.pop(shape.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": shape.__name__,
        **root,
        "$defs": dict(sorted(defs.items())),
    }


def _schema_of(hint: Any, defs: dict[str, _Schema]) -> _Schema:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return {"description": args[1], **_schema_of(args[0], defs)}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema_of(arg, defs) for arg in args]}
    if origin is Literal:
        return {"const": args[0]} if len(args) == 1 else {"enum": list(args)}
    if origin is list:
        return {"type": "array", "items": _schema_of(args[0], defs)}
    if is_typeddict(hint):
        return _object_schema(hint, defs)
    counts: _Schema = {"type": "integer", "minimum": 0}
    return {str: {"type": "string"}, bool: {"type": "boolean"}, NoneType: {"type": "null"}, int: counts}[hint]


def _object_schema(hint: type, defs: dict[str, _Schema]) -> _Schema:
    if hint.__name__ not in defs:
        fields = get_type_hints(hint, include_extras=True)
        defs[hint.__name__] = {}
        defs[hint.__name__] = {
            "description": hint.__doc__,
            "type": "object",
            "properties": {name: _schema_of(field, defs) for name, field in fields.items()},
            "required": list(fields),
        }
    return {"$ref": f"#/$defs/{hint.__name__}"}
