#!/usr/bin/env python3
"""Print what each stage costs per 1,000 workloads, and `ordain plan` as a whole.

    python benchmarks/cycle.py [--workloads 1000] [--rounds 3]

Two cycles run on one made-up project. The first finds an empty output branch and creates everything; before the
second, the bounds of each tenth service change. The stages run in one process, by the functions that the pipeline
calls. The command runs in a process of its own, before each commit; the peak is that of this process. Medians are
printed.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

from generate import write_policies, write_project
from measuring import ORDAIN, Cost, machine, measured, run, table
from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES
from ordain.model.comparison import Comparing
from ordain.model.finding import Finding
from ordain.model.kind import Evidence
from ordain.pipeline import publish
from ordain.stages.check import check
from ordain.stages.diff import diff
from ordain.stages.forecast import forecast
from ordain.stages.load import load
from ordain.stages.observe import observe
from ordain.stages.outcome import ClusterRun, Judged, Request, Run, as_object
from ordain.stages.project import read_project
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate

Answer = TypeVar("Answer")
NOW: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)
STAGES: Final = ("load", "validate", "observe", "resolve", "render", "check", "diff", "commit")
CYCLES: Final = ("first", "next")
WHOLE: Final = "ordain plan"
Costs = dict[tuple[str, str], list[Cost]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    costs: Costs = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            _cycles(Path(folder), options.workloads, costs)
    print(f"{options.workloads} workloads, {options.rounds} rounds, on {machine()}\n")
    print(table(_rows(costs, options.workloads)))


def _cycles(folder: Path, workloads: int, costs: Costs) -> None:
    write_project(folder, workloads)
    for edition, cycle in enumerate(CYCLES, start=1):
        write_policies(folder, workloads, edition=edition)
        whole, status = run([*ORDAIN, "plan", "--now", NOW.isoformat(), "-o", "json"], cwd=folder)
        assert status in (0, 1), f"ordain plan left with {status}"
        costs.setdefault((cycle, WHOLE), []).append(whole)
        for stage, cost in _stages(folder).items():
            costs.setdefault((cycle, stage), []).append(cost)


def _stages(folder: Path) -> dict[str, Cost]:
    """Run one cycle stage by stage, as `ordain.pipeline.run` and `publish` do, and measure each."""
    costs: dict[str, Cost] = {}

    def stage(name: str, work: Callable[[], Answer]) -> Answer:
        with measured() as costs[name]:
            return work()

    project = read_project(str(folder))
    assert project is not None
    kinds, templates, cluster = all_kinds(), project.template_set(), project.clusters[0]
    loaded = stage("load", lambda: load(project.spec.policies, POLICIES, root=project.folder))
    validated = stage("validate", lambda: validate(loaded.documents, kinds))
    observed = stage("observe", lambda: observe(project, cluster, kinds.values(), lambda _message: None))
    live, tip = observed.live, observed.tip
    resolved = stage("resolve", lambda: resolve(validated.policies, live, kinds))
    outlook = stage("forecast", lambda: forecast(resolved.effective, live, kinds, NOW))
    rendered = stage("render", lambda: render(resolved.effective, live, outlook, kinds, templates))

    def judge() -> tuple[Finding, ...]:
        evidence = Evidence(
            live.objects.overlaid(map(as_object, rendered.manifests)),
            outlook,
            live,
            resolved.effective,
            rendered.manifests,
            frozenset(tip.inventory.files if tip.inventory else ()),
        )
        return check(evidence, kinds, (), cluster=live.cluster, others=resolved.findings)

    findings = stage("check", judge)
    plan = stage("diff", lambda: diff(rendered.manifests, tip, live, Comparing()))
    judged = Judged(validated.policies, (), loaded.files, loaded.digest)
    done = ClusterRun(observed, outlook, resolved.effective, rendered, findings, plan)
    whole = Run(Request(project, (cluster,), NOW), judged, templates, findings, (done,))
    published = stage("commit", lambda: publish(whole, dry_run=False))
    assert published.commit, "nothing was committed"
    return costs


def _rows(costs: Costs, workloads: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [("", "cycle", "CPU s per 1,000", "wall s per 1,000", "wall s", "peak MB")]
    scale = 1_000 / workloads
    for cycle in CYCLES:
        for name in (*STAGES, WHOLE):
            found = costs[cycle, name]
            cpu, wall = median(cost.cpu for cost in found), median(cost.wall for cost in found)
            peak = f"{median(cost.megabytes for cost in found):.0f}" if name == WHOLE else ""
            rows.append((name, cycle, cpu * scale, wall * scale, wall, peak))
    return rows


if __name__ == "__main__":
    main()
