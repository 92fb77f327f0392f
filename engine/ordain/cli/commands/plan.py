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
"""
)
@project_option
@run_options
@engine_option
@guard_options
@report_options
@exit_code_option
def command(*, exit_code: bool, **options: Any) -> None:
    """Run every stage but the last."""
    from dataclasses import replace

    from ordain.cli.permits import permits_of
    from ordain.cli.reporting import Reporter, clear_progress
    from ordain.cli.request import request_of
    from ordain.pipeline import guarded, run
    from ordain.stages.provenance import refusal

    request = request_of(options)
    reporter = Reporter.of(options, request.project.spec.gate)
    done = guarded(run(request), permits_of(options), publishing=False)
    refused = refusal(done)
    clear_progress()
    result = done.result("plan")
    reporter.leave(
        replace(result, notes=(*result.notes, refused) if refused else result.notes), changes_count=exit_code
    )
