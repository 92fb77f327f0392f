"""What code scanning needs of SARIF."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ordain.errors import Span
from ordain.model.finding import Finding, Severity
from ordain.model.plan import Result
from ordain.report import FORMATS
from ordain.report.look import Look


def _run(result: Result) -> dict[str, Any]:
    run = json.loads(FORMATS["sarif"](result, Look()))["runs"][0]
    assert isinstance(run, dict)
    return run


def test_every_result_has_what_github_needs(result: Result) -> None:
    """Each result names its rule and has a physical location with a line, relative to the repository."""
    run = _run(result)
    rules = run["tool"]["driver"]["rules"]
    for item in run["results"]:
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]
        place = item["locations"][0]["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "./"))
        assert place["region"]["startLine"] >= 1
        assert item["partialFingerprints"]["primaryLocationLineHash"]
    for rule in rules:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))


def test_fingerprints_tell_results_apart(results: dict[str, Result]) -> None:
    """Two findings that look alike keep two fingerprints, so that neither alert hides the other."""
    finding = results["checked"].all_findings()[0]
    hashes = [
        item["partialFingerprints"]["primaryLocationLineHash"]
        for item in _run(Result("check", (finding, finding)))["results"]
    ]
    assert len(set(hashes)) == 2


def test_a_waived_finding_is_suppressed(results: dict[str, Result]) -> None:
    """A waiver is a suppression with its reason; every other result says that it has none."""
    found = {item["ruleId"]: item["suppressions"] for item in _run(results["checked"])["results"]}
    assert found["SCL011"] == found["SCL020"] == []
    assert "single instance until the new queue" in found["SCL012"][0]["justification"]


def test_paths_become_addresses() -> None:
    """A path is normalised and percent-encoded; an absolute one is a file address."""
    finding = Finding("POL001", "unreadable", Severity.ERROR, "m")
    files = ("./policies/a b.yaml", "a:b/#é.yaml", "/srv/x.yaml")
    uris = [
        _run(Result("check", (replace(finding, where=Span(file, 1, 1)),)))["results"][0]["locations"][0][
            "physicalLocation"
        ]["artifactLocation"]["uri"]
        for file in files
    ]
    assert uris == ["policies/a%20b.yaml", "a%3Ab/%23%C3%A9.yaml", "file:///srv/x.yaml"]


def test_a_message_holds_no_link(holding: Callable[[str], Result]) -> None:
    """`[text](address)` in a string of a policy is no link in an alert."""
    messages = [item["message"]["text"] for item in _run(holding("[x](https://evil.example.org)"))["results"]]
    assert not any("](" in message for message in messages)
