"""`ordain check`."""

from typing import Any

import click

from ordain.cli.options import project_option, report_options


@click.command(
    help="""Judge any manifests: the JSON schemas of a Kubernetes version, and every control that applies.

\b
Examples:
  ordain check deploy/                                 a folder
  helm template . | ordain check - --kubernetes-version 1.33
  kustomize build . | ordain check - -o github         annotations in a pull request
"""
)
@click.argument("paths", nargs=-1, required=True, metavar="PATHS|-...")
@click.option("--kubernetes-version", metavar="1.NN", help="Judge for this version. Default: the newest known.")
@click.option("--now", metavar="TIME", help="The time of the run, for waivers. Default: now.")
@project_option
@report_options
def command(
    paths: tuple[str, ...],
    kubernetes_version: str | None,
    now: str | None,
    project: str | None,
    **options: Any,
) -> None:
    """Check manifests; waivers of the project, if there is one, count."""
    from ordain.cli.reporting import Reporter
    from ordain.cli.request import time_of
    from ordain.errors import UserError
    from ordain.pipeline import check_manifests
    from ordain.stages.project import read_project

    settings = read_project(project)
    reporter = Reporter.of(options, settings.spec.gate if settings else "error")
    result = check_manifests(paths, settings, kubernetes_version, time_of(now).date())
    if not result.objects and not result.findings:
        raise UserError(f"there are no manifests in {', '.join(paths)}", hint="did the tool that writes them fail?")
    reporter.leave(result)
