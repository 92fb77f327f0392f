"""`ordain diff`."""

from typing import Any

import click

from ordain.cli.options import exit_code_option, output_options


@click.command(
    help="""Say what two saved plans differ in: what they were made from, what they change, what they find.

\b
Examples:
  ordain diff approved.json plan.json
  ordain diff approved.json plan.json --exit-code -o json    1 if they differ
"""
)
@click.argument("before", metavar="PLAN")
@click.argument("after", metavar="PLAN")
@output_options("text", "json")
@exit_code_option
def command(before: str, after: str, *, exit_code: bool, **options: Any) -> None:
    """Compare the files."""
    from ordain.cli.exit import Exit
    from ordain.cli.reporting import Outputs
    from ordain.report.moves import Moves, report_json, report_text
    from ordain.stages.planfile import moves, read_plan

    writer = Outputs.of(options, {"text": report_text, "json": report_json})
    plans = read_plan(before), read_plan(after)
    found = Moves((before, after), plans, moves(*plans))
    writer.write(found)
    click.get_current_context().exit(Exit.FINDINGS if exit_code and found.moves else Exit.FINE)
