"""`ordain plan`."""

from typing import Any

import click

from ordain.cli.options import (
    engine_option,
    exit_code_option,
    guard_options,
    project_option,
    report_options,
    run_options,
)


@click.command(
    help="""Show what a publish would change in Git, and what lives otherwise than Git holds it.

Each change is shown field by field: both sides, and the policy line that set it. Nothing is written.

\b
Examples:
  ordain plan                                  all clusters of the project
  ordain plan --cluster prod-eu --exit-code    1 if anything would change
  ordain plan --snapshot prod.snapshot.gz      offline, from a recorded state
  ordain plan --engine server                  exact: the API server's own dry run, nothing is written
  ordain plan --at 2026-12-24T18:00+01:00      would a publish be let through then?
  ordain plan -o markdown                      the text of a pull-request comment
  ordain plan --out plan.json                  save it, for review; `ordain publish plan.json` does just that
"""
)
@project_option
@run_options
@engine_option
@guard_options
@click.option("--out", metavar="FILE", help="Save the plan here, so that it can be shown, compared and published.")
@report_options
@exit_code_option
def command(*, out: str | None, exit_code: bool, **options: Any) -> None:
    """Run every stage but the last."""
    from dataclasses import replace

    from ordain.cli.permits import permits_of
    from ordain.cli.planned import choices_of, obstacle_of, place_of
    from ordain.cli.reporting import Reporter, clear_progress
    from ordain.cli.request import request_of
    from ordain.pipeline import guarded, run
    from ordain.stages.planfile import print_plan, record
    from ordain.stages.provenance import refusal
    from ordain.stages.write import write_file

    choices = choices_of(options) if out is not None else {}
    request = request_of(options)
    reporter = Reporter.of(options, request.project.spec.gate)
    place = place_of(out, (file for _, file in reporter.outputs.wanted)) if out is not None else None
    permits = permits_of(options)
    done = run(request)
    refused = refusal(done)
    clear_progress()
    result = guarded(done, permits, publishing=False).result("plan")
    result = replace(result, notes=(*result.notes, refused) if refused else result.notes)
    if place:
        obstacle = obstacle_of(done, refused, failed=reporter.failed(done.result("plan")))
        if obstacle and not refused:
            result = replace(result, notes=(*result.notes, f"{out} cannot be published: {obstacle}."))
        write_file(place, print_plan(record(done, result, reporter.gate, choices, obstacle)))
    reporter.leave(result, changes_count=exit_code)
