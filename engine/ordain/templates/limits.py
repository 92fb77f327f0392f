"""The limits of the child process, set by itself, and the words for a template that takes too long."""

import fcntl
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType


class TimeUp(BaseException):
    """The time is over. Not an Exception, so that nothing on the way swallows it."""


def time_up(seconds: float) -> tuple[str, str]:
    """Return the message and the hint for a template that takes too long."""
    return (
        f"the template was stopped: it takes longer than {seconds:g} s",
        "look for loops inside loops and very large numbers",
    )


def limit_time(seconds: float) -> Callable[[], None]:
    """Raise TimeUp after so much CPU time, again and again; return how to stop that.

    The kernel ends the process a second or two later if one long step keeps it from listening.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeUp

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)
    used = resource.getrusage(resource.RUSAGE_SELF)
    last = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (last, last + 5))

    def listen_no_more() -> None:
        signal.signal(signal.SIGPROF, signal.SIG_IGN)

    return listen_no_more


def limit_memory(megabytes: int) -> Callable[[], None]:
    """Limit the address space to its present size and so much more; return how to lift the limit again."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return lambda: None  # other systems do not keep this limit
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + (megabytes << 20)
    if before[0] != resource.RLIM_INFINITY:
        limit = min(limit, before[0])
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_AS, before)


def die_with_parent() -> None:
    """Let the kernel end this process when the parent's end of standard input closes (SIGIO ends by default).

    Where the system has no such signal, the time limit ends an orphan.
    """
    if sys.platform == "linux":
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
