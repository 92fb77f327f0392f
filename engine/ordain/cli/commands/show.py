"""`ordain show`."""

from typing import Any

import click

from ordain.cli.options import exit_code_option, report_options


@click.command(
    help="""Print a saved plan in any format, as `ordain plan` did when it was made. Nothing is read but the file.

\b
Examples:
  ordain show plan.json
  ordain show plan.json -o markdown -o html=plan.html
"""
)
@click.argument("plan", metavar="PLAN")
@report_options
@exit_code_option
def command(plan: str, *, exit_code: bool, **options: Any) -> None:
    """Report on the file."""
    from ordain.cli.reporting import Reporter
    from ordain.stages.planfile import read_plan, result_of

    planned = read_plan(plan)
    Reporter.of(options, planned.gate).leave(result_of(planned), changes_count=exit_code)
