"""One fingerprint a finding, in every format."""

import json
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.errors import Span
from ordain.model.finding import Finding, Severity, Waived, numbered
from ordain.model.objects import ObjectRef
from ordain.model.plan import Result, Section
from ordain.report import FORMAT_NAMES, FORMATS
from ordain.report.look import Look

APP: Final = ObjectRef("shop", "Deployment", "app", "apps")
PROBE: Final = Finding("WRK001", "no-probe", Severity.WARNING, "no probe", subject=APP, container="app", cluster="demo")


def _json(written: str) -> list[str]:
    document = json.loads(written)
    groups = [document["findings"], *(section["findings"] for section in document["sections"])]
    return [finding["fingerprint"] for group in groups for finding in group]


def _sarif(written: str) -> list[str]:
    results = json.loads(written)["runs"][0]["results"]
    return [item["partialFingerprints"]["primaryLocationLineHash"] for item in results]


def _junit(written: str) -> list[str]:
    return [item.attrib["value"] for item in ET.fromstring(written).iterfind(".//property[@name='fingerprint']")]


def _found(pattern: str) -> Callable[[str], list[str]]:
    return lambda written: re.findall(pattern, written)


READ: Final = {
    "text": _found(r"(?m)^  fingerprint: (\S+)$"),
    "json": _json,
    "sarif": _sarif,
    "junit": _junit,
    "markdown": _found(r"<!-- fingerprint: (\S+) -->"),
    "github": _found(r"%0Afingerprint: (\S+)"),
    "html": _found(r'<article [^>]*id="finding/([^"]+)"'),
}


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_every_format_shows_the_same_fingerprints(name: str, result: Result) -> None:
    """Each finding has one fingerprint, that of the JSON report; annotations leave the waived ones out."""
    wanted = result.numbered().all_findings()
    shown = [finding.fingerprint for finding in wanted if finding.waived is None or name != "github"]
    assert sorted(READ[name](FORMATS[name](result, Look(verbose=1)))) == sorted(shown)
    assert len(set(shown)) == len(shown)


def test_one_defect_in_two_clusters() -> None:
    """Two clusters with the same defect keep two fingerprints, and each report says which cluster is meant."""
    sections = tuple(Section(name, "1.37", "", "", (PROBE.in_cluster(name),)) for name in ("west", "east"))
    result = Result("check", (), sections)
    clusters = {"east": PROBE.defect, "west": f"{PROBE.defect}-2"}
    document = json.loads(FORMATS["json"](result, Look()))
    found = {item["cluster"]: item["fingerprint"] for part in document["sections"] for item in part["findings"]}
    assert found == clusters
    run = json.loads(FORMATS["sarif"](result, Look()))["runs"][0]
    alerts = {item["properties"]["cluster"]: item["partialFingerprints"]["ordain/v1"] for item in run["results"]}
    assert alerts == clusters


def test_one_defect_in_a_file_a_manifest_and_the_cluster() -> None:
    """Wherever a defect of an object is seen, its name is the same."""
    seen = (
        replace(PROBE, where=Span("app.yaml", 3, 1), cluster=""),
        replace(PROBE, where=Span("policies/shop.yaml", 9, 5)),
        replace(PROBE, cluster="other", waived=Waived("w", "o", "", "r", "2027-01-31")),
    )
    assert {finding.defect for finding in seen} == {PROBE.defect}


@given(st.lists(st.sampled_from(["no probe", "no limit"]), max_size=6), st.integers(1, 90), st.randoms())
def test_a_fingerprint_stays(messages: list[str], moved: int, shuffle: random.Random) -> None:
    """Lines that move and another order of the findings leave each finding its fingerprint."""
    found = [replace(PROBE, message=text, where=Span("a.yaml", line, 1)) for line, text in enumerate(messages, 1)]
    later = [replace(one, where=Span("a.yaml", line + moved, 1)) for line, one in enumerate(found, 1)]
    shuffle.shuffle(later)
    names = {(one.message, one.where.line + moved): one.fingerprint for one in numbered(found) if one.where}
    assert {(one.message, one.where.line): one.fingerprint for one in numbered(later) if one.where} == names
    assert len({one.fingerprint for one in numbered(found)}) == len(found)
