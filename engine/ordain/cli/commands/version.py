"""`ordain version`."""

import click

from ordain import __version__


@click.command(help="Print the version.")
def command() -> None:
    """Print name and version."""
    click.echo(f"ordain {__version__}")
