"""Processes that do not outlive the tests, however those end, and ports for them."""

import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

PATIENCE = 15
"""Seconds that a process gets to end by itself."""


class Process:
    """A running process that appends all it says to a log.

    A guard waits on a pipe that closes when the tests are gone, after Ctrl-C and SIGKILL too, and then kills it.
    """

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self.name = Path(command[0]).name
        self.log = log
        with log.open("ab") as words:
            self.popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.guard = subprocess.Popen(
            ["sh", "-c", 'read -r _; kill -9 "$1"', "guard", str(self.pid)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self.popen.pid

    def runs(self) -> bool:
        """Say whether it still runs."""
        return self.popen.poll() is None

    def end(self, *, patience: float = PATIENCE) -> None:
        """Ask it to end, and kill it when it does not; return when it is gone."""
        self.popen.terminate()
        try:
            self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill it at once, and its guard; return when both are gone."""
        self.popen.kill()
        self.popen.wait()
        self.guard.kill()
        assert self.guard.stdin is not None
        self.guard.stdin.close()
        self.guard.wait()

    def last_words(self, lines: int = 15) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_ports(count: int) -> list[int]:
    """Return different loopback ports that nobody listens on at this moment."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def listens(port: int) -> bool:
    """Say whether somebody listens on a loopback port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def runs(pid: int) -> bool:
    """Say whether a process of that number is there; one that ended and was not waited for yet is not."""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(answer.stdout.strip()) and not answer.stdout.startswith("Z")


def gone(pid: int, *, patience: float = PATIENCE) -> bool:
    """Wait until a process is gone; say whether it went in time."""
    deadline = time.monotonic() + patience
    while runs(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
