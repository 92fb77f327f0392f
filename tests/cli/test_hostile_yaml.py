"""Hostile files given to `ordain validate`: a clear error within seconds of CPU time and 300 MB."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MEGABYTE = 1 << 20
BOMB = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)])  # fmt: skip  # noqa: E501
MEASURED = """
import re, sys
from pathlib import Path
from ordain.cli.exit import run
code = run()
peak = re.search("VmHWM: *\\t *([0-9]+)", Path("/proc/self/status").read_text())[1]  # ru_maxrss has the parent's
print("PEAK", int(peak) // 1024, file=sys.stderr)
sys.exit(code)
"""


def zeros(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 * MEGABYTE)


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content.encode(encoding))

    return write


CASES = {
    "alias-bomb": (text(BOMB), "YML003"),
    "brackets": (text("[" * 200_000), "YML003"),
    "braces": (text("{a: " * 200_000), "YML003"),
    "zeros": (zeros, "YML003"),
    "utf-16": (text("kind: ScalingPolicy\n", "utf-16"), "YML004"),
    "many-keys": (text("".join(f"k{n}: {n}\n" for n in range(400_000))), "YML003"),
    "many-documents": (text("---\na: 1\n" * 200_000), "YML003"),
    "one-line": (text("a: " + "x" * 20 * MEGABYTE), "YML003"),
    "recursion": (text("a: &a [*a]\n"), "YML006"),
    "digits": (text("a: " + "9" * 900_000 + "\n"), ""),
}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    resource.setrlimit(resource.RLIMIT_AS, (1536 * MEGABYTE, 1536 * MEGABYTE))


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file(empty: Any, name: str) -> None:
    """The file is refused with a place, quickly and without a crash; a good file beside it is still judged."""
    write, code = CASES[name]
    write(empty.folder / "bad.yaml")
    empty.write("good.yaml", "kind: Nonsense\n")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "validate", "bad.yaml", "good.yaml", "-q"],
        cwd=empty.folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 1, done.stdout[-500:] + done.stderr[-500:]
    assert any(line.startswith("bad.yaml") and code in line for line in lines), lines[:3]
    assert any(line.startswith("good.yaml:1:") for line in lines)
    _, megabytes = done.stderr.split()  # of time, five seconds of CPU are the limit that the kernel keeps
    assert int(megabytes) < 300
    assert max(map(len, lines)) < 1000
