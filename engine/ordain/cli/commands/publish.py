"""`ordain publish`."""

from typing import Any

import click

from ordain.cli.options import exit_code_option, guard_options, project_option, report_options, run_options


@click.command(
    help="""Commit the manifests to the output branch, from which Argo CD syncs.

With a plan it does just that plan: what it was made from, the branch and the live fields that were compared must be
as they were.

Findings at the gate, a limit, a protected object, a freeze window, a hand-edited generated file, a failed read or an
empty result stop it before anything is written. No work tree is touched; the branch moves at once or not at all;
without a difference there is no commit.

\b
Examples:
  ordain publish                plan, and commit what changed
  ordain publish plan.json      commit just what `ordain plan --out plan.json` planned, or refuse
  ordain publish --dry-run      say what would be committed, change nothing at all
  ordain publish -o markdown=summary.md
"""
)
@click.argument("plan", required=False, metavar="[PLAN]")
@project_option
@run_options
@guard_options
@click.option("--dry-run", is_flag=True, help="Change nothing at all.")
@report_options
@exit_code_option
def command(
    plan: str | None,
    *,
    dry_run: bool,
    exit_code: bool,
    **options: Any,
) -> None:
    """Run every stage; write only when nothing stands against it."""
    from dataclasses import replace

    from ordain.cli.permits import permits_of
    from ordain.cli.planned import SavedPlan
    from ordain.cli.reporting import Reporter, clear_progress, has_changes
    from ordain.cli.request import request_of
    from ordain.pipeline import guarded, publish, run

    saved = SavedPlan.read(plan, options) if plan is not None else None
    permits = permits_of(options, writes=not dry_run)
    request = request_of(saved.options if saved else options)
    if saved:
        saved.refuse_unfit(request)
    reporter = Reporter.of(options, saved.plan.gate if saved else request.project.spec.gate)
    done = run(request)
    clear_progress()
    if saved:
        saved.refuse_moved(done, done.result("publish"))
    done = guarded(done, permits, publishing=True)
    result = done.result("publish")
    if reporter.failed(result) or not done.complete or (exit_code and has_changes(result)):
        why = "Nothing was written: " + (
            "mend the findings at the gate first." if reporter.failed(result) else "--exit-code, and there are changes."
        )
        reporter.leave(replace(result, notes=(*result.notes, why)), changes_count=exit_code)
    reporter.leave(replace(result, published=(publish(done, dry_run=dry_run),)))
