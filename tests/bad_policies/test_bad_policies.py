"""Every bad policy is refused with file, line, column and mend, and by the layer that its first line names."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES, read
from ordain.model.finding import Finding, by_place
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.live import LiveState
from ordain.model.objects import KubeObject, ObjectRef, Objects, Source
from ordain.published import schema_text
from ordain.reasoning import all_controls
from ordain.reasoning.spine import YAML
from ordain.reasoning.waivers import unknown_codes
from ordain.stages.check import check
from ordain.stages.load import load
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate

OUTLOOK = Outlook(datetime(2026, 11, 24, tzinfo=UTC), {})

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.yaml"))
WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {}},
}


def layer(case: Path) -> str:
    """Return the layer that the case names."""
    return case.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# refused by: ")


def findings(case: Path) -> list[Finding]:
    """Return all that the stages up to `check` find in a case."""
    kinds = all_kinds()
    loaded = load([str(case)], POLICIES)
    validated = validate(loaded.documents, kinds)
    objects = Objects.of([KubeObject(ObjectRef.of(WEB), WEB, Source.LIVE)])
    live = LiveState("demo", "1.37", "", objects, frozenset(), None, "")
    resolved = resolve(validated.policies, live, kinds)
    waivers = [kinds[item.kind].waiver(item) for item in validated.policies if kinds[item.kind].waiver]
    judged = check(Evidence(objects, OUTLOOK, effective=resolved.effective), kinds, (), cluster="")
    resolved_ones = [item for item in (*resolved.findings, *judged) if item.code != "POL009"]
    return sorted(
        [*loaded.findings, *validated.findings, *unknown_codes(waivers, all_controls()), *resolved_ones], key=by_place
    )


def schema_errors(case: Path) -> list[str]:
    """Return what the published schemas say of the documents of a case, as an editor would show it."""
    found = []
    for document in read(case.read_bytes(), case.name, POLICIES).documents:
        kind = document.value.get("kind")
        if kind not in all_kinds():
            found.append(f"no schema for {kind}")
            continue
        validator: Validator = Draft202012Validator(json.loads(schema_text(kind)))
        found += [error.message for error in validator.iter_errors(document.value)]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_bad_policy_is_refused_with_place_and_mend(case: Path) -> None:
    """Each finding has line and column, and says what to do now."""
    found = findings(case)
    assert found
    for finding in found:
        assert finding.where is not None
        assert finding.where.line > 0
        assert finding.where.column > 0
        assert finding.message
        assert finding.hint or finding.code == "POL003"


@pytest.mark.parametrize("case", [case for case in CASES if layer(case) == "shape"], ids=lambda case: case.stem)
def test_the_schema_refuses_a_bad_shape_once(case: Path) -> None:
    """One mistake is one error: for ordain, and for whoever reads the published schema."""
    assert len(findings(case)) == 1
    assert len(schema_errors(case)) == 1


@pytest.mark.parametrize(
    "case", [case for case in CASES if layer(case) in ("meaning", "resolved")], ids=lambda case: case.stem
)
def test_the_schema_accepts_what_only_meaning_refuses(case: Path) -> None:
    """What no schema can know is named as such: the schema accepts it, ordain does not."""
    assert schema_errors(case) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_named_layer_refuses(case: Path) -> None:
    """A mistake in the YAML has a YML code; one that only layering shows is found by no earlier layer."""
    codes = {finding.code for finding in findings(case)}
    assert (layer(case) == "yaml") == bool(codes & YAML.keys())
    if layer(case) == "resolved":
        loaded = load([str(case)], POLICIES)
        early = {finding.code for finding in validate(loaded.documents, all_kinds()).findings}
        assert early <= {"POL007"}


def test_the_messages_are_the_reviewed_ones() -> None:
    """All messages together, as `ordain validate` shows them; `ORDAIN_REWRITE_GOLDENS=1` writes them anew."""
    lines = []
    for case in CASES:
        for item in findings(case):
            assert item.where is not None
            place = f"{case.name}:{item.where.line}:{item.where.column}"
            hint = f"\n  hint: {item.hint}" if item.hint else ""
            lines.append(f"{place} {item.code} {item.message}{hint}\n".replace(item.where.file, case.name))
    golden = HERE / "messages.txt"
    if os.environ.get("ORDAIN_REWRITE_GOLDENS"):
        golden.write_text("".join(lines), encoding="utf-8")
    assert "".join(lines) == golden.read_text(encoding="utf-8")


def test_there_are_at_least_forty_cases() -> None:
    """The folder shall not shrink unseen."""
    assert len(CASES) >= 40
