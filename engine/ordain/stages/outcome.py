"""What a run is asked for, and what it found: the data that the pipeline hands from stage to stage."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from ordain.errors import UserError
from ordain.model.comparison import Engine
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, ObjectRef, Objects, RawObject, Source
from ordain.model.plan import Manifest, Plan, Result, Section
from ordain.model.policy import EffectivePolicy, Policy
from ordain.settings import ClusterSettings
from ordain.stages.observe import Observed
from ordain.stages.project import ProjectFile
from ordain.stages.render import Manifests, argocd_snippet, locate
from ordain.templates import TemplateSet


@dataclass(frozen=True)
class Request:
    """What a run is asked for: the project, its clusters, the time, and live objects that may be taken over.

    `progress` is told what is being waited for.
    """

    project: ProjectFile
    clusters: tuple[ClusterSettings, ...]
    now: datetime
    adopt: frozenset[ObjectRef] = frozenset()
    progress: Callable[[str], None] = lambda _message: None
    engine: Engine = Engine.OFFLINE

    @property
    def whole(self) -> bool:
        """Whether all clusters of the project are asked for."""
        return {cluster.name for cluster in self.project.clusters} <= {cluster.name for cluster in self.clusters}


@dataclass(frozen=True)
class Judged:
    """The policies that are sound on their own, and all that was found in their files.

    `contents` has the SHA-256 of each file by its name, `digest` that of all.
    """

    policies: tuple[Policy, ...]
    findings: tuple[Finding, ...]
    files: int
    digest: str
    contents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClusterRun:
    """All that a run found and made for one cluster; `plan` is None where errors stand before it."""

    observed: Observed
    outlook: Outlook
    effective: tuple[EffectivePolicy, ...]
    manifests: Manifests
    findings: tuple[Finding, ...]
    plan: Plan | None

    def pairs(self) -> Iterator[tuple[str, KubeObject, KubeObject | None]]:
        """Return each rendered object with the live one of its name, and the cluster's name."""
        live = self.observed.live
        return ((live.cluster, as_object(made), live.objects.get(made.ref)) for made in self.manifests.manifests)


@dataclass(frozen=True)
class Run:
    """A whole run, before a report makes text of it.

    `let_through` are findings that would stand against a publish if the user had not let them through by a flag.
    """

    request: Request
    judged: Judged
    templates: TemplateSet
    findings: tuple[Finding, ...]
    clusters: tuple[ClusterRun, ...]
    let_through: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every cluster has a plan: only then may anything be written."""
        return bool(self.clusters) and all(item.plan is not None for item in self.clusters)

    def with_verdict(
        self, findings: Iterable[Finding], let_through: tuple[Finding, ...], notes: tuple[str, ...]
    ) -> "Run":
        """Return the run with what stands against its publish; findings of one cluster go to that cluster's."""
        found: dict[str, list[Finding]] = {}
        for finding in findings:
            found.setdefault(finding.cluster, []).append(finding)
        clusters = [
            replace(
                item, findings=tuple(sorted([*item.findings, *found.get(item.observed.live.cluster, ())], key=by_place))
            )
            for item in self.clusters
        ]
        everywhere = tuple(sorted([*self.findings, *found.get("", ())], key=by_place))
        return replace(
            self, findings=everywhere, clusters=tuple(clusters), let_through=let_through, notes=(*self.notes, *notes)
        )

    def result(self, command: str, *, planned: bool = True) -> Result:
        """Return what the report formats print; not `planned`: the findings without the plan."""
        return Result(
            command,
            self.findings,
            tuple(_section(item) if planned else replace(_section(item), plan=None) for item in self.clusters),
            policies=len(self.judged.policies),
            files=self.judged.files,
            notes=self.notes,
        )


def refuse(findings: Iterable[Finding]) -> None:
    """Raise the first error among findings, for a command that cannot go on beside it."""
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise UserError(finding.message, hint=finding.hint, where=finding.where)


def as_object(manifest: Manifest) -> KubeObject:
    """Return a manifest as controls see it: its places are the policy lines that set its fields."""
    return KubeObject(manifest.ref, manifest.body, Source.RENDERED, partial(locate, manifest))


def evidence_of(
    observed: Observed,
    outlook: Outlook,
    effective: tuple[EffectivePolicy, ...],
    manifests: tuple[Manifest, ...],
    adopted: frozenset[ObjectRef],
) -> Evidence:
    """Return what the controls of one cluster look at: its live objects with our manifests laid over them."""
    live, tip = observed.live, observed.tip
    objects = live.objects.overlaid(_laid_over(manifest, live.objects) for manifest in manifests)
    published = frozenset(tip.inventory.files if tip.inventory else ())
    return Evidence(objects, outlook, live, effective, manifests, published, adopted)


def _laid_over(manifest: Manifest, live: Objects) -> KubeObject:
    """Return a manifest as it will be in the cluster: of a shared object, what others set stays."""
    found = live.get(manifest.ref) if manifest.recommendation.shared else None
    made = as_object(manifest)
    return replace(made, body=_merged(found.body, made.body)) if found else made


def _merged(below: RawObject, above: RawObject) -> RawObject:
    both = {key for key, value in above.items() if isinstance(value, dict) and isinstance(below.get(key), dict)}
    return {**below, **above, **{key: _merged(below[key], above[key]) for key in both}}


def section(observed: Observed, findings: tuple[Finding, ...], plan: Plan | None) -> Section:
    """Return the part of a result that is of one cluster."""
    live, to = observed.live, observed.destination
    output = f"branch {to.branch} of {to.shown}" if to else ""
    return Section(live.cluster, live.kubernetes_version, live.source, live.taken_at, findings, plan, output=output)


def _section(run: ClusterRun) -> Section:
    created = {change.ref for change in run.plan.changes if change.action == "create"} if run.plan else set()
    snippet = argocd_snippet(manifest for manifest in run.manifests.manifests if manifest.ref in created)
    return replace(
        section(run.observed, run.findings, run.plan),
        manifests=run.manifests.manifests,
        snippets=(snippet,) if snippet else (),
        effective=run.effective,
    )
