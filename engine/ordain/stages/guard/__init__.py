"""Guard: what stands against publishing a plan that is sound. Limits, protected objects, windows of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ordain.model.finding import Finding
from ordain.quantities import utc_text
from ordain.stages.guard.limits import over_limits
from ordain.stages.guard.outgoing import Outgoing, outgoing
from ordain.stages.guard.protection import another_plan, unconfirmed
from ordain.stages.guard.windows import stops
from ordain.stages.project import ProjectFile

__all__ = ["Permits", "Verdict", "guard", "outgoing"]


@dataclass(frozen=True, slots=True)
class Permits:
    """What the user lets through. Windows are judged at `at`; `tested` says that this is a time to test, not the run's.

    `confirmed` are the first digits (twelve at least) of the digest of the plan whose protected objects may go.
    """

    at: datetime
    tested: bool = False
    exceed_limits: bool = False
    publish_in_freeze: bool = False
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against a publish, what would if the user had not let it through, and what there is to say."""

    findings: tuple[Finding, ...] = ()
    let_through: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def guard(
    changes: Sequence[Outgoing], project: ProjectFile, permits: Permits, digest: str, *, publishing: bool
) -> Verdict:
    """Judge the changes of all clusters; `digest` names the plan.

    Windows stand against a publish alone: while only planning (not `publishing`), they are notes. Without a change
    nothing stands against anything.
    """
    confirmed = bool(permits.confirmed) and digest.startswith(permits.confirmed)
    in_time = tuple(stops(project.windows, changes, permits.at))
    judged = [
        ("--dangerous-exceed-limits", permits.exceed_limits, tuple(over_limits(project, changes))),
        ("--confirm", confirmed, tuple(unconfirmed(project, changes, digest))),
    ]
    if publishing or permits.publish_in_freeze:
        judged.append(("--dangerous-publish-in-freeze", permits.publish_in_freeze, in_time))
    found = [finding for _, given, findings in judged if not given for finding in findings]
    if permits.confirmed and not confirmed:
        found.append(another_plan(project, permits.confirmed, digest))
    passed = [(flag, finding) for flag, given, findings in judged if given for finding in findings]
    notes = [f"Let through by {flag}: {finding.message}" for flag, finding in passed]
    if not publishing and not permits.publish_in_freeze:
        notes += _foretold(in_time, permits)
    return Verdict(tuple(found), tuple(finding for _, finding in passed), tuple(notes))


def _foretold(in_time: Sequence[Finding], permits: Permits) -> list[str]:
    when = f"at {utc_text(permits.at)}" if permits.tested else "now"
    if not in_time:
        return [f"A publish {when} would be let through: no window stands against it."] if permits.tested else []
    return [
        f"A publish {when} would be refused: {finding.code} {finding.message}; {finding.hint} ({finding.where})"
        for finding in in_time
    ]
