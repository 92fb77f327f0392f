"""`ordain init`."""

import click


@click.command(
    help="""Write a first policy repository: settings, a policy of each kind, a test, a pre-commit hook, a CI workflow.

A file that exists is left as it is; `ordain validate` and `ordain test` pass afterwards.

\b
Examples:
  ordain init             here
  ordain init shop-policies
"""
)
@click.argument("folder", required=False, default=".", metavar="[FOLDER]")
def command(folder: str) -> None:
    """Write what is not there yet and say what was written."""
    from pathlib import Path

    from ordain.cli.starter import starter_files
    from ordain.stages.write import write_new

    written: list[str] = []
    kept: list[str] = []
    for name, text in starter_files().items():
        (written if write_new(Path(folder) / name, text.encode()) else kept).append(name)
    for name in written:
        click.echo(f"wrote {name}")
    for name in kept:
        click.echo(f"kept  {name}, which was there")
    click.echo("Next: read policies/, then run `ordain validate` and `ordain test`.")
