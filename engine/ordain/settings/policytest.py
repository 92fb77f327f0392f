"""The kind `PolicyTest`: what policies must do to a recorded cluster, in a file beside them."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import MISSING, Field, WithJsonSchema
from pydantic.functional_validators import PlainValidator
from pydantic_core import PydanticCustomError

from ordain.model.fieldpath import parse_path
from ordain.model.spec import Metadata, Model, Name, enum_texts, text_type
from ordain.settings.project import Minor, RelativePath

TEST_FILE: Final = "test.yaml"

_DAY: Final = r"(?:19[7-9][0-9]|[2-8][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_OBJECT: Final = r"(?:[^\s/]+/)?[A-Z][A-Za-z0-9]*/[^\s/]+"
_OBJECT_TEXT: Final = "NAMESPACE/KIND/NAME is needed, such as shop/Deployment/web, or KIND/NAME"
_COUNT_OR_NAMES_TEXT: Final = f"a count is needed, or a list of objects: {_OBJECT_TEXT}"


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _path(value: object) -> str:
    with suppress(ValueError):
        if isinstance(value, str) and parse_path(value):
            return value
    raise PydanticCustomError("text", "a path is needed, such as spec.metrics[0].type or containers[name=app].image")


def _count_or_names(value: object) -> int | list[str]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, list) and all(isinstance(item, str) and re.fullmatch(_OBJECT, item) for item in value):
        return value
    raise PydanticCustomError("text", _COUNT_OR_NAMES_TEXT)


Time = Annotated[
    datetime,
    *text_type(
        _DAY + r"(?:T[0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?",
        _time,
        "a time is needed, such as 2026-11-24 or 2026-11-24T18:00:00Z",
        examples=["2026-11-24T18:00:00Z"],
    ),
]
ObjectText = Annotated[str, *text_type(_OBJECT, str, _OBJECT_TEXT, examples=["shop/Deployment/web"])]
FieldPath = Annotated[
    str, PlainValidator(_path), WithJsonSchema({"type": "string", "minLength": 1, "examples": ["spec.minReplicas"]})
]
CountOrNames = Annotated[
    int | list[str],
    PlainValidator(_count_or_names),
    WithJsonSchema(
        {
            "type": ["integer", "array"],
            "minimum": 0,
            "items": {"type": "string", "pattern": f"^(?:{_OBJECT})$", "patternErrorMessage": _OBJECT_TEXT},
            "examples": [2, ["shop/HorizontalPodAutoscaler/web"]],
        }
    ),
]


class RecordedCluster(Model):
    """The cluster of a test, in files."""

    one_of = (("snapshot", "objects"),)

    name: Name | MISSING = MISSING
    """The name that policies know it by. Left out: the snapshot's own; of objects, `test`."""
    snapshot: RelativePath | MISSING = MISSING
    """A file that `ordain snapshot` wrote, from the folder of this file."""
    objects: RelativePath | MISSING = MISSING
    """A file or a folder of manifests, from the folder of this file: what it does not hold is not in the cluster."""
    kubernetesVersion: Minor | MISSING = MISSING
    """The version of Kubernetes, which a snapshot knows itself. Left out: the newest that ordain knows."""
    series: RelativePath | MISSING = MISSING
    """A CSV file of load, or a folder of them, from the folder of this file."""


class ExpectedPlan(Model):
    """What a publish would do, object by object."""

    any_of = (("create", "update", "delete"),)

    create: CountOrNames | MISSING = MISSING
    """How many objects are created, or exactly which."""
    update: CountOrNames | MISSING = MISSING
    """How many published objects change, or exactly which."""
    delete: CountOrNames | MISSING = MISSING
    """How many published objects go, or exactly which."""


class ExpectedFinding(Model):
    """Findings that have all that is given here."""

    code: Annotated[str, *text_type("[A-Z]{3,5}[0-9]{3}", str, "a code is needed, such as SCL005", examples=["SCL005"])]
    """The control's code."""
    object: ObjectText | MISSING = MISSING
    """The object that is meant."""
    severity: (
        Annotated[
            Literal["error", "warning", "note"],
            Field(json_schema_extra=enum_texts(error="It fails.", warning="It warns.", note="It informs.")),
        ]
        | MISSING
    ) = MISSING
    """How much it weighs."""
    waived: bool | MISSING = MISSING
    """Whether a waiver covers it."""
    message: Annotated[str, Field(min_length=1)] | MISSING = MISSING
    """A part of its message."""


class ExpectedFindings(Model):
    """Which findings there are."""

    any_of = (("exactly", "contains", "without"),)
    never_both = (("exactly", "contains"),)

    exactly: list[ExpectedFinding] | MISSING = MISSING
    """Each of these is found, and nothing else is; `[]`: there is nothing to find."""
    contains: Annotated[list[ExpectedFinding], Field(min_length=1)] | MISSING = MISSING
    """Each of these is found, among others."""
    without: Annotated[list[ExpectedFinding], Field(min_length=1)] | MISSING = MISSING
    """None of these is found."""
    gate: Annotated[
        Literal["error", "warning", "note"],
        Field(
            json_schema_extra=enum_texts(
                error="Errors alone.", warning="Warnings and errors.", note="Every finding, notes included."
            )
        ),
    ] = "note"
    """The severity from which `exactly` counts findings."""


class ExpectedObject(Model):
    """One object that is rendered, or is not."""

    never_both = (("rendered", "fields"),)

    object: ObjectText
    """The object."""
    rendered: bool = True
    """Whether it is rendered at all."""
    fields: Annotated[dict[FieldPath, Any], Field(min_length=1)] | MISSING = MISSING
    """Fields by their path, each with its value; null: the field is absent. `spec.metrics[0].type` is the first entry
    of a list, `containers[name=app].image` the one with that name, `containers[*].image` that of each of them, and
    `metadata.labels['example.org/team']` a key with dots. Quantities and durations are compared by value."""


class Expect(Model):
    """What must be true."""

    any_of = (("plan", "findings", "objects", "manifests"),)

    plan: ExpectedPlan | MISSING = MISSING
    """What a publish would do."""
    findings: ExpectedFindings | MISSING = MISSING
    """What is found."""
    objects: Annotated[list[ExpectedObject], Field(min_length=1)] | MISSING = MISSING
    """What is rendered, object by object, and field by field."""
    manifests: RelativePath | MISSING = MISSING
    """All that is rendered: a file or folder that holds just these manifests, as `ordain render` writes them."""


class PolicyTestSpec(Model):
    """The given, and the expected."""

    policies: Annotated[list[RelativePath], Field(min_length=1)] | MISSING = MISSING
    """Files and folders of policies, from the folder of this file. Left out: those of the project."""
    templates: RelativePath | MISSING = MISSING
    """A folder of templates, from the folder of this file. Left out: those of the project."""
    cluster: RecordedCluster
    """The cluster that the policies meet."""
    now: Time
    """The time of the run (UTC, where it names no zone)."""
    published: RelativePath | MISSING = MISSING
    """Manifests that an earlier publish left in Git: a file or folder, from the folder of this file. Left out: none."""
    expect: Expect
    """What the policies must make of it."""


class PolicyTest(Model):
    """A test of policies: a recorded cluster, a time, and what the policies must make of them."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["PolicyTest"]
    """Always `PolicyTest`."""
    metadata: Metadata
    """Name and labels; `ordain test --label KEY=VALUE` picks tests by them."""
    spec: PolicyTestSpec
    """What is given, and what is expected."""
