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


@dataclass(frozen=True)
class Demo:
    """A copy of the demo's policies, and a way to run ordain beside it."""

    folder: Path
    environment: dict[str, str]

    def ordain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command in the folder of the demo."""
        return subprocess.run(
            [sys.executable, "-m", "ordain", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def report(self, *arguments: str) -> Any:
        """Run one command that succeeds and return its JSON."""
        done = self.ordain(*arguments, "-o", "json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """Return an environment in which the checkout's own engine runs."""
    path = os.pathsep.join(filter(None, [str(ROOT / "engine"), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Demo:
    """Return a copy of the demo with its earlier publish; no test may change it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "policies", folder / "policies")
    output = folder / "build" / "demo" / "output.git"
    subprocess.run(["git", "init", "--bare", "-q", "-b", "main", str(output)], check=True)
    demo = Demo(folder, environment)
    done = demo.ordain("publish", "--project", "policies/earlier", "--now", EARLIER)
    assert done.returncode == 0, done.stdout + done.stderr
    return demo


@pytest.fixture(scope="session")
def plan(demo: Demo) -> Any:
    """Return today's plan as JSON."""
    return demo.report("plan", "--project", "policies", "--now", "2026-11-23T18:00:00Z")
