"""The map of the program: the stages of a run in their order. Everything after `observe` is pure."""

from collections.abc import Iterable, Iterator
from datetime import date

from ordain.apischemas import bundle, versions
from ordain.errors import UserError
from ordain.kinds import all_kinds
from ordain.kubeyaml import MANIFESTS, POLICIES
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.kind import Evidence
from ordain.model.plan import Published, Result
from ordain.model.policy import EffectivePolicy, Policy
from ordain.model.waiver import Waiver
from ordain.reasoning import all_controls
from ordain.reasoning.ownership import unknown_adoptions
from ordain.reasoning.waivers import judge_waivers, unknown_codes
from ordain.settings import ClusterSettings
from ordain.stages.check import check
from ordain.stages.diff import diff
from ordain.stages.load import load
from ordain.stages.manifests import check_schemas
from ordain.stages.observe import observe, observe_live
from ordain.stages.outcome import ClusterRun, Judged, Request, Run, evidence_of, refuse
from ordain.stages.project import ProjectFile
from ordain.stages.provenance import outputs, provenance, wording
from ordain.stages.publish import publish as publish_outputs
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate
from ordain.templates import TemplateSet


def judge(project: ProjectFile) -> Judged:
    """Load and validate the policies of a project."""
    loaded = load(project.spec.policies, POLICIES, root=project.folder)
    if not loaded.documents and not loaded.findings:
        where = ", ".join(project.spec.policies)
        raise UserError(f"there are no policies in {where}", hint="`ordain init` writes a first one")
    validated = validate(loaded.documents, all_kinds())
    unknown = unknown_codes(_waivers(validated.policies), all_controls())
    findings = sorted([*loaded.findings, *validated.findings, *unknown], key=by_place)
    return Judged(validated.policies, tuple(findings), loaded.files, loaded.digest)


def run(request: Request) -> Run:
    """Run every stage up to the diff. After an error in a policy file nothing is planned: no deletion by mistake."""
    judged = judge(request.project)
    templates = request.project.template_set()
    if _stopped(judged.findings):
        return Run(request, judged, templates, judged.findings, ())
    clusters = tuple(_run_cluster(request, cluster, judged, templates) for cluster in request.clusters)
    every = [finding for item in clusters for finding in item.findings]
    waivers = _waivers(judged.policies) if request.whole else ()  # what another cluster needs is not unused
    waived = judge_waivers(waivers, every, request.now.date(), all_controls())
    adopted = unknown_adoptions(request.adopt, (made for item in clusters for made in item.manifests.manifests))
    findings = tuple(sorted([*judged.findings, *waived, *adopted], key=by_place))
    return Run(request, judged, templates, findings, clusters)


def publish(run: Run, *, dry_run: bool) -> Published:
    """Commit what a complete run made, for all its clusters at once; with `dry_run` change nothing."""
    return publish_outputs(outputs(run), provenance(run), wording(run), dry_run=dry_run)


def check_manifests(paths: tuple[str, ...], project: ProjectFile | None, version: str | None, today: date) -> Result:
    """Judge any manifests: schemas, then every control; the waivers of the project count."""
    judged = judge(project) if project else Judged((), (), 0, "")
    loaded = load(paths, MANIFESTS)
    checked = check_schemas(loaded.documents, bundle(version or versions()[-1]))
    findings = check(
        Evidence(checked.objects),
        all_kinds(),
        _waivers(judged.policies),
        cluster="",
        today=today,
        others=(*judged.findings, *loaded.findings, *checked.findings),
    )
    return Result("check", findings, files=loaded.files, objects=checked.count)


def effective_policies(request: Request) -> Iterator[tuple[str, tuple[EffectivePolicy, ...]]]:
    """Return what holds, cluster by cluster; raises UserError while a policy is broken or two of them disagree."""
    judged = judge(request.project)
    refuse(judged.findings)
    for cluster in request.clusters:
        live = observe_live(request.project, cluster, all_kinds().values())
        resolved = resolve(judged.policies, live, all_kinds())
        refuse(resolved.findings)
        yield live.cluster, resolved.effective


def _run_cluster(request: Request, cluster: ClusterSettings, judged: Judged, templates: TemplateSet) -> ClusterRun:
    kinds = all_kinds()
    request.progress(f"{cluster.name}: reading {cluster.snapshot}")
    observed = observe(request.project, cluster, kinds.values())
    live = observed.live
    resolved = resolve(judged.policies, live, kinds)
    request.progress(f"{cluster.name}: rendering for {len(resolved.effective)} subjects")
    manifests = render(resolved.effective, live, kinds, templates)
    evidence = evidence_of(observed, resolved.effective, manifests.manifests, request.adopt)
    others = (*resolved.findings, *manifests.findings)
    waivers, today = _waivers(judged.policies), request.now.date()
    findings = check(evidence, kinds, waivers, cluster=live.cluster, today=today, others=others)
    before_the_plan = {finding.code for finding in others}
    stopped = _stopped(finding for finding in findings if finding.code in before_the_plan)
    plan = None if stopped else diff(manifests.manifests, observed.tip, live, request.adopt)
    return ClusterRun(observed, resolved.effective, manifests, findings, plan)


def _waivers(policies: Iterable[Policy]) -> tuple[Waiver, ...]:
    kinds = all_kinds()
    return tuple(waiver(policy) for policy in policies if (waiver := kinds[policy.kind].waiver))


def _stopped(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR and not finding.waived for finding in findings)
