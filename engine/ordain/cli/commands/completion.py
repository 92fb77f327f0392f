"""`ordain completion SHELL`."""

import click
from click.shell_completion import get_completion_class


@click.command(
    help="""Print the completion script of a shell.

\b
Examples:
  ordain completion bash > /etc/bash_completion.d/ordain
  ordain completion zsh > "${fpath[1]}/_ordain"
  ordain completion fish > ~/.config/fish/completions/ordain.fish
"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that click makes for the shell."""
    from ordain.cli.group import ordain

    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(ordain, {}, "ordain", "_ORDAIN_COMPLETE").source(), nl=False)
