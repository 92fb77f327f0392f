"""`ordain drift`."""

from typing import Any

import click

from ordain.cli.options import compare_options, engine_option, project_option, report_options


@click.command(
    help="""Compare what lives with what Git holds: exit code 1 where something drifted.

For each difference: whether Git moved (published, and not synced yet), the cluster moved (who changed it, since when),
or a policy did (it waits for a publish, and is no drift). Broken policies do not stop it. Nothing is written.

\b
Examples:
  ordain drift                                all clusters of the project
  ordain drift --cluster prod-eu -o json      for a program
  ordain drift --snapshot prod.snapshot.gz    offline, from a recorded state
"""
)
@project_option
@compare_options
@engine_option
@report_options
def command(**options: Any) -> None:
    """Compare the output branch with live clusters."""
    from ordain.cli.reporting import Reporter, clear_progress
    from ordain.cli.request import request_of
    from ordain.drifting import detect

    request = request_of(options)
    reporter = Reporter.of(options, request.project.spec.gate)
    result = detect(request)
    clear_progress()
    reporter.leave(result)
