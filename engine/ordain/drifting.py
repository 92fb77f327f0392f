"""Drift of all clusters: what lives against what Git holds. It needs no policies; they tell what is pending."""

from collections.abc import Iterable, Mapping, Sequence

from ordain.errors import UserError
from ordain.judging import judge, waivers_of
from ordain.kinds import all_kinds
from ordain.model.comparison import Comparing, Engine
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.live import LiveState
from ordain.model.objects import ObjectRef, RawObject
from ordain.model.plan import Manifest, Plan, Result, Section
from ordain.model.policy import Policy
from ordain.reasoning import all_controls
from ordain.reasoning.drifts import DRIFTS, drifted
from ordain.reasoning.waivers import apply_waivers, judge_waivers
from ordain.report.summary import many
from ordain.settings import ClusterSettings
from ordain.stages.diff.masking import Masks
from ordain.stages.drift import Sides, drift, edited_by_hand, held_by, unread
from ordain.stages.forecast import forecast
from ordain.stages.ignore_rules import IgnoreRules, ignore_rules
from ordain.stages.observe import Observed, observe
from ordain.stages.outcome import Judged, Request, section
from ordain.stages.project import ProjectFile
from ordain.stages.provenance import no_output
from ordain.stages.rehearse import ask
from ordain.stages.render import render
from ordain.stages.resolve import resolve


def detect(request: Request) -> Result:
    """Compare every cluster with the output branch; `notes` say what could not be known, and why.

    Neither broken policies nor none at all stop it: then nothing is known to wait for a publish.
    """
    judged, trouble = _policies(request.project)
    waivers = [item for item in waivers_of(judged.policies) if item.control in DRIFTS]
    ignored = ignore_rules(request.project)
    sections: list[Section] = []
    notes: list[str] = [_not_known(trouble)] if trouble else []
    masks = Masks()
    for cluster in request.clusters:
        observed = observe(request.project, cluster, all_kinds().values(), request.progress)
        rendered: Sequence[Manifest] = ()
        if not trouble:
            rendered, why = _rendered(request, judged.policies, observed.live)
            notes += [f"{observed.live.cluster}: {_not_known(why)}"] if why else []
        held = held_by(observed.tip)
        comparing, told = _comparing(request, cluster, observed, held, ignored)
        notes += [f"{observed.live.cluster}: {note}" for note in told]
        plan = drift(Sides(observed.tip, held, observed.live, rendered, comparing), masks)
        found = _findings(plan, observed.live, rendered)
        findings = sorted(apply_waivers(found, waivers, request.now.date()), key=by_place)
        sections.append(section(observed, tuple(findings), plan))
    every = [finding for item in sections for finding in item.findings]
    waived = judge_waivers(waivers, every, request.now.date(), all_controls()) if request.whole else ()
    own = tuple(sorted([*ignored.findings, *waived], key=by_place))
    return Result("drift", own, tuple(sections), len(judged.policies), judged.files, notes=tuple(notes))


def _not_known(why: str) -> str:
    return f"what waits for a publish is not known: {why}"


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


def _rendered(request: Request, policies: Sequence[Policy], live: LiveState) -> tuple[Sequence[Manifest], str]:
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


def _comparing(
    request: Request,
    cluster: ClusterSettings,
    observed: Observed,
    held: Mapping[str, RawObject],
    ignored: IgnoreRules,
) -> tuple[Comparing, list[str]]:
    """Return how one cluster is compared, and what is to be said of its files in Git."""
    if observed.destination is None:
        raise no_output()
    answers = None
    told = [f"{path} in Git is not as ordain published it" for path in edited_by_hand(observed.tip)]
    told += [
        f"{ref} is in Git, and its kind was not read: nothing is known of it" for ref in unread(held, observed.live)
    ]
    if request.engine is Engine.SERVER:
        bodies = {ObjectRef.of(body): body for body in held.values()}
        answers = ask(request.project, cluster, bodies, request.progress)
        told += [f"the server refuses {ref}: {one.refused}" for ref, one in sorted(answers.items()) if one.refused]
    rules = ignored.of(observed.live.cluster, observed.destination)
    return Comparing(request.project.applier, rules, answers), told


def _findings(plan: Plan, live: LiveState, rendered: Sequence[Manifest]) -> list[Finding]:
    places = {item.ref: item.locate(()) for item in live.objects}
    places |= {made.ref: made.recommendation.where for made in rendered}
    return [finding.in_cluster(live.cluster) for finding in drifted(plan, places.get)]
