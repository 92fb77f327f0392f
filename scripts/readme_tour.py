"""Writes the outputs in README.md by running its commands, `--write`; `--check` says which are not what is printed.

A block that follows `<!-- run: COMMAND -->` holds the command and its output; `<!-- run (lines 1-20): … -->` keeps
some lines of it. The commands run one after the other, in a fresh folder that has the demo's policies and an output
repository with the demo's earlier publish, as `make run` leaves it before its plan.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EARLIER = "ordain publish --project policies/earlier --now 2026-11-09T18:00:00Z -q"
_BLOCK = re.compile(
    r"(?P<head><!-- run(?: \(lines (?P<first>\d+)-(?P<last>\d+)\))?: (?P<command>.*?) -->\n```console\n)"
    r"(?P<body>.*?)(?P<end>^```$)",
    re.DOTALL | re.MULTILINE,
)


def main() -> int:
    """Rewrite or compare the README."""
    before = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        after = toured(before, Path(folder))
    if "--write" in sys.argv:
        README.write_text(after, encoding="utf-8")
        return 0
    difference = "".join(
        unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), "README.md", "what the commands print"
        )
    )
    if difference:
        print(difference + "\nREADME.md is stale: run scripts/readme_tour.py --write and read the difference")
    return 1 if difference else 0


def toured(text: str, folder: Path) -> str:
    """Return a text with each marked block filled by what its command prints in a fresh demo in `folder`."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    output = folder / "build" / "demo" / "output.git"
    environment = _environment(folder)
    for command in (shlex.join(["git", "init", "--bare", "-q", "-b", "main", str(output)]), EARLIER):
        _run(command, folder, environment)
    return _BLOCK.sub(lambda block: block["head"] + _filled(block, folder, environment) + block["end"], text)


def _environment(folder: Path) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT / "engine"),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _filled(block: re.Match[str], folder: Path, environment: Mapping[str, str]) -> str:
    lines = _run(block["command"], folder, environment).replace(str(folder), "…").splitlines()
    if block["first"]:
        first, last = int(block["first"]), int(block["last"])
        lines = [*(["…"] if first > 1 else []), *lines[first - 1 : last], *(["…"] if last < len(lines) else [])]
    return "".join(f"{line}".rstrip() + "\n" for line in [f"$ {block['command']}", *lines])


def _run(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Return what a command prints; exit code 2, which means that it could not do its job, ends the tour."""
    program, *arguments = shlex.split(command)
    start = [sys.executable, "-m", "ordain"] if program == "ordain" else [program]
    done = subprocess.run(
        [*start, *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
