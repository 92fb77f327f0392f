#!/usr/bin/env python3
"""Write made-up input of any size: a project with its cluster, or manifests for `ordain check`.

    python benchmarks/generate.py project FOLDER --workloads 1000
    python benchmarks/generate.py manifests FOLDER --count 10000 --broken 0.2

The same numbers give the same bytes.
"""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

from made_cluster import live_state
from made_manifests import manifests
from made_policies import PROJECT, policies
from ordain.cluster import write_snapshot


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    project = commands.add_parser("project", help="ordain.yaml, policies, a snapshot, an empty bare repository")
    project.add_argument("folder", type=Path)
    project.add_argument("--workloads", type=int, default=1_000)
    files = commands.add_parser("manifests", help="manifests of ten kinds, one a file, some of them broken")
    files.add_argument("folder", type=Path)
    files.add_argument("--count", type=int, default=10_000)
    files.add_argument("--broken", type=float, default=0.2, help="the share that is broken or odd")
    options = parser.parse_args()
    if options.what == "project":
        write_project(options.folder, options.workloads)
    else:
        write_manifests(options.folder, options.count, options.broken)


def write_project(folder: Path, workloads: int) -> None:
    """Write a project for a cluster of that many workloads, with an empty bare repository for its output."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ordain.yaml").write_text(PROJECT, encoding="utf-8")
    write_policies(folder, workloads, edition=1)
    write_snapshot(live_state(workloads), folder / "cluster.snapshot.gz", redact=False)
    repository = str(folder / "output.git")
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], check=True)


def write_policies(folder: Path, workloads: int, *, edition: int) -> None:
    """Write the policies of a project; another edition sets other bounds for each tenth service."""
    for name, text in policies(workloads, edition=edition):
        file = folder / "policies" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def write_manifests(folder: Path, count: int, share: float) -> dict[str, str]:
    """Write manifests, one a file; return for each file's name in which way it is odd, empty for a plain one."""
    forms = {}
    for name, text, form in manifests(count, share):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        forms[name] = form
    return forms


if __name__ == "__main__":
    main()
