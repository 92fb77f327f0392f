"""Exit codes, and the only place where every exception is caught."""

import os
import platform
import sys
import tempfile
import traceback
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

import click

from ordain import __version__
from ordain.cli.group import ordain
from ordain.errors import UserError


class Exit(IntEnum):
    """What the exit code of every command says."""

    FINE = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = ordain.main(prog_name="ordain", standalone_mode=False)
        sys.stdout.flush()
    except UserError as error:
        return _say(str(error))
    except click.exceptions.Abort:
        return _interrupted()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.FAILED
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    except Exception as error:  # noqa: BLE001 - the one place that turns a defect into a report
        return _say(f"this is a defect of ordain: {type(error).__name__}: {error}\nhint: report it with {_report()}")
    return code if isinstance(code, int) else Exit.FINE


def _interrupted() -> int:
    click.echo("interrupted; nothing was left half done", err=True)
    return Exit.INTERRUPTED


def _say(message: str) -> int:
    click.echo(f"ordain: {message}", err=True)
    return Exit.FAILED


def _report() -> str:
    """Write what a bug report needs to a file of its own and return its name."""
    text = f"ordain {__version__}\npython {sys.version}\n{platform.platform()}\n{' '.join(sys.argv)}\n\n"
    handle, name = tempfile.mkstemp(prefix="ordain-report-", suffix=".txt")
    os.close(handle)
    Path(name).write_text(text + traceback.format_exc(), encoding="utf-8")
    return name
