#!/usr/bin/env python3
"""Print what it costs to start: `ordain --help`, `version`, `completion bash`, beside a bare Python.

    python benchmarks/start.py [--rounds 15]

The commands take turns; medians are printed.
"""

import argparse
import sys
from statistics import median
from typing import Final

from measuring import ORDAIN, Cost, machine, run, table

COMMANDS: Final = {
    "python -c 0": (sys.executable, "-c", "0"),
    "ordain --help": (*ORDAIN, "--help"),
    "ordain version": (*ORDAIN, "version"),
    "ordain completion bash": (*ORDAIN, "completion", "bash"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    for _ in range(options.rounds):
        for name, command in COMMANDS.items():
            cost, status = run(command)
            assert status == 0, f"{name} left with {status}"
            costs[name].append(cost)
    print(f"{options.rounds} rounds, on {machine()}\n")
    rows = [
        (
            name,
            f"{median(cost.cpu for cost in found) * 1000:.0f}",
            f"{median(cost.wall for cost in found) * 1000:.0f}",
            f"{median(cost.megabytes for cost in found):.0f}",
        )
        for name, found in costs.items()
    ]
    print(table([("", "CPU ms", "wall ms", "peak MB"), *rows]))


if __name__ == "__main__":
    main()
