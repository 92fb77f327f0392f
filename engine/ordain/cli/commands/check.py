"""`ordain check`."""

from typing import Any

import click

from ordain.cli.options import project_option, report_options, source_options


@click.command(
    help="""Judge any manifests by the schemas of a Kubernetes version, or what lives in a cluster; by every control.

\b
Examples:
  ordain check deploy/                                 a folder
  helm template . | ordain check - --kubernetes-version 1.33
  kustomize build . | ordain check - -o github         annotations in a pull request
  ordain check --context kind-dev                      a cluster that no settings name
  ordain check --cluster prod-eu                       the objects that live in a cluster, whoever made them
"""
)
@click.argument("paths", nargs=-1, metavar="[PATHS|-]...")
@source_options
@click.option("--now", metavar="TIME", help="The time of the run, for waivers. Default: now.")
@project_option
@report_options
def command(paths: tuple[str, ...], now: str | None, project: str | None, **options: Any) -> None:
    """Check manifests, else live objects; waivers of the project, if there is one, count."""
    from ordain.cli.reporting import Reporter, clear_progress, progress
    from ordain.cli.request import clusters_of, time_of
    from ordain.errors import UserError
    from ordain.judging import check_live, check_manifests
    from ordain.stages.outcome import Request
    from ordain.stages.project import no_project, read_project

    settings = read_project(project)
    reporter = Reporter.of(options, settings.spec.gate if settings else "error")
    live = any(options[name] for name in ("clusters", "snapshot", "context", "kubeconfig"))
    if bool(paths) == live:
        raise UserError(
            "PATHS of manifests or a cluster are needed" + (", not both" if live else ""),
            hint="`ordain check deploy/`, `ordain check -` or `ordain check --cluster prod-eu`",
        )
    if live:
        of = settings or no_project()
        result = check_live(Request(of, tuple(clusters_of(of, options)), time_of(now), progress=progress))
        clear_progress()
    else:
        result = check_manifests(paths, settings, options["kubernetes_version"], time_of(now))
        if not result.objects and not result.findings:
            raise UserError(f"there are no manifests in {', '.join(paths)}", hint="did the tool that writes them fail?")
    reporter.leave(result)
