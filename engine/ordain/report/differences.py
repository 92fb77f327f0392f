"""Differences as all formats tell them: drift apart from what a plan changes anyway, and findings' places."""

from dataclasses import replace
from typing import Final

from ordain.model.finding import Finding
from ordain.model.plan import SYNC_WORDS, Change, FieldChange, Moved, Plan

ABSENT = "absent"

MOVED_WORDS: Final = {
    Moved.POLICY: "the policy changed",
    Moved.GIT: "Git has it, and it is not synced yet",
    Moved.CLUSTER: "changed in the cluster",
}


def drift(plan: Plan) -> tuple[Change, ...]:
    """Return the live differences less those that syncing the plan mends, object by object and field by field."""
    return tuple(
        replace(change, fields=tuple(field for field in change.fields if not field.pending))
        for change in plan.live
        if not change.pending
    )


def left_alone(plan: Plan) -> int:
    """Count the live fields that differ and are left alone."""
    return sum(len(change.fields) for change in plan.ignored)


def held_by(field: FieldChange) -> str:
    """Say who holds a live field, and since when: `kubectl-edit since 2026-11-20T10:00:00Z`; empty: unknown."""
    return f"{field.manager} since {field.since}" if field.manager and field.since else field.manager


def outcome_of(field: FieldChange) -> str:
    """Say what a live difference comes from and what the next sync does to it; empty: nobody knows."""
    moved = MOVED_WORDS[field.moved] if field.moved else ""
    return "; ".join(filter(None, (moved, SYNC_WORDS[field.on_sync] if field.on_sync else "")))


def subject_of(finding: Finding) -> str:
    """Name the object that is meant, with its container: `shop/Deployment/checkout, container app`."""
    if finding.subject is None:
        return ""
    return f"{finding.subject}, container {finding.container}" if finding.container else str(finding.subject)


def place_of(finding: Finding) -> str:
    """Say where a finding is: the file's place, else the live object with its cluster, else the cluster."""
    if finding.where is not None:
        return str(finding.where)
    subject = subject_of(finding)
    return f"{finding.cluster}: {subject}" if finding.cluster and subject else subject or finding.cluster


def placed(finding: Finding) -> str:
    """Return the message; of a finding without a place in a file, with its object or cluster in front."""
    place = place_of(finding)
    return finding.message if finding.where or not place else f"{place}: {finding.message}"


def about(finding: Finding) -> str:
    """Name the object of a finding that has a place in a file and does not name its object in the message."""
    if finding.where is None or finding.subject is None or str(finding.subject) in finding.message:
        return ""
    return f"{subject_of(finding)} in {finding.cluster}" if finding.cluster else subject_of(finding)


def waiver_of(finding: Finding) -> str:
    """Say who waived a finding, why and until when."""
    waived = finding.waived
    if waived is None:
        return ""
    ticket = f", {waived.ticket}" if waived.ticket else ""
    return f"Waiver/{waived.name} ({waived.owner}{ticket}, until {waived.expires}): {waived.reason}"
