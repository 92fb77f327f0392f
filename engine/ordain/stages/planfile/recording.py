"""A run as a plan file, and a plan file as the result that reports print."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from ordain import __version__
from ordain.git.source import policies_commit
from ordain.model.finding import Finding, Severity
from ordain.model.forecast import Outlook
from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, FieldOrigin, Holds, Manifest, Plan, Result, Section
from ordain.model.planfile import (
    Choice,
    Digests,
    HoldsFor,
    Pictures,
    PlanFile,
    PlannedCluster,
    PlannedObject,
    PlannedOutput,
    Setting,
)
from ordain.stages.outcome import ClusterRun, Run
from ordain.stages.planfile.format import public
from ordain.stages.provenance import digest_of, plan_digest, shaping


def record(run: Run, result: Result, gate: Severity, choices: Mapping[str, Choice], obstacle: str = "") -> PlanFile:
    """Return all that must be known of a run to publish just that later, and to report on it again.

    `result` is what was reported, `choices` the options that the run was asked for with, `obstacle` why it cannot be
    published.
    """
    source = policies_commit(run.request.project.folder)
    made = PlanFile(
        engine=__version__,
        now=run.request.now,
        gate=gate,
        choices=dict(choices),
        digest=plan_digest(run),
        obstacle=obstacle,
        commit=source.label if source else "",
        policies=dict(run.judged.contents),
        templates={name: hashlib.sha256(text.encode()).hexdigest() for name, text in run.templates.sources.items()},
        settings=_settings(run, choices),
        clusters=tuple(map(_cluster, run.clusters, result.sections)),
        findings=_told(result.findings),
        policy_count=result.policies,
        file_count=result.files,
        notes=result.notes,
    )
    return public(made)


def result_of(plan: PlanFile) -> Result:
    """Return the result that `ordain plan` reported when the file was written."""
    sections = tuple(map(_section, plan.clusters))
    return Result("plan", plan.findings, sections, policies=plan.policy_count, files=plan.file_count, notes=plan.notes)


def _settings(run: Run, choices: Mapping[str, Choice]) -> Digests:
    """Return a digest of each setting that counts; that of the repository as it is written, wherever that leads to."""
    settings = {name: digest_of(value) for name, value in shaping(run).items()}
    if run.request.project.output and "repository" not in choices:
        settings["output.repository"] = digest_of(run.request.project.output.repository)
    return settings


def _cluster(run: ClusterRun, section: Section) -> PlannedCluster:
    to, manifests = run.observed.destination, run.manifests.manifests
    return PlannedCluster(
        cluster=section.cluster,
        kubernetes_version=section.kubernetes_version,
        source=section.source,
        taken_at=section.taken_at,
        output=PlannedOutput(to.shown, to.branch, to.folder, run.observed.tip.commit) if to else None,
        series=_series(run.outlook),
        objects=tuple(_objects(manifests, run.plan)),
        findings=_told(section.findings),
        plan=section.plan,
        pictures=tuple(Pictures(item.ref, item.charts) for item in manifests if item.charts),
        effective=tuple(_grouped(section.effective)),
        snippets=section.snippets,
    )


def _told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings as reports tell them: without the text that a mend would change."""
    return tuple(replace(finding, fix=None) for finding in findings)


def _objects(manifests: Iterable[Manifest], plan: Plan | None) -> Iterator[PlannedObject]:
    lives = {change.ref: change for change in plan.live} if plan else {}
    for item in manifests:
        sha256 = hashlib.sha256(item.text.encode()).hexdigest()
        live = lives.get(item.ref)
        differing = [(field.path, field.before) for field in live.fields] if live else []
        compared = digest_of([sha256, live is not None and live.action is Action.CREATE, differing])
        yield PlannedObject(item.ref, item.path, sha256, item.recommendation.inputs, compared)


def _series(outlook: Outlook) -> Digests:
    """Name the recorded load that forecasts saw: its peaks, not points after the run or too old to count."""
    ordered = sorted(outlook.forecasts.items(), key=lambda item: repr(item[0]))
    seen = [(query.series, [repr(query), answer.past_start, answer.past]) for query, answer in ordered]
    return {name: digest_of([past for _, past in found]) for name, found in groupby(seen, key=lambda item: item[0])}


def _grouped(effective: Iterable[Holds]) -> Iterator[HoldsFor]:
    """Return effective policies, those that agree in every field and origin as one."""
    alike: dict[tuple[str, tuple[Setting, ...]], list[ObjectRef]] = {}
    for policy in effective:
        fields = tuple(Setting(*setting) for setting in policy.settings())
        alike.setdefault((policy.kind, fields), []).append(policy.ref)
    return (HoldsFor(kind, tuple(refs), fields) for (kind, fields), refs in alike.items())


class _Held:
    """One effective policy, read back."""

    def __init__(self, group: HoldsFor, ref: ObjectRef) -> None:
        self.kind = group.kind
        self.ref = ref
        self._fields = group.fields

    def settings(self) -> Iterator[tuple[tuple[str | int, ...], str, FieldOrigin]]:
        """Return each field that holds."""
        return ((field.path, field.value, field.origin) for field in self._fields)


def _section(planned: PlannedCluster) -> Section:
    return Section(
        planned.cluster,
        planned.kubernetes_version,
        planned.source,
        planned.taken_at,
        planned.findings,
        planned.plan,
        planned.pictures,
        planned.snippets,
        f"branch {to.branch} of {to.repository}" if (to := planned.output) else "",
        tuple(_Held(group, ref) for group in planned.effective for ref in group.subjects),
    )
