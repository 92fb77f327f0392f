"""`ordain validate`."""

from typing import Any

import click

from ordain.cli.options import project_option, report_options


@click.command(
    help="""Check policy files: their YAML, their shape, their meaning, and what no document sets.

All mistakes of all files are reported in one run, each with its place and its mend.

\b
Examples:
  ordain validate                          the policies of ordain.yaml
  ordain validate policies/shop.yaml teams some files and folders
  cat policy.yaml | ordain validate -      standard input
  ordain validate -o text -o sarif=v.sarif for a code scanner, too
"""
)
@click.argument("paths", nargs=-1, metavar="[PATHS|-]...")
@project_option
@report_options
def command(paths: tuple[str, ...], project: str | None, **options: Any) -> None:
    """Load and validate."""
    from ordain.cli.reporting import Reporter
    from ordain.cli.request import project_of
    from ordain.judging import judge
    from ordain.model.plan import Result

    settings = project_of(project, paths)
    reporter = Reporter.of(options, settings.spec.gate)
    judged = judge(settings)
    result = Result("validate", judged.findings, policies=len(judged.policies), files=judged.files)
    reporter.leave(result)
