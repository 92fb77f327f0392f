"""`ordain render`."""

from pathlib import Path
from typing import Any

import click

from ordain.cli.options import project_option, report_options, run_options


@click.command(
    help="""Print the manifests, or write them to a folder as they would be published.

Findings go to standard error (or to -o FORMAT=FILE); the manifests alone go to standard output.

\b
Examples:
  ordain render                          one YAML stream
  ordain render --out build/manifests    one object per file
  ordain render --argocd                 the ignoreDifferences that an Application needs
"""
)
@project_option
@run_options
@click.option("--out", metavar="FOLDER", help="Write files here: a new or empty folder, or one written by render.")
@click.option("--argocd", is_flag=True, help="Print the part of an Argo CD Application that autoscaling needs.")
@report_options
def command(*, out: str | None, argocd: bool, **options: Any) -> None:
    """Run the stages up to the checks and print what was rendered."""
    import sys

    from ordain.cli.reporting import Reporter, clear_progress
    from ordain.cli.request import request_of
    from ordain.pipeline import run
    from ordain.stages.render import argocd_snippet
    from ordain.stages.write import write_folder

    request = request_of(options)
    reporter = Reporter.of(options, request.project.spec.gate, stream=sys.stderr)
    done = run(request)
    clear_progress()
    result = done.result("render", planned=False)
    manifests = [
        (item.observed.live.cluster, manifest) for item in done.clusters for manifest in item.manifests.manifests
    ]
    if argocd:
        click.echo(argocd_snippet(manifest for _, manifest in manifests), nl=False)
    elif out is None:
        sys.stdout.buffer.write("".join(f"---\n{manifest.text}" for _, manifest in manifests).encode())
    elif done.complete:
        count = write_folder(Path(out), {f"{name}/{item.path}": item.text.encode() for name, item in manifests})
        click.echo(f"Wrote {count} manifests to {out}.", err=True)
    reporter.leave(result)
