"""What is judged without a plan: policies on their own, manifests from files, the objects that live in a cluster."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ordain.apischemas import bundle, versions
from ordain.errors import UserError
from ordain.kinds import all_kinds
from ordain.kubeyaml import MANIFESTS, POLICIES
from ordain.model.comparison import Comparing
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.live import LiveState
from ordain.model.plan import Manifest, Result, Section
from ordain.model.policy import EffectivePolicy, Policy
from ordain.model.waiver import Waiver
from ordain.reasoning import all_controls
from ordain.reasoning.drifts import DRIFTS, drifted
from ordain.reasoning.waivers import apply_waivers, judge_waivers, unknown_codes
from ordain.report.summary import many
from ordain.stages.check import check
from ordain.stages.drift import Sides, drift, edited_by_hand
from ordain.stages.forecast import forecast
from ordain.stages.ignore_rules import ignore_rules
from ordain.stages.load import load
from ordain.stages.manifests import check_schemas
from ordain.stages.observe import observe, observe_live
from ordain.stages.outcome import Judged, Request, refuse, section
from ordain.stages.project import ProjectFile
from ordain.stages.provenance import no_output
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate


def judge(project: ProjectFile) -> Judged:
    """Load and validate the policies of a project."""
    loaded = load(project.spec.policies, POLICIES, root=project.folder)
    if not loaded.documents and not loaded.findings:
        where = ", ".join(project.spec.policies)
        raise UserError(f"there are no policies in {where}", hint="`ordain init` writes a first one")
    validated = validate(loaded.documents, all_kinds())
    unknown = unknown_codes(waivers_of(validated.policies), all_controls())
    findings = sorted([*loaded.findings, *validated.findings, *unknown], key=by_place)
    return Judged(validated.policies, tuple(findings), loaded.files, loaded.digest)


def check_manifests(paths: tuple[str, ...], project: ProjectFile | None, version: str | None, now: datetime) -> Result:
    """Judge any manifests: schemas, then every control.

    Of a project, the waivers count, and the policies of those kinds that hold for files.
    """
    judged = judge(project) if project else Judged((), (), 0, "")
    loaded = load(paths, MANIFESTS)
    version = version or versions()[-1]
    checked = check_schemas(loaded.documents, bundle(version))
    as_read = LiveState("", version, "", checked.objects, frozenset(), None, "")
    holding = {name: kind for name, kind in all_kinds().items() if kind.holds_for_files}
    effective = resolve(judged.policies, as_read, holding).effective
    findings = check(
        Evidence(checked.objects, Outlook(now, {}), effective=effective),
        all_kinds(),
        waivers_of(judged.policies),
        cluster="",
        others=(*judged.findings, *loaded.findings, *checked.findings),
    )
    return Result("check", findings, files=loaded.files, objects=checked.count)


def check_live(request: Request) -> Result:
    """Judge the objects that live in the clusters, whoever made them, by every control; waivers count."""
    judged = judge(request.project) if request.project.spec.policies else Judged((), (), 0, "")
    refuse(judged.findings)
    sections, count = [], 0
    for cluster in request.clusters:
        live = observe_live(request.project, cluster, all_kinds().values(), request.progress)
        resolved = resolve(judged.policies, live, all_kinds())
        evidence = Evidence(live.objects, Outlook(request.now, {}), live, resolved.effective, live_too=True)
        waivers = waivers_of(judged.policies)
        findings = check(evidence, all_kinds(), waivers, cluster=live.cluster, others=resolved.findings)
        sections.append(Section(live.cluster, live.kubernetes_version, live.source, live.taken_at, findings))
        count += len(live.objects)
    return Result("check", judged.findings, tuple(sections), files=judged.files, objects=count)


def judge_drift(request: Request) -> Result:
    """Compare what lives with what Git holds; the policies tell what only waits for a publish.

    Neither broken policies nor none at all stop it: then nothing is known to be pending, and a note says why.
    """
    judged, why = _policies(request.project)
    waivers = [item for item in waivers_of(judged.policies) if item.control in DRIFTS]
    ignored = ignore_rules(request.project)
    sections: list[Section] = []
    notes: list[str] = []
    for cluster in request.clusters:
        observed = observe(request.project, cluster, all_kinds().values(), request.progress)
        if observed.destination is None:
            raise no_output()
        live, tip = observed.live, observed.tip
        rendered, trouble = ((), why) if why else _rendered(request, judged.policies, live)
        plan = drift(Sides(tip, live, rendered, Comparing(ignore=ignored.of(live.cluster, observed.destination))))
        places = {item.ref: item.locate(()) for item in live.objects}
        places |= {made.ref: made.recommendation.where for made in rendered}
        found = [finding.in_cluster(live.cluster) for finding in drifted(plan, places.get)]
        findings = sorted(apply_waivers(found, waivers, request.now.date()), key=by_place)
        sections.append(section(observed, tuple(findings), plan))
        notes += [f"{live.cluster}: what waits for a publish is not known: {trouble}"] * bool(trouble)
        notes += [f"{live.cluster}: {path} in Git is not as ordain published it" for path in edited_by_hand(tip)]
    every = [finding for item in sections for finding in item.findings]
    waived = judge_waivers(waivers, every, request.now.date(), all_controls()) if request.whole else ()
    own = tuple(sorted([*ignored.findings, *waived], key=by_place))
    return Result("drift", own, tuple(sections), len(judged.policies), judged.files, notes=tuple(notes))


def _policies(project: ProjectFile) -> tuple[Judged, str]:
    """Return the sound policies, and why they cannot be rendered, if they cannot."""
    try:
        judged = judge(project)
    except UserError as error:
        return Judged((), (), 0, ""), error.message
    return judged, _errors(judged.findings)


def _errors(findings: Iterable[Finding]) -> str:
    count = sum(finding.severity is Severity.ERROR for finding in findings)
    return f"the policies have {many(count, 'error')} (`ordain plan` lists them)" if count else ""


def _rendered(request: Request, policies: Sequence[Policy], live: LiveState) -> tuple[tuple[Manifest, ...], str]:
    """Return what the policies would give now, or why they give nothing."""
    kinds = all_kinds()
    resolved = resolve(policies, live, kinds)
    if trouble := _errors(resolved.findings):
        return (), trouble
    try:
        outlook = forecast(resolved.effective, live, kinds, request.now)
        return render(resolved.effective, live, outlook, kinds, request.project.template_set()).manifests, ""
    except UserError as error:
        return (), error.message


def effective_policies(request: Request) -> Iterator[tuple[str, tuple[EffectivePolicy, ...]]]:
    """Return what holds, cluster by cluster; raises UserError while a policy is broken or two of them disagree."""
    judged = judge(request.project)
    refuse(judged.findings)
    for cluster in request.clusters:
        live = observe_live(request.project, cluster, all_kinds().values(), request.progress)
        resolved = resolve(judged.policies, live, all_kinds())
        refuse(resolved.findings)
        yield live.cluster, resolved.effective


def waivers_of(policies: Iterable[Policy]) -> tuple[Waiver, ...]:
    """Return the waivers among some policies."""
    kinds = all_kinds()
    return tuple(waiver(policy) for policy in policies if (waiver := kinds[policy.kind].waiver))
