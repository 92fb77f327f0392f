"""`ordain plan`."""

from typing import Any

import click

from ordain.cli.options import engine_option, exit_code_option, project_option, report_options, run_options


@click.command(
    help="""Show what a publish would change in Git, and what lives otherwise than Git holds it.

Each change is shown field by field: both sides, and the policy line that set it. Nothing is written.

\b
Examples:
  ordain plan                                  all clusters of the project
  ordain plan --cluster prod-eu --exit-code    1 if anything would change
  ordain plan --snapshot prod.snapshot.gz      offline, from a recorded state
  ordain plan --engine server                  exact: the API server's own dry run, nothing is written
  ordain plan -o markdown                      the text of a pull-request comment
"""
)
@project_option
@run_options
@engine_option
@report_options
@exit_code_option
def command(*, exit_code: bool, **options: Any) -> None:
    """Run every stage but the last."""
    from dataclasses import replace

    from ordain.cli.reporting import Reporter, clear_progress
    from ordain.cli.request import request_of
    from ordain.pipeline import run
    from ordain.stages.provenance import refusal

    request = request_of(options)
    reporter = Reporter.of(options, request.project.spec.gate)
    done = run(request)
    refused = refusal(done)
    clear_progress()
    result = replace(done.result("plan"), notes=(refused,) if refused else ())
    reporter.leave(result, changes_count=exit_code)
