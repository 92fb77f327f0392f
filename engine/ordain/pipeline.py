"""The map of the program: the stages of a run in their order. Everything after `observe` is pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ordain.judging import judge, waivers_of
from ordain.kinds import all_kinds
from ordain.model.comparison import Comparing, Engine
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.plan import Published
from ordain.reasoning import all_controls
from ordain.reasoning.drifts import DRIFTS
from ordain.reasoning.ownership import unknown_adoptions
from ordain.reasoning.waivers import judge_waivers
from ordain.settings import ClusterSettings
from ordain.stages.check import check
from ordain.stages.diff import diff
from ordain.stages.diff.ignoring import unused
from ordain.stages.diff.masking import Masks
from ordain.stages.forecast import forecast
from ordain.stages.guard import Permits, guard, outgoing
from ordain.stages.ignore_rules import IgnoreRules, ignore_rules
from ordain.stages.observe import Observed, observe
from ordain.stages.outcome import ClusterRun, Judged, Request, Run, evidence_of
from ordain.stages.provenance import outputs, plan_digest, provenance, wording
from ordain.stages.publish import publish as publish_outputs
from ordain.stages.rehearse import Rehearsed, rehearse
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.templates import TemplateSet


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is the same for all clusters of a run."""

    judged: Judged
    templates: TemplateSet
    ignored: IgnoreRules
    masks: Masks


def run(request: Request) -> Run:
    """Run every stage up to the diff. After an error in a policy file nothing is planned: no deletion by mistake."""
    kinds = all_kinds().values()
    return run_on(request, (observe(request.project, item, kinds, request.progress) for item in request.clusters))


def run_on(request: Request, observed: Iterable[Observed]) -> Run:
    """Run the stages on what was observed of each cluster, which is asked for only where the policies are sound."""
    judged = judge(request.project)
    shared = _Shared(judged, request.project.template_set(), ignore_rules(request.project), Masks())
    if _stopped(judged.findings):
        return Run(request, judged, shared.templates, judged.findings, ())
    each = zip(request.clusters, observed, strict=True)
    clusters = tuple(_run_cluster(request, cluster, state, shared) for cluster, state in each)
    every = [finding for item in clusters for finding in item.findings]
    waivers = waivers_of(judged.policies) if request.whole else ()  # what another cluster needs is not unused
    waived = judge_waivers(waivers, every, request.now.date(), all_controls(), DRIFTS)
    adopted = unknown_adoptions(request.adopt, (made for item in clusters for made in item.manifests.manifests))
    idle = unused(shared.ignored.rules, [pair for item in clusters for pair in item.pairs()]) if request.whole else ()
    findings = tuple(sorted([*judged.findings, *shared.ignored.findings, *waived, *adopted, *idle], key=by_place))
    return Run(request, judged, shared.templates, findings, clusters)


def guarded(run: Run, permits: Permits, *, publishing: bool) -> Run:
    """Add to a run what stands against publishing its changes, which says nothing against the changes themselves.

    While only planning (not `publishing`), what stands against it just now is a note.
    """
    if not run.complete or run.request.project.output is None:
        return run
    project, changes = run.request.project, outgoing(run.clusters)
    verdict = guard(changes, project, permits, plan_digest(run), publishing=publishing)
    return run.with_verdict(verdict.findings, verdict.let_through, verdict.notes)


def publish(run: Run, *, dry_run: bool) -> Published:
    """Commit what a complete run made, for all its clusters at once; with `dry_run` change nothing."""
    return publish_outputs(outputs(run), provenance(run), wording(run), dry_run=dry_run)


def _run_cluster(request: Request, cluster: ClusterSettings, observed: Observed, shared: _Shared) -> ClusterRun:
    kinds, live = all_kinds(), observed.live
    resolved = resolve(shared.judged.policies, live, kinds)
    outlook = forecast(resolved.effective, live, kinds, request.now)
    request.progress(f"{live.cluster}: rendering for {len(resolved.effective)} subjects")
    manifests = render(resolved.effective, live, outlook, kinds, shared.templates)
    rehearsed = Rehearsed(None, ())
    if request.engine is Engine.SERVER:
        rehearsed = rehearse(request.project, cluster, manifests.manifests, request.progress)
    evidence = evidence_of(observed, outlook, resolved.effective, manifests.manifests, request.adopt)
    others = (*resolved.findings, *manifests.findings, *rehearsed.findings)
    findings = check(evidence, kinds, waivers_of(shared.judged.policies), cluster=live.cluster, others=others)
    before_the_plan = {finding.code for finding in (*resolved.findings, *manifests.findings)}
    if _stopped(finding for finding in findings if finding.code in before_the_plan):
        return ClusterRun(observed, outlook, resolved.effective, manifests, findings, None)
    ignored = shared.ignored.of(live.cluster, observed.destination)
    comparing = Comparing(request.project.applier, ignored, rehearsed.answers)
    plan = diff(manifests.manifests, observed.tip, live, comparing, request.adopt, masks=shared.masks)
    return ClusterRun(observed, outlook, resolved.effective, manifests, findings, plan)


def _stopped(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR and not finding.waived for finding in findings)
