"""The plan: ordered changes of one cluster, each field with both sides and the policy line that set it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Final, Protocol

from ordain.errors import Span
from ordain.model.chart import Chart
from ordain.model.finding import Finding, numbered
from ordain.model.objects import GroupKind, ObjectRef, Path, RawObject


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """Who set a field: a policy and its line, or (without a place) a default of the engine."""

    policy: str
    where: Span | None

    def __str__(self) -> str:
        return f"{self.policy} ({self.where})" if self.where else self.policy


@dataclass(frozen=True)
class Recommendation:
    """One object that a planner wants, with its reason.

    `template` is the name below `templates/<row>/`; `values` is what the template prints; `set_by` maps paths of
    the rendered object (`spec.minReplicas`) to the policy line that set them, the longest matching prefix counts;
    `where` is the policy that decides, for what no line of it set;
    `inputs` is the digest of what it was planned from (`EffectivePolicy.digest`).
    `namespace` is the subject's unless it is given (empty: an object of the cluster's scope); `labels` and
    `annotations` come on top of the engine's own. `shared` says that the object belongs to others too (a namespace):
    it gets no mark of ownership, needs no adoption, and only the fields that are rendered are ours.
    `charts` show what was decided on.
    """

    row: str
    template: str
    expects: GroupKind
    subject: ObjectRef
    name: str
    values: RawObject
    reason: str
    set_by: Mapping[str, FieldOrigin]
    policies: tuple[str, ...]
    where: Span
    inputs: str = ""
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """One rendered object: its body, its canonical YAML text and where it will be published.

    `written_at` gives the template's line that wrote a path of the body.
    """

    ref: ObjectRef
    body: RawObject
    text: str
    path: str
    recommendation: Recommendation
    written_at: Callable[[Path], Span] = field(compare=False, repr=False)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The pictures of what was decided on."""
        return self.recommendation.charts


class Action(StrEnum):
    """What happens to an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Cause(StrEnum):
    """What a change comes from."""

    POLICY = "policy"
    ENGINE = "engine"


class OnSync(StrEnum):
    """What the next sync does to a live field that differs from what is desired."""

    SET = "set"
    """It is written; nobody else holds it."""
    TAKEN_OVER = "taken over"
    """It is written, and taken from the manager that holds it."""
    CONFLICT = "conflict"
    """The apply is refused: another manager holds it, and the applier does not force."""
    REMOVED = "removed"
    """It goes."""
    RESET = "reset"
    """It goes, and the server's default comes back."""
    KEPT = "kept"
    """It stays: the applier does not own it (any more)."""


SYNC_WORDS: Final = {
    OnSync.SET: "the sync sets it",
    OnSync.TAKEN_OVER: "the sync takes it over",
    OnSync.CONFLICT: "the sync is refused: it would need force",
    OnSync.REMOVED: "the sync removes it",
    OnSync.RESET: "the sync removes it, and the default comes back",
    OnSync.KEPT: "the sync leaves it",
}
"""What a sync does, as reports and findings say it."""


class Moved(StrEnum):
    """Which of the three sides of a live difference moved last."""

    POLICY = "policy"
    """The new render differs from what Git holds."""
    GIT = "git"
    """Git was published, and not synced yet."""
    CLUSTER = "cluster"
    """Somebody changed the live object."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field with both sides as they are written in YAML; None where that side lacks it.

    Of a live difference, `before` is live and `after` desired, `manager` holds the live field since `since` (ISO 8601,
    empty: unknown), `on_sync` says what the next sync does to it, `moved` what the difference comes from, and `pending`
    that the cluster still has what Git holds: syncing the planned change mends it. `ignored` says why a difference is
    left alone (in `Plan.ignored` only).
    """

    path: str
    before: str | None
    after: str | None
    set_by: FieldOrigin | None = None
    manager: str = ""
    pending: bool = False
    since: str = ""
    on_sync: OnSync | None = None
    moved: Moved | None = None
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One object that differs; `pending` says of a live difference that syncing the plan mends all of it."""

    action: Action
    ref: ObjectRef
    path: str
    fields: tuple[FieldChange, ...]
    subject: ObjectRef | None = None
    reason: str = ""
    cause: Cause = Cause.POLICY
    pending: bool = False


@dataclass(frozen=True)
class Plan:
    """All that one run would do for one cluster.

    `changes` compare the render with the output branch; `live` compares it with the live objects. `ignored` are
    differences that are seen and left alone, by a rule or because somebody else owns the field.
    """

    cluster: str
    changes: tuple[Change, ...]
    unchanged: int
    live: tuple[Change, ...]
    live_unchanged: int
    adopted: tuple[ObjectRef, ...] = ()
    ignored: tuple[Change, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether neither Git nor the cluster would change."""
        return not self.changes and not self.live

    def count(self, action: Action) -> int:
        """Count the changes of one action."""
        return sum(change.action is action for change in self.changes)


@dataclass(frozen=True)
class Published:
    """What a publish did: the commit, or None where nothing differed; `dry_run` says that nothing was written."""

    repository: str
    branch: str
    commit: str | None
    written: int
    deleted: int
    dry_run: bool = False


class Pictured(Protocol):
    """What reports know of a manifest: its name, and the pictures of what was decided on."""

    @property
    def ref(self) -> ObjectRef:
        """The object's name."""
        ...

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Its pictures."""
        ...


class Holds(Protocol):
    """What reports know of an effective policy: its kind, whom it is for, and what holds and why."""

    @property
    def kind(self) -> str:
        """The kind of policy."""
        ...

    @property
    def ref(self) -> ObjectRef:
        """The name of the subject."""
        ...

    def settings(self) -> Iterable[tuple[Path, str, FieldOrigin]]:
        """Return each field that holds: its path, its value as YAML on one line, and who set it."""
        ...


@dataclass(frozen=True)
class Section:
    """The result of one cluster.

    `manifests` have the pictures, `effective` is what holds and why; `output` says in words where the manifests are
    published: `branch main of out.git`.
    """

    cluster: str
    kubernetes_version: str
    source: str
    taken_at: str
    findings: tuple[Finding, ...]
    plan: Plan | None = None
    manifests: tuple[Pictured, ...] = ()
    snippets: tuple[str, ...] = ()
    output: str = ""
    effective: tuple[Holds, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a command has to say: the input of every report format.

    `findings` are those of the project; each section has its own. `exit_reasons` says why the exit code is 1:
    `findings` at or above the gate, `changes` where they were asked for.
    """

    command: str
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...] = ()
    policies: int = 0
    files: int = 0
    objects: int = 0
    published: tuple[Published, ...] = ()
    notes: tuple[str, ...] = ()
    exit_reasons: tuple[str, ...] = ()

    def all_findings(self) -> tuple[Finding, ...]:
        """Return the findings of the project, then those of each cluster."""
        return self.findings + tuple(finding for section in self.sections for finding in section.findings)

    def numbered(self) -> "Result":
        """Return the result with findings that no fingerprint names twice: all formats report on this one."""
        found = iter(numbered(self.all_findings()))
        own = tuple(islice(found, len(self.findings)))
        sections = tuple(replace(item, findings=tuple(islice(found, len(item.findings)))) for item in self.sections)
        return replace(self, findings=own, sections=sections)
