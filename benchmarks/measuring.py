"""Time and memory of a block of code or of a whole process, children included.

    python benchmarks/measuring.py RESULT.json COMMAND...     run a command, write what it cost

Commands are started through this small process, because Linux counts the memory of the process that starts one
into the new one's peak.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENGINE: Final = Path(__file__).resolve().parents[1] / "engine"
ORDAIN: Final = (sys.executable, "-m", "ordain")


@dataclass
class Cost:
    """Seconds on the clock, seconds of processors, and the peak of one process's memory in bytes."""

    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0

    @property
    def megabytes(self) -> float:
        """The peak in units of 10^6 bytes."""
        return self.peak / 1e6


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure a block and its children; the cost is known behind it. `peak` is that of this process so far."""
    cost = Cost()
    wall, cpu = time.perf_counter(), _cpu()
    yield cost
    cost.wall, cost.cpu = time.perf_counter() - wall, _cpu() - cpu
    cost.peak = _peak(resource.RUSAGE_SELF)


def run(command: Sequence[str], *, cwd: Path | None = None, output: Path | None = None) -> tuple[Cost, int]:
    """Run a command with standard output to a file (default: nowhere); return its cost and its exit code.

    The engine of this checkout can be imported by it. Its standard error is ours.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(_search_path())}
    with tempfile.TemporaryDirectory() as folder, (output or Path(os.devnull)).open("wb") as sink:
        result = Path(folder) / "cost.json"
        launcher = [sys.executable, "-I", str(Path(__file__).resolve()), str(result), *command]
        subprocess.run(launcher, cwd=cwd, env=environment, stdout=sink, stdin=subprocess.DEVNULL, check=True)
        found = json.loads(result.read_text(encoding="utf-8"))
    return Cost(found["wall"], found["cpu"], found["peak"]), found["status"]


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as text in columns: the first flush left, the others flush right."""
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def machine() -> str:
    """Say what this was measured on."""
    processors = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return f"{processors} processors, load {load:.1f}, Python {sys.version.split()[0]}, {sys.platform}"


def _search_path() -> list[str]:
    return [str(ENGINE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak(who: int) -> int:
    kilobytes = resource.getrusage(who).ru_maxrss
    return kilobytes if sys.platform == "darwin" else kilobytes * 1024


def _main(result: str, *command: str, environment: Mapping[str, str] = os.environ) -> None:
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, environment)
    _, status = os.waitpid(process, 0)
    wall = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": _peak(resource.RUSAGE_CHILDREN),
        "status": os.waitstatus_to_exitcode(status),
    }
    Path(result).write_text(json.dumps(cost), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
