"""What is judged without a plan: policies on their own, manifests from files, the objects that live in a cluster."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ordain.apischemas import bundle, versions
from ordain.errors import UserError
from ordain.kinds import all_kinds
from ordain.kubeyaml import MANIFESTS, POLICIES
from ordain.model.finding import by_place
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.live import LiveState
from ordain.model.plan import Result, Section
from ordain.model.policy import EffectivePolicy, Policy
from ordain.model.waiver import Waiver
from ordain.reasoning import all_controls
from ordain.reasoning.waivers import unknown_codes
from ordain.stages.check import check
from ordain.stages.load import Loaded, load
from ordain.stages.manifests import check_schemas
from ordain.stages.observe import observe_live
from ordain.stages.outcome import Judged, Request, refuse
from ordain.stages.project import ProjectFile
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate


def judge(project: ProjectFile) -> Judged:
    """Load and validate the policies of a project."""
    return judge_loaded(load_policies(project))


def load_policies(project: ProjectFile) -> Loaded:
    """Read the policies of a project; raises UserError where there are none."""
    loaded = load(project.spec.policies, POLICIES, root=project.folder)
    if not loaded.documents and not loaded.findings:
        where = ", ".join(project.spec.policies)
        raise UserError(f"there are no policies in {where}", hint="`ordain init` writes a first one")
    return loaded


def judge_loaded(loaded: Loaded) -> Judged:
    """Validate the policies of some files."""
    validated = validate(loaded.documents, all_kinds())
    unknown = unknown_codes(waivers_of(validated.policies), all_controls())
    findings = sorted([*loaded.findings, *validated.findings, *unknown], key=by_place)
    return Judged(validated.policies, tuple(findings), loaded.files, loaded.digest, loaded.contents)


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
