#!/usr/bin/env python3
"""`ordain check` beside `kubeconform -strict`, on the same manifests and the same schemas.

    python benchmarks/check.py [--count 10000] [--rounds 5]

First each manifest's verdict is compared, then both are timed in turn. kubeconform is taken from $KUBECONFORM, else
from PATH; without it only our own time is printed. Medians are printed. The exit code is 1 if a verdict differs.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from generate import write_manifests
from kubeconform_schemas import write as write_schemas
from measuring import ORDAIN, Cost, machine, run, table

VERSION: Final = "1.37"
VALID, INVALID, NO_SCHEMA = "valid", "invalid", "no schema"
_JUDGED: Final = ("MAN001", "MAN003", "YML")
"""What makes a manifest invalid; the other codes judge what a sound manifest says."""


def main() -> int:
    """Compare verdicts, then times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="manifests")
    parser.add_argument("--broken", type=float, default=0.2, help="the share of broken or odd ones")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    kubeconform = os.environ.get("KUBECONFORM") or shutil.which("kubeconform")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forms = write_manifests(folder / "manifests", options.count, options.broken)
        write_schemas(VERSION, folder / "schemas")
        size = sum(file.stat().st_size for file in (folder / "manifests").rglob("*.yaml"))
        odd = sum(map(bool, forms.values()))
        print(f"{options.count} manifests of {size / options.count:.0f} bytes, {odd} broken or odd, on {machine()}")
        commands = {"ordain": [*ORDAIN, "check", "manifests", "--kubernetes-version", VERSION, "-o", "json"]}
        differing = 0
        if kubeconform:
            commands["kubeconform"] = _kubeconform(kubeconform)
            differing = _compare(folder, commands, forms)
        else:
            print("\nkubeconform is not here: put it on PATH, or name it by $KUBECONFORM")
        _time(folder, commands, options.count, options.rounds)
    return 1 if differing else 0


def _kubeconform(binary: str) -> list[str]:
    location = "schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
    workers = str(len(os.sched_getaffinity(0)))
    return [binary, "-strict", "-n", workers, "-output", "json", "-schema-location", location, "manifests"]


def _compare(folder: Path, commands: Mapping[str, Sequence[str]], forms: Mapping[str, str]) -> int:
    """Print how the verdicts agree; return how many do not."""
    ours, theirs = folder / "ordain.json", folder / "kubeconform.json"
    run(commands["ordain"], cwd=folder, output=ours)
    binary, *options = commands["kubeconform"]
    run([binary, "-verbose", *options], cwd=folder, output=theirs)
    left, right = _our_verdicts(ours, forms), _their_verdicts(theirs)
    differing = [name for name in sorted(forms) if left[name] != right[name]]
    counts = Counter((forms[name] or "plain", left[name]) for name in forms)
    wrong = Counter(forms[name] or "plain" for name in differing)
    print()
    print(
        table(
            [
                ("form", VALID, INVALID, NO_SCHEMA, "differ from kubeconform"),
                *(
                    (form, *(counts[form, verdict] for verdict in (VALID, INVALID, NO_SCHEMA)), wrong[form])
                    for form in sorted({form for form, _ in counts})
                ),
            ]
        )
    )
    for name in differing[:20]:
        print(f"differs: {name} ({forms[name] or 'plain'}): ordain {left[name]}, kubeconform {right[name]}")
    print(f"\n{len(forms) - len(differing)} of {len(forms)} verdicts are the same")
    return len(differing)


def _our_verdicts(report: Path, forms: Mapping[str, str]) -> dict[str, str]:
    verdicts = dict.fromkeys(forms, VALID)
    for finding in json.loads(report.read_bytes())["findings"]:
        if finding["where"]:
            name = str(Path(finding["where"]["file"]).relative_to("manifests"))
            if finding["code"].startswith(_JUDGED):
                verdicts[name] = INVALID
            elif finding["code"] == "MAN002":
                verdicts[name] = NO_SCHEMA
    return verdicts


def _their_verdicts(report: Path) -> dict[str, str]:
    verdicts = {}
    for row in json.loads(report.read_bytes())["resources"]:
        verdict = VALID if row["status"] == "statusValid" else INVALID
        unknown = "could not find schema" in row["msg"]
        verdicts[str(Path(row["filename"]).relative_to("manifests"))] = NO_SCHEMA if unknown else verdict
    return verdicts


def _time(folder: Path, commands: Mapping[str, Sequence[str]], count: int, rounds: int) -> None:
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds):
        for name in sorted(commands, reverse=number % 2 == 1):
            costs[name].append(run(commands[name], cwd=folder)[0])
    cpu = {name: median(cost.cpu for cost in found) for name, found in costs.items()}
    rows = [
        (
            name,
            cpu[name],
            f"{min(cost.cpu for cost in found):.2f} to {max(cost.cpu for cost in found):.2f}",
            f"{cpu[name] / count * 1e6:.0f}",
            median(cost.wall for cost in found),
            f"{median(cost.megabytes for cost in found):.0f}",
        )
        for name, found in costs.items()
    ]
    print()
    print(table([("", "CPU s", "from to", "CPU us each", "wall s", "peak MB"), *rows]))
    if "kubeconform" in cpu:
        print(f"\nkubeconform takes {cpu['kubeconform'] / cpu['ordain']:.2f} times our CPU time")


if __name__ == "__main__":
    sys.exit(main())
