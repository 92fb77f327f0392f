"""What `plan --out` and `publish PLAN` need of each other: the options of the run, and the words of a refusal."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from ordain.cli.options import RUN_FLAGS
from ordain.cli.reporting import place_for
from ordain.cli.request import time_of
from ordain.errors import Span, UserError
from ordain.model.plan import Result
from ordain.model.planfile import Choice, Move, PlanFile
from ordain.report.moves import sentence
from ordain.report.summary import many
from ordain.settings import PlanFileSettings
from ordain.stages.outcome import Request, Run
from ordain.stages.planfile import moves, published_already, read_plan, record, refuse_unfit, stand_against

_CHOICES: Final = {"project": "--project", **RUN_FLAGS}
_STILL_GIVEN: Final = frozenset({"project", "kubeconfig", "now"})
"""Where the settings and the kubeconfig lie may differ from machine to machine; `--now` is the time of the publish."""
_GIVEN: Final = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
_LISTED: Final = 40


def choices_of(options: Mapping[str, Any]) -> dict[str, Choice]:
    """Return the options that a run was asked for with, but for its time, which the plan has.

    Raises UserError for policies from standard input: a publish could not read them again.
    """
    if "-" in options["policies"]:
        raise UserError("a plan from standard input cannot be kept", hint="name a file: --policies PATH --out FILE")
    return {name: options[name] for name in sorted(_CHOICES) if name != "now" and options[name]}


def place_of(out: str, reports: Iterable[Path | None]) -> Path:
    """Return the file that a plan goes to; raises UserError where it cannot be written, or a report goes there too."""
    if not out:
        raise UserError("--out names no file", hint="--out plan.json; is a variable empty?")
    if out == "-":
        raise UserError("a plan goes to a file: standard output has the report", hint="--out plan.json")
    if any(report and os.path.realpath(report) == os.path.realpath(out) for report in reports):
        raise UserError(f"the plan and a report would go to {out}", hint="give each a file of its own")
    place_for(Path(out))
    return Path(out)


def obstacle_of(run: Run, refused: str, *, failed: bool) -> str:
    """Say why a plan cannot be published; empty where it can. `refused` is what stands against it in the output."""
    if failed:
        return "mend the findings at the gate first"
    if not run.complete:
        return "a cluster has no plan"
    return refused if run.request.project.output else "the project names no output repository"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan file that shall be published at the time `at`, and the options of the run that must make it again."""

    plan: PlanFile
    file: str
    at: datetime
    options: dict[str, Any]

    @classmethod
    def read(cls, file: str, options: Mapping[str, Any]) -> "SavedPlan":
        """Read the file. Raises UserError for a broken one, and for an option that only a new plan could heed."""
        plan = read_plan(file)
        given_by = click.get_current_context().get_parameter_source
        for name, flag in _CHOICES.items():
            if given_by(name) in _GIVEN and name not in _STILL_GIVEN:
                raise UserError(
                    f"{flag} cannot change a plan that is made",
                    hint="leave it out, or plan again with it: `ordain plan --out plan.json`",
                    where=Span(file),
                )
        given = {name: options[name] for name in ("project", "kubeconfig") if options[name]}
        asked = {**options, **plan.choices, **given, "now": plan.now.isoformat()}
        return cls(plan, file, time_of(options["now"]), asked)

    def refuse_unfit(self, request: Request) -> None:
        """Raise UserError where the plan may not be published now, whatever moved."""
        limits = request.project.spec.planFile
        oldest = (limits if isinstance(limits, PlanFileSettings) else PlanFileSettings.model_validate({})).maxAge
        refuse_unfit(self.plan, self.file, at=self.at, oldest=oldest)

    def refuse_moved(self, run: Run, result: Result) -> None:
        """Raise UserError, with all that moved, where the run did not make the very plan of the file.

        A plan that is published already may be published again: there is nothing to write.
        """
        now = record(run, result, self.plan.gate, self.plan.choices)
        if published_already(self.plan, now):
            return
        found = stand_against(moves(self.plan, now))
        if found or now.digest != self.plan.digest:
            raise UserError(
                f"the plan no longer holds, and nothing was written: {_listed(found)}",
                hint="plan again, and review what it says: `ordain plan --out plan.json`",
                where=Span(self.file),
            )


def _listed(found: Sequence[Move]) -> str:
    lines = [f"\n  {sentence(move)}" for move in found[:_LISTED]]
    more = f"\n  and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return f"{many(len(found), 'thing')} moved{''.join(lines)}{more}" if found else "other files would be written"
