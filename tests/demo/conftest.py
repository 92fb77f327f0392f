"""The demo in a folder of its own, with what was published two weeks ago."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EARLIER = "2026-11-09T18:00:00Z"
NOW = "2026-11-23T18:00:00Z"


@dataclass(frozen=True)
class Demo:
    """A copy of the demo's policies, and a way to run ordain beside it."""

    folder: Path

    def ordain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command in the folder of the demo."""
        path = os.pathsep.join(filter(None, [str(ROOT / "engine"), os.environ.get("PYTHONPATH", "")]))
        return subprocess.run(
            [sys.executable, "-m", "ordain", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def report(self, *arguments: str) -> Any:
        """Run one command that succeeds and return its JSON."""
        done = self.ordain(*arguments, "-o", "json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)


def copy_of_the_demo(folder: Path) -> Demo:
    """Copy the policies, and create the empty output repository."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    output = folder / "build" / "demo" / "output.git"
    subprocess.run(["git", "init", "--bare", "-q", "-b", "main", str(output)], check=True)
    return Demo(folder)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return the demo with its earlier publish; no test may change it."""
    demo = copy_of_the_demo(tmp_path_factory.mktemp("demo"))
    done = demo.ordain("publish", "--project", "policies/earlier", "--now", EARLIER)
    assert done.returncode == 0, done.stdout + done.stderr
    return demo


@pytest.fixture(scope="session")
def plan(demo: Demo) -> Any:
    """Return today's plan as JSON."""
    return demo.report("plan", "--project", "policies", "--now", NOW)
