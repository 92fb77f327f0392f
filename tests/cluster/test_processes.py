"""What the tests start does not outlive them."""

import subprocess
import sys
from pathlib import Path

from tests.cluster.processes import Process, gone, runs


def test_a_process_ends_when_asked(tmp_path: Path) -> None:
    """A process that is asked to end is gone, and so is its guard."""
    process = Process(["sleep", "600"], tmp_path / "log")
    assert process.runs()
    process.end()
    assert not any(runs(pid) for pid in (process.pid, process.guard.pid))


def test_a_deaf_process_is_killed(tmp_path: Path) -> None:
    """A process that does not listen is killed after a while."""
    process = Process(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"], tmp_path / "log")
    while "deaf" not in process.last_words():
        pass
    process.end(patience=0.2)
    assert not runs(process.pid)


def test_a_process_goes_with_the_tests(tmp_path: Path) -> None:
    """When the tests are killed, and nothing of theirs can run any more, the process goes too."""
    program = """
import os, sys, pathlib
from tests.cluster.processes import Process
print(Process(["sleep", "600"], pathlib.Path(sys.argv[1])).pid, flush=True)
os.kill(os.getpid(), 9)
"""
    answer = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "log"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert gone(int(answer.stdout))
