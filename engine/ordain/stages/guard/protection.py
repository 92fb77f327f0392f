"""Protected objects: they are deleted, or left to themselves, only after a confirmation of this very plan."""

from collections.abc import Iterator, Sequence
from typing import Final

from ordain.errors import Span
from ordain.model.finding import Finding
from ordain.model.plan import Change
from ordain.reasoning.guards import PROTECTED
from ordain.stages.diff import annotations_of, published_body, sync_options
from ordain.stages.guard.outgoing import Outgoing
from ordain.stages.project import ProjectFile

ANNOTATION: Final = "ordain.dev/protect"
DIGITS: Final = 12
"""So many digits of a plan's digest confirm it, at least."""

_PROTECTING: Final = ("Prune=false", "Prune=confirm", "Delete=false", "Delete=confirm")


def unconfirmed(project: ProjectFile, outgoing: Sequence[Outgoing], digest: str) -> Iterator[Finding]:
    """Report each deletion of a protected object, with the confirmation that lets it through."""
    for item in outgoing:
        for change in item.deletions():
            if protection := _protection(project, item, change):
                why, where = protection
                yield Finding.of(
                    PROTECTED,
                    f"{change.ref} is protected by {why}, and would go: {change.reason}",
                    hint="keep the policy that renders it; if it shall go, look at the whole plan and publish with "
                    f"--confirm {digest[:DIGITS]}, which holds for this plan alone",
                    where=where,
                    subject=change.ref,
                ).in_cluster(item.cluster)


def another_plan(project: ProjectFile, confirmed: str, digest: str) -> Finding:
    """Report a confirmation of a plan that is not this one."""
    return Finding.of(
        PROTECTED,
        f"--confirm {confirmed} is not the digest of this plan, which is {digest[:DIGITS]}: something changed since",
        hint="look at the plan again (`ordain plan` with the same options), and confirm what it says now",
        where=project.where("spec", "output"),
    )


def _protection(project: ProjectFile, item: Outgoing, change: Change) -> tuple[str, Span] | None:
    """Say what protects the object of a deletion, and where that is settled; None where nothing does."""
    for index, selection in enumerate(project.spec.protect):
        if selection.covers(change.ref, item.cluster):
            return "spec.protect", project.where("spec", "protect", index)
    body, output = published_body(item.tip, change.path), project.where("spec", "output")
    annotations = annotations_of(body) if body else {}
    if annotations.get(ANNOTATION) == "true":
        return f'its annotation {ANNOTATION}: "true"', output
    options = sync_options(annotations)
    return next(((f"the sync option {option}", output) for option in _PROTECTING if option in options), None)
