"""The case folders: policies, live objects and series in, manifests, reasons and findings out, byte for byte.

`ORDAIN_REWRITE_GOLDENS=1 pytest tests/kinds` writes the expected files anew; read the difference before you commit.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ordain.cluster.series_files import CsvSeries
from ordain.kinds import all_kinds
from ordain.kubeyaml import MANIFESTS, POLICIES, read
from ordain.model.finding import Finding, by_place
from ordain.model.live import LiveState, OutputTip
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Objects, Source
from ordain.reasoning import all_controls
from ordain.reasoning.waivers import judge_waivers
from ordain.stages.check import check
from ordain.stages.forecast import forecast
from ordain.stages.observe import Observed
from ordain.stages.outcome import evidence_of
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate
from ordain.templates import template_set

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/policy.yaml"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def run(case: Path) -> dict[str, str]:
    """Run the stages on a case and return the expected files' texts; of a case with series the reasons too."""
    kinds = all_kinds()
    stream = read((case / "policy.yaml").read_bytes(), "policy.yaml", POLICIES)
    assert not stream.problems
    validated = validate(stream.documents, kinds)
    live_file = case / "live.yaml"
    bodies = [item.value for item in read(live_file.read_bytes(), "live.yaml", MANIFESTS).documents]
    objects = Objects.of(KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in bodies)
    series = CsvSeries(case / "series").read() if (case / "series").is_dir() else {}
    read_kinds = frozenset(reading.group_kind for kind in kinds.values() for reading in kind.reads)
    live = LiveState("demo", "1.37", "", objects, read_kinds, None, "", series)
    resolved = resolve(validated.policies, live, kinds)
    outlook = forecast(resolved.effective, live, kinds, NOW)
    rendered = render(resolved.effective, live, outlook, kinds, template_set())
    observed = Observed(live, OutputTip(None, {}, None, bytes), None)
    evidence = evidence_of(observed, outlook, resolved.effective, rendered.manifests, frozenset())
    waivers = [kinds[item.kind].waiver(item) for item in validated.policies if kinds[item.kind].waiver]
    others = (*validated.findings, *resolved.findings, *rendered.findings)
    found = check(evidence, kinds, waivers, cluster="demo", others=others)
    judged = judge_waivers(waivers, found, NOW.date(), all_controls())
    findings = "".join(_line(item) for item in sorted([*found, *judged], key=by_place))
    made = {
        "manifests.yaml": "".join(f"---\n{manifest.text}" for manifest in rendered.manifests),
        "findings.txt": findings,
    }
    if series:
        made["reasons.txt"] = "".join(f"{item.ref}: {item.recommendation.reason}\n" for item in rendered.manifests)
    return made


def _line(finding: Finding) -> str:
    waived = f" (waived by {finding.waived.name})" if finding.waived else ""
    return f"{finding.where} {finding.code} {finding.severity} {finding.message}{waived}\n  hint: {finding.hint}\n"


def test_what_a_kind_renders_it_reads() -> None:
    """Else what lives would never be compared, and a custom kind not be judged by the server's schema."""
    kinds = all_kinds()
    rendered = {
        (case.parent.name, GroupKind.of(document.value), document.value["apiVersion"])
        for case in CASES
        for document in read((case / "expected/manifests.yaml").read_bytes(), "", MANIFESTS).documents
    }
    assert {row for row, _, _ in rendered} >= {kind.row for kind in kinds.values() if kind.templates}
    are_read = {(one.group_kind, one.api_version) for kind in kinds.values() for one in kind.reads}
    assert {(kind, version) for _, kind, version in rendered} <= are_read


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_gives_its_expected_manifests_and_findings(case: Path) -> None:
    """Each folder's policy, laid over its live objects and series, gives exactly what the folder expects."""
    expected = case / "expected"
    for name, text in run(case).items():
        if os.environ.get("ORDAIN_REWRITE_GOLDENS"):
            expected.mkdir(exist_ok=True)
            (expected / name).write_text(text, encoding="utf-8")
        assert text == (expected / name).read_text(encoding="utf-8")


def test_there_are_cases_for_every_kind_with_templates() -> None:
    """A kind without a case folder would be rendered unseen."""
    rows = {case.parent.name for case in CASES}
    assert {kind.row for kind in all_kinds().values() if kind.templates} <= rows
