"""Ctrl-C: whatever is running ends, with one line and exit code 130, also where a library swallows the exception."""

import signal
import sys
from types import FrameType
from typing import Final

_SEEN: Final[list[int]] = []


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C. Not a KeyboardInterrupt, for which libraries have answers of their own."""


def listen() -> None:
    """From now on Ctrl-C raises Interrupted."""
    signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = _unraisable


def listen_no_more() -> None:
    """Let a late Ctrl-C pass: the work is done, and the process about to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def give_way() -> None:
    """Raise Interrupted again where a library has swallowed it: native code cannot always pass it on."""
    if _SEEN:
        raise Interrupted


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _SEEN.append(number)
    raise Interrupted


def _unraisable(found: "sys.UnraisableHookArgs") -> None:
    """Print no traceback of a swallowed Interrupted."""
    if not isinstance(found.exc_value, Interrupted):
        sys.__unraisablehook__(found)
