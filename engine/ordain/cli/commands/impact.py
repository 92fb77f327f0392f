"""`ordain impact`."""

from typing import Any

import click

from ordain.cli.options import exit_code_option, output_options, project_option, run_options


@click.command(
    help="""Show every object that changes because of one policy file or template, equal changes together.

Compared are two renders of the same clusters at the same time: with the file as it is here, and as it is at the last
commit; or without it, where it is unchanged since. A template of the engine's own is named as `ordain` names it: then
the objects are listed that it renders. Nothing is written.

\b
Examples:
  ordain impact policies/shop.yaml                      my edit, before I commit it
  ordain impact policies/shop.yaml --against origin/main  a pull request
  ordain impact templates/scaling/hpa.yaml.j2           of the project's own templates
  ordain impact scaling/hpa.yaml.j2 -o json             what the engine's own template renders
"""
)
@click.argument("path", metavar="TEMPLATE|POLICY")
@click.option("--against", metavar="REF", help="The commit with the other version. Default: the last one.")
@project_option
@run_options
@output_options("text", "json", "markdown")
@exit_code_option
def command(path: str, *, against: str | None, exit_code: bool, **options: Any) -> None:
    """Render twice and tell what differs."""
    from ordain.cli.exit import Exit
    from ordain.cli.reporting import Outputs, clear_progress
    from ordain.cli.request import request_of
    from ordain.impacting import impact_of
    from ordain.report.impact import IMPACT_FORMATS

    request = request_of(options)
    outputs = Outputs.of(options, IMPACT_FORMATS)
    impact = impact_of(request, path, against)
    clear_progress()
    outputs.write(impact)
    click.get_current_context().exit(Exit.FINDINGS if exit_code and impact.groups else Exit.FINE)
