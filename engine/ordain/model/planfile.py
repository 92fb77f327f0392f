"""A plan as it is kept in a file, and what two of them differ in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from ordain.model.chart import Chart
from ordain.model.finding import Finding, Severity
from ordain.model.objects import ObjectRef, Path
from ordain.model.plan import FieldOrigin, Plan

Digests: TypeAlias = dict[str, str]
"""SHA-256 in hex by name."""

Choice: TypeAlias = str | bool | tuple[str, ...]
"""The value of an option of a run."""


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """One rendered object: its file in the cluster's folder, and digests of what it says and stems from.

    `sha256` is that of the file, `inputs` that of what the object was planned from. `compared` is the digest of the
    file and of the live fields that were compared with it: a write to `status` does not move it.
    """

    ref: ObjectRef
    path: str
    sha256: str
    inputs: str
    compared: str


@dataclass(frozen=True, slots=True)
class PlannedOutput:
    """Where a cluster's manifests go; `tip` is the commit that the plan was made against, None for a new branch."""

    repository: str
    branch: str
    folder: str
    tip: str | None


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one object."""

    ref: ObjectRef
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of an effective policy: its value as YAML, and who set it."""

    path: Path
    value: str
    origin: FieldOrigin


@dataclass(frozen=True, slots=True)
class HoldsFor:
    """What holds alike for some subjects of one kind of policy."""

    kind: str
    subjects: tuple[ObjectRef, ...]
    fields: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class PlannedCluster:
    """The plan of one cluster; `plan` is null where errors stand before it.

    `series` are digests of the recorded load that forecasts were made from. `pictures`, `effective` and `snippets`
    are what reports show beside the plan.
    """

    cluster: str
    kubernetes_version: str
    source: str
    taken_at: str
    output: PlannedOutput | None
    series: Digests
    objects: tuple[PlannedObject, ...]
    findings: tuple[Finding, ...]
    plan: Plan | None
    pictures: tuple[Pictures, ...]
    effective: tuple[HoldsFor, ...]
    snippets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan with all that it was made from.

    `now` is the time that it was made for. `choices` are the options of the run, by their names. `policies`,
    `templates` and `settings` are digests by file, template and field; `commit` is that of the policies' repository,
    if they lie in one. `digest` names what a publish would write, as the commit's trailer `Ordain-Plan-Digest` does.
    `obstacle` says why the plan cannot be published, and is empty where it can. `notes` are the report's.
    """

    engine: str
    now: datetime
    gate: Severity
    choices: dict[str, Choice]
    digest: str
    obstacle: str
    commit: str
    policies: Digests
    templates: Digests
    settings: Digests
    clusters: tuple[PlannedCluster, ...]
    findings: tuple[Finding, ...]
    policy_count: int
    file_count: int
    notes: tuple[str, ...]


class Side(StrEnum):
    """What moved between two plans."""

    ENGINE = "engine"
    TIME = "time"
    CHOICE = "option"
    COMMIT = "commit of the policies"
    POLICY = "policy file"
    TEMPLATE = "template"
    SETTING = "setting"
    CLUSTER = "cluster"
    KUBERNETES = "Kubernetes"
    OUTPUT = "output"
    TIP = "tip of the branch"
    SERIES = "series"
    OBJECT = "object"
    INPUTS = "inputs"
    PLANNED = "planned"
    LIVE = "live"
    FINDING = "finding"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing in which two plans differ: `before` and `after` are the values, None on the side that lacks it.

    `name` is the file, the template, the field or the finding that is meant; `object` the object, in `cluster`.
    """

    side: Side
    name: str
    before: str | None
    after: str | None
    cluster: str = ""
    object: ObjectRef | None = None
