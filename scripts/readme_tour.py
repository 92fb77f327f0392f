"""Writes the outputs in README.md by running its commands, `--write`; `--check` says which are not what is printed.

A block that follows `<!-- run: COMMAND -->` holds the command and its output, and `<!-- run (with A | B): COMMAND -->`
keeps the paragraphs of it that hold one of these texts. `<!-- file: PATH -->` stands before the text of a file. The
commands run one after the other, in a fresh folder that has the demo's policies and an output repository with the
demo's earlier publish, as `make run` has it before its plan.
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
    r"(?P<head><!-- (?P<verb>run|file)(?: \(with (?P<wanted>.*?)\))?: (?P<what>.*?) -->\n```\w+\n)"
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
    if block["verb"] == "file":
        return (ROOT / block["what"]).read_text(encoding="utf-8")
    printed = _run(block["what"], folder, environment).replace(str(folder), "…")
    if block["wanted"]:
        printed = _paragraphs(printed, block["wanted"].split(" | "))
    return "".join(f"{line.rstrip()}\n" for line in (f"$ {block['what']}", *printed.splitlines()))


def _paragraphs(text: str, wanted: list[str]) -> str:
    """Keep the paragraphs with one of the wanted texts; an ellipsis stands for each gap."""
    kept: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if any(word in paragraph for word in wanted):
            kept.append(paragraph)
        elif not kept or kept[-1] != "…":
            kept.append("…")
    return "\n\n".join(kept) + "\n"


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
