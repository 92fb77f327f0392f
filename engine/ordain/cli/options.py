"""Options that several commands share, declared once."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from ordain.model.comparison import Engine
from ordain.report import FORMAT_NAMES

Command = TypeVar("Command", bound=Callable[..., Any])


def _complete_context(context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    from ordain.cluster.kubeconfig import contexts

    return [name for name in contexts(context.params.get("kubeconfig")) if name.startswith(text)]


_PROJECT: Final = click.option(
    "--project", metavar="PATH", help="The settings: ordain.yaml or its folder. Default: the nearest one upwards."
)


def _output(*names: str) -> Callable[[Command], Command]:
    return click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"One of {', '.join(names)}; repeatable, at most one without a file. Default: text.",
        shell_complete=lambda _ctx, _param, text: [name for name in names if name.startswith(text)],
    )


_COLOR: Final = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
_REPORT: Final = (
    _output(*FORMAT_NAMES),
    click.option("--gate", type=click.Choice(["error", "warning", "note"]), help="Findings from here on: exit code 1."),
    click.option("-v", "--verbose", is_flag=True, help="Show more: notes, every field."),
    click.option("-q", "--quiet", is_flag=True, help="Show only what is at the gate, and the last line."),
    _COLOR,
)
_SOURCE: Final = (
    click.option("--cluster", "clusters", multiple=True, metavar="NAME", help="Only this cluster; repeatable."),
    click.option(
        "--context",
        metavar="NAME",
        help="Read this context of the kubeconfig instead, live.",
        shell_complete=_complete_context,
    ),
    click.option(
        "--kubeconfig", metavar="FILE", help="The kubeconfig. Default: what KUBECONFIG names, then ~/.kube/config."
    ),
    click.option(
        "--snapshot",
        metavar="PATH",
        help="Read this instead: a snapshot, a `kubectl get -o yaml` list, a folder of manifests.",
    ),
    click.option("--kubernetes-version", metavar="1.NN", help="The server's version, where the source lacks it."),
    click.option(
        "--assume-absent",
        multiple=True,
        metavar="KIND",
        help="Kinds that a list or folder lacks because there are none; repeatable. '*': all that it lacks.",
    ),
)
_COMPARE: Final = (
    click.option(
        "--policies",
        multiple=True,
        metavar="PATH",
        help="All the policies there are, in place of the project's; repeatable.",
    ),
    *_SOURCE,
    click.option("--templates", metavar="FOLDER", help="Templates that take the place of the engine's own."),
    click.option("--repository", metavar="PATH", help="The Git repository that holds the manifests."),
    click.option("--branch", metavar="NAME", help="Its branch."),
    click.option("--now", metavar="TIME", help="The time of the run, ISO 8601. Default: now."),
)
_ADOPT: Final = (
    click.option(
        "--adopt",
        multiple=True,
        metavar="NS/KIND/NAME",
        help="Take over this live object, which ordain did not render; repeatable.",
    ),
)
_ENGINE: Final = (
    click.option(
        "--engine",
        type=click.Choice([engine.value for engine in Engine]),
        default=Engine.OFFLINE.value,
        show_default=True,
        help="What compares live objects: what was read, or the server itself by dry runs (it needs more rights).",
    ),
)
_GUARDS: Final = (
    click.option("--at", metavar="TIME", help="Say whether a publish would be let through at this time, ISO 8601."),
    click.option("--confirm", metavar="DIGEST", help="Let the protected objects of this plan go, and of no other."),
    click.option(
        "--dangerous-exceed-limits", "exceed_limits", is_flag=True, help="Delete and change more than the limits allow."
    ),
    click.option(
        "--dangerous-publish-in-freeze", "publish_in_freeze", is_flag=True, help="Publish though a window forbids it."
    ),
)
_EXIT_CODE: Final = (click.option("--exit-code", is_flag=True, help="Changes make the exit code 1, too."),)


def project_option(command: Command) -> Command:
    """Add `--project`."""
    return _PROJECT(command)


def report_options(command: Command) -> Command:
    """Add the options of every command that reports findings."""
    return _apply(_REPORT, command)


def output_options(*names: str) -> Callable[[Command], Command]:
    """Add the options of a command that has formats of its own, `names`: text first."""
    verbose = click.option("-v", "--verbose", is_flag=True, help="Show more.")
    quiet = click.option("-q", "--quiet", is_flag=True, help="Show less.")
    return lambda command: _apply((_output(*names), verbose, quiet, _COLOR), command)


def source_options(command: Command) -> Command:
    """Add the options of every command that reads a cluster's state."""
    return _apply(_SOURCE, command)


def run_options(command: Command) -> Command:
    """Add the options of every command that runs the whole pipeline."""
    return _apply((*_COMPARE, *_ADOPT), command)


def compare_options(command: Command) -> Command:
    """Add the options of a command that reads policies, clusters and the output branch, and plans nothing."""
    return _apply(_COMPARE, command)


def engine_option(command: Command) -> Command:
    """Add `--engine`."""
    return _apply(_ENGINE, command)


def guard_options(command: Command) -> Command:
    """Add the options that let a publish through what stands against it."""
    return _apply(_GUARDS, command)


def exit_code_option(command: Command) -> Command:
    """Add `--exit-code`."""
    return _apply(_EXIT_CODE, command)


def _apply(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


_run = click.command("run")(run_options(lambda: None))
RUN_FLAGS: Final = {str(option.name): option.opts[0] for option in _run.params}
"""The flags that say what is planned, by the names under which a command gets their values."""
