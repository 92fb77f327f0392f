"""`ordain snapshot`."""

from pathlib import Path
from typing import Any

import click

from ordain.cli.options import project_option, source_options


@click.command(
    help="""Record a cluster's state in one file, to plan from it anywhere, offline.

The data of Secrets is never read or written. --redact drops annotations and the values of environment variables too.

\b
Examples:
  ordain snapshot --cluster prod-eu --out prod-eu.snapshot.gz
  ordain snapshot --context kind-dev --out dev.snapshot.gz
  ordain snapshot --snapshot list.yaml --kubernetes-version 1.33 --out today.snapshot.gz    from a `kubectl get` list
"""
)
@project_option
@source_options
@click.option("--out", required=True, metavar="FILE", help="The file to write; an old one is replaced at once.")
@click.option("--redact", is_flag=True, help="Drop annotations and environment values.")
def command(out: str, *, redact: bool, project: str | None, **options: Any) -> None:
    """Read one cluster and write what was read."""
    from ordain.cli.reporting import clear_progress, progress
    from ordain.cli.request import clusters_of
    from ordain.cluster import write_snapshot
    from ordain.errors import UserError
    from ordain.kinds import all_kinds
    from ordain.report.summary import many
    from ordain.stages.observe import observe_live
    from ordain.stages.project import no_project, read_project

    settings = read_project(project) or no_project()
    clusters = clusters_of(settings, options)
    if len(clusters) != 1:
        names = ", ".join(cluster.name for cluster in clusters)
        raise UserError(
            "a snapshot is of one cluster",
            hint=f"add --cluster NAME, one of {names}" if names else "add --context NAME, or --snapshot PATH",
        )
    live = observe_live(settings, clusters[0], all_kinds().values(), progress)
    write_snapshot(live, Path(out), redact=redact)
    clear_progress()
    series = f" and {len(live.series)} series" if live.series else ""
    click.echo(f"Wrote {many(len(live.objects), 'object')}{series} of {live.cluster} to {out}.", err=True)
