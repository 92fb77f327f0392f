"""Whether a plan file may be published at all at a given time, before anything is read again."""

from datetime import datetime, timedelta
from typing import Final

from ordain.errors import Span, UserError
from ordain.model.planfile import PlanFile
from ordain.quantities import Duration, utc_text
from ordain.stages.planfile.recording import result_of

_CLOCKS: Final = timedelta(minutes=5)
"""By how much the clocks of two machines may differ."""


def refuse_unfit(plan: PlanFile, file: str, *, at: datetime, oldest: Duration) -> None:
    """Raise UserError for a plan with an obstacle, too old at `at`, for a later time, or leaning on an ended waiver.

    The forecasts and waivers of a plan are those of its own time, `plan.now`: that is why it must not be old. A waiver
    that has ended since counts where its finding would be at the plan's gate.
    """
    where = Span(file)
    if plan.obstacle:
        raise UserError(
            f"the plan cannot be published: {plan.obstacle}", hint=f"`ordain show {file}` prints it", where=where
        )
    age = at - plan.now
    again = f"plan again: `ordain plan --out {file}`"
    if age > timedelta(seconds=oldest.seconds):
        raise UserError(
            f"the plan was made for {utc_text(plan.now)} and is older than {oldest.seconds / 3600:g} hours",
            hint=f"{again}; spec.planFile.maxAge of ordain.yaml says how old a plan may be",
            where=where,
        )
    if -age > _CLOCKS:
        raise UserError(
            f"the plan is for {utc_text(plan.now)}, and now it is {utc_text(at)}",
            hint="publish it then, or plan again without --now",
            where=where,
        )
    for finding in result_of(plan).all_findings():
        waived = finding.waived
        if waived and waived.expires < at.date().isoformat() and finding.severity.rank <= plan.gate.rank:
            raise UserError(
                f"Waiver/{waived.name} ended on {waived.expires}, and the plan needs it for {finding.code}: "
                f"{finding.message}",
                hint=f"mend that, or ask {waived.owner} for a new date; then {again}",
                where=where,
            )
