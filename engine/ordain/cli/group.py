"""The command `ordain`: a group that loads a command's module only when that command runs."""

from importlib import import_module
from typing import Final

import click

from ordain import __version__

_COMMANDS: Final = {
    "init": "Write a first policy repository.",
    "validate": "Check policy files.",
    "test": "Run the tests of the policies.",
    "fix": "Mend in policy files what needs no judgement.",
    "waive": "Except an object from a control, until a day.",
    "render": "Print or write the manifests.",
    "plan": "Show what would change in Git, and what lives otherwise.",
    "impact": "Show what changes because of one policy file or template.",
    "show": "Print a saved plan in any format.",
    "diff": "Say what two saved plans differ in.",
    "publish": "Commit the manifests to the output branch.",
    "drift": "Show what lives otherwise than Git holds it, and who moved.",
    "check": "Judge any manifests: schemas and controls.",
    "snapshot": "Record a cluster's state in one file.",
    "print-rbac": "Print the ClusterRole that is enough to read a cluster.",
    "explain": "Explain a kind, a field, a code or a workload.",
    "schema": "Print the JSON schema of a kind of file.",
    "completion": "Print the completion script of a shell.",
    "version": "Print the version.",
}
EXAMPLES: Final = """\b
Examples:
  ordain init                           a first policy repository, here
  ordain validate                       check the policy files of the project
  ordain plan                           what would change, field by field
  ordain plan -o text -o markdown=c.md  the same, and a pull-request comment
  ordain publish                        commit the manifests for Argo CD
  helm template . | ordain check -      judge anybody's manifests
  ordain explain SCL005                 what a finding means, and its mend
"""


class LazyGroup(click.Group):
    """Knows its commands by name and one line each; imports one only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order in which one meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load a command."""
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"ordain.cli.commands.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for an unknown one."""
        from difflib import get_close_matches

        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], list(_COMMANDS), n=1)
            hint = f" Did you mean `{near[0]}`?" if near else " `ordain --help` lists the commands."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lead with examples."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))
        self.format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print nothing: `format_help` has listed them without importing them."""


@click.group(
    cls=LazyGroup,
    help="Declarative reliability for Kubernetes: policy files in, a reviewed commit out.\n\n" + EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="ordain", message="%(prog)s %(version)s")
def ordain() -> None:
    """Run one command."""
