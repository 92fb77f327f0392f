"""scripts/demo.sh, the part of `make run` that people see."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_demo(folder: Path, environment: dict[str, str]) -> str:
    """Run the script in its own copy of the demo and return what it printed."""
    command = folder / "ordain"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ordain "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["sh", "scripts/demo.sh"],
        cwd=folder,
        env={**environment, "ORDAIN": str(command)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the script needs."""
    folder = tmp_path_factory.mktemp("run")
    shutil.copytree(ROOT / "policies", folder / "policies")
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def log(folder: Path, *arguments: str) -> str:
    output = folder / "build" / "demo" / "output.git"
    return subprocess.run(["git", "-C", str(output), *arguments], capture_output=True, text=True, check=True).stdout


def test_the_demo_runs_twice_alike(folder: Path, environment: dict[str, str]) -> None:
    """A second run replaces the first and prints the same bytes, commit included."""
    assert run_demo(folder, environment) == run_demo(folder, environment)
    assert len(log(folder, "log", "--format=%H", "main").split()) == 2
