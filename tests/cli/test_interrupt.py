"""Ctrl-C at any moment: exit code 130, one line, and a repository that is old or new, never between."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

LINE = "interrupted; nothing was left half done\n"

# Runs ordain and sends itself the interrupt when the named function is called, or returns.
AT = """
import os, signal, sys
from importlib import import_module
from ordain.cli.exit import main
module, name, when, group = sys.argv[1:5]
owner = import_module(module)
*parts, name = name.split(".")
for part in parts:
    owner = getattr(owner, part)
original = getattr(owner, name)
def interrupting(*arguments, **options):
    if when == "before":
        strike()
    try:
        return original(*arguments, **options)
    finally:
        if when == "after":
            strike()
def strike():
    setattr(owner, name, original)
    os.killpg(0, signal.SIGINT) if group == "group" else os.kill(os.getpid(), signal.SIGINT)
setattr(owner, name, interrupting)
sys.argv = ["ordain", *sys.argv[5:]]
main()
"""

# Runs ordain and tells when it has begun to listen.
READY = """
import sys
import ordain.cli.exit as entry
original = entry.listen
def listen():
    original()
    sys.stderr.write("x")
    sys.stderr.flush()
entry.listen = listen
entry.main()
"""

PLACES = [
    ("ordain.pipeline", "judge", "alone"),
    ("ordain.pipeline", "observe", "group"),
    ("ordain.pipeline", "render", "alone"),
    ("ordain.templates.renderer", "_write", "alone"),
    ("ordain.templates.renderer", "_read", "group"),
    ("ordain.pipeline", "diff", "group"),
    ("ordain.cli.reporting", "Reporter.report", "group"),
]
COMMITTING = [
    ("ordain.pipeline", "publish_outputs", "before"),
    ("ordain.git.local", "import_commit", "before"),
    ("ordain.git.local", "import_commit", "after"),
    ("ordain.git.lock", "RepositoryLock.begin", "after"),
    ("ordain.git.command", "Git.start", "after"),
    ("ordain.git.lock", "RepositoryLock.end", "before"),
    ("ordain.pipeline", "publish_outputs", "after"),
]


def struck(bench: Any, module: str, name: str, when: str, group: str, *arguments: str) -> Any:
    """Run a command that is interrupted at a function, alone or with all processes of its group."""
    return subprocess.run(
        [sys.executable, "-c", AT, module, name, when, group, *arguments],
        cwd=bench.folder,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


@pytest.mark.parametrize(("module", "name", "group"), PLACES)
def test_an_interrupted_plan(shop: Any, module: str, name: str, group: str) -> None:
    """Whatever it was doing, it ends with one line and exit code 130."""
    done = struck(shop, module, name, "before", group, "plan", "-q")
    assert (done.returncode, done.stderr) == (130, LINE)


@pytest.mark.parametrize(("module", "name", "when"), COMMITTING)
def test_an_interrupted_publish(published: Any, module: str, name: str, when: str) -> None:
    """The branch holds the old commit or a whole new one, and the next publish finishes the work."""
    old = published.git("rev-parse", "main")
    published.edit("policies/web.yaml", "max: 9", "max: 12")
    done = struck(published, module, name, when, "group", "publish", "-q")
    assert (done.returncode, done.stderr) == (130, LINE)
    new = published.git("rev-parse", "main")
    if new != old:
        assert published.git("rev-parse", "main^") == old
        assert (
            len([path for path in published.files() if "maxReplicas: 12" in published.git("show", f"main:{path}")]) == 3
        )
    published.git("fsck", "--strict")
    assert published.ordain("publish").code == 0
    assert published.commits() == 2


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2])
def test_an_interrupt_from_outside(shop: Any, delay: float) -> None:
    """From the first moment on: no traceback, and exit code 130 or a run that had ended."""
    with subprocess.Popen(
        [sys.executable, "-c", READY, "publish", "-q"],
        cwd=shop.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        assert running.stderr
        assert running.stderr.read(1) == b"x"
        try:
            running.wait(delay)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate()
    assert (running.returncode, errors.decode()) in {(130, LINE), (0, "")}
    files = shop.files() if shop.git("for-each-ref") else {}
    assert len(files) in {0, 7}
    assert shop.ordain("publish").code == 0
