"""Exit codes, and the only place where every exception is caught.

Imports happen inside the functions: Ctrl-C is listened to before anything large is loaded.
"""

import gc
import sys
from enum import IntEnum
from typing import NoReturn

from ordain.cli.interrupt import Interrupted, give_way, listen, listen_no_more


class Exit(IntEnum):
    """What the exit code of every command says."""

    FINE = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line and leave with its exit code.

    The collector of reference cycles rests: what is read from files has none, and looking for them takes half of the
    time of a large check.
    """
    gc.disable()
    try:
        listen()
        code = run()
    except Interrupted:
        code = _interrupted()
    listen_no_more()
    sys.exit(code)


def run() -> int:
    """Run the command of `sys.argv` and return its exit code; no exception but Interrupted comes out of it."""
    import click

    from ordain.cli.group import ordain
    from ordain.errors import UserError

    try:
        code = ordain.main(prog_name="ordain", standalone_mode=False)
        sys.stdout.flush()
        give_way()
    except UserError as error:
        return _say(str(error))
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _interrupted()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.FAILED
    except SystemExit as left:  # click's way out of completion, and when the reader of a pipe has gone
        return Exit.FAILED if left.code else Exit.FINE
    except Exception as error:  # noqa: BLE001 - the one place that turns a defect into a report
        return _unexpected(error)
    return code if isinstance(code, int) else Exit.FINE


def _interrupted() -> int:
    listen_no_more()
    over_the_echo = "\r\033[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{over_the_echo}interrupted; nothing was left half done\n")
    return Exit.INTERRUPTED


def _say(message: str) -> int:
    import click

    from ordain.errors import without_credentials

    click.echo(f"ordain: {without_credentials(message)}", err=True)
    return Exit.FAILED


def _unexpected(error: Exception) -> int:
    import errno
    import os
    from contextlib import suppress

    outside = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}
    if isinstance(error, OSError) and error.errno in outside:  # what may happen to any write is no defect
        with suppress(OSError, ValueError):  # what is left of the output would only fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            return Exit.FAILED
        place = f"{error.filename}: " if error.filename else ""
        return _say(f"{place}cannot write: {error.strerror}\nhint: is the disk neither full nor read-only?")
    return _say(f"this is a defect of ordain: {type(error).__name__} in {_place(error)}\nhint: {_report(error)}")


def _place(error: Exception) -> str:
    """Return the function that an error comes from, and its line."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.name}, line {last.lineno}"


def _frames(error: BaseException) -> str:
    """Return where an error comes from and what caused it, without its words: they may hold a value of a Secret."""
    import traceback

    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    above = _frames(cause) if cause else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{above}{type(error).__name__}, Traceback (most recent call last):\n{frames}"


def _report(error: Exception) -> str:
    """Write what a bug report needs to a file of its own and return what to do with it."""
    import os
    import platform
    import tempfile

    from ordain import __version__
    from ordain.errors import without_credentials

    called = without_credentials(" ".join(sys.argv))
    text = f"ordain {__version__}\npython {sys.version}\n{platform.platform()}\n{called}\n\n{_frames(error)}"
    try:
        handle, name = tempfile.mkstemp(prefix="ordain-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as trouble:
        return f"its report could not be written ({trouble.strerror}); set TMPDIR to a folder that can be, run it again"
    return f"report it with {name}"
