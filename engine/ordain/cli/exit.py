"""Exit codes, and the only place where every exception is caught."""

import errno
import os
import platform
import sys
import tempfile
import traceback
from contextlib import suppress
from enum import IntEnum
from typing import Final, NoReturn

import click

from ordain import __version__
from ordain.cli.group import ordain
from ordain.errors import UserError

_OUTSIDE: Final = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What the world around may do to any write: no defects."""


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
    except SystemExit as left:  # click's way out of completion, and when the reader of a pipe has gone
        return Exit.FAILED if left.code else Exit.FINE
    except Exception as error:  # noqa: BLE001 - the one place that turns a defect into a report
        return _unexpected(error)
    return code if isinstance(code, int) else Exit.FINE


def _unexpected(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        with suppress(OSError, ValueError):  # what is left of the output would only fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            return Exit.FAILED
        place = f"{error.filename}: " if error.filename else ""
        return _say(f"{place}cannot write: {error.strerror}\nhint: is the disk neither full nor read-only?")
    return _say(f"this is a defect of ordain: {type(error).__name__}: {error}\nhint: {_report()}")


def _interrupted() -> int:
    click.echo("interrupted; nothing was left half done", err=True)
    return Exit.INTERRUPTED


def _say(message: str) -> int:
    click.echo(f"ordain: {message}", err=True)
    return Exit.FAILED


def _report() -> str:
    """Write what a bug report needs to a file of its own and return what to do with it."""
    text = f"ordain {__version__}\npython {sys.version}\n{platform.platform()}\n{' '.join(sys.argv)}\n\n"
    try:
        handle, name = tempfile.mkstemp(prefix="ordain-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + traceback.format_exc())
    except OSError as error:
        return f"its report could not be written ({error.strerror}); set TMPDIR to a folder that can be, run it again"
    return f"report it with {name}"
