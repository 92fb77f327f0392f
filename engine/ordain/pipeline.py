"""The map of the program: the stages of a run in their order. Everything after `observe` is pure."""

from collections.abc import Iterable

from ordain.judging import judge, waivers_of
from ordain.kinds import all_kinds
from ordain.model.comparison import Comparing
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.plan import Published
from ordain.reasoning import all_controls
from ordain.reasoning.ownership import unknown_adoptions
from ordain.reasoning.waivers import judge_waivers
from ordain.stages.check import check
from ordain.stages.diff import diff
from ordain.stages.diff.masking import Masks
from ordain.stages.forecast import forecast
from ordain.stages.guard import Permits, guard, outgoing
from ordain.stages.observe import Observed, observe
from ordain.stages.outcome import ClusterRun, Judged, Request, Run, evidence_of
from ordain.stages.provenance import outputs, plan_digest, provenance, wording
from ordain.stages.publish import publish as publish_outputs
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.templates import TemplateSet


def run(request: Request) -> Run:
    """Run every stage up to the diff. After an error in a policy file nothing is planned: no deletion by mistake."""
    kinds = all_kinds().values()
    return run_on(request, (observe(request.project, item, kinds, request.progress) for item in request.clusters))


def run_on(request: Request, observed: Iterable[Observed]) -> Run:
    """Run the stages on what was observed of each cluster, which is asked for only where the policies are sound."""
    judged = judge(request.project)
    templates = request.project.template_set()
    if _stopped(judged.findings):
        return Run(request, judged, templates, judged.findings, ())
    masks = Masks()
    clusters = tuple(_run_cluster(request, item, judged, templates, masks) for item in observed)
    every = [finding for item in clusters for finding in item.findings]
    waivers = waivers_of(judged.policies) if request.whole else ()  # what another cluster needs is not unused
    waived = judge_waivers(waivers, every, request.now.date(), all_controls())
    adopted = unknown_adoptions(request.adopt, (made for item in clusters for made in item.manifests.manifests))
    findings = tuple(sorted([*judged.findings, *waived, *adopted], key=by_place))
    return Run(request, judged, templates, findings, clusters)


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


def _run_cluster(
    request: Request, observed: Observed, judged: Judged, templates: TemplateSet, masks: Masks
) -> ClusterRun:
    kinds, live = all_kinds(), observed.live
    resolved = resolve(judged.policies, live, kinds)
    outlook = forecast(resolved.effective, live, kinds, request.now)
    request.progress(f"{live.cluster}: rendering for {len(resolved.effective)} subjects")
    manifests = render(resolved.effective, live, outlook, kinds, templates)
    evidence = evidence_of(observed, outlook, resolved.effective, manifests.manifests, request.adopt)
    others = (*resolved.findings, *manifests.findings)
    findings = check(evidence, kinds, waivers_of(judged.policies), cluster=live.cluster, others=others)
    before_the_plan = {finding.code for finding in others}
    stopped = _stopped(finding for finding in findings if finding.code in before_the_plan)
    plan = None if stopped else diff(manifests.manifests, observed.tip, live, Comparing(), request.adopt, masks=masks)
    return ClusterRun(observed, outlook, resolved.effective, manifests, findings, plan)


def _stopped(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR and not finding.waived for finding in findings)
