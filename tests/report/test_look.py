"""Wishes of the reader, and the cost of listing the formats."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from ordain.model.finding import Finding, Severity
from ordain.model.plan import Plan, Result, Section
from ordain.report import FORMATS
from ordain.report.look import Look


@pytest.mark.parametrize(("gate", "failures"), [("error", "1"), ("warning", "2"), ("note", "3")])
def test_junit_fails_from_the_gate_on(gate: str, failures: str, results: dict[str, Result]) -> None:
    """A finding below the gate is a passing case; a waived one is skipped at any gate."""
    root = ET.fromstring(FORMATS["junit"](results["plan"], Look(gate=Severity(gate))))
    assert (root.get("failures"), root.get("skipped")) == (failures, "1")


def test_github_says_what_it_will_not_show() -> None:
    """The sum names the errors beyond the ten that GitHub shows, and comes before the notes."""
    errors = tuple(Finding("SCL001", "x", Severity.ERROR, str(index)) for index in range(11))
    notes = tuple(Finding("SCL002", "y", Severity.NOTE, str(index)) for index in range(11))
    lines = FORMATS["github"](Result("check", notes + errors), Look()).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 11 + ["::notice"] * 12
    assert "10 of 11 errors" in lines[11]


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (Result("validate", (), policies=1, files=1), "Valid: 1 policy in 1 file."),
        (Result("check", (), objects=40, files=5), "Nothing to mend: 40 objects in 5 files."),
        (Result("fix", (), files=5), "Nothing to mend: 5 files."),
        (Result("fix", (), files=5, notes=("a:1:1 POL002 mended: x -> y",)), "Nothing else to mend: 5 files."),
        (Result("explain", ()), "Nothing to mend."),
        (Result("plan", (), (Section("demo", "1.37", "", "", ()),)), "Nothing to mend. No plan for demo."),
        (
            Result("plan", (), (Section("a", "1.37", "", "", (), Plan("a", (), 1, (), 1)),)),
            "No changes. Compared 1 object with the output branch and with the live objects of a.",
        ),
    ],
)
def test_the_last_line_is_the_sum(result: Result, line: str) -> None:
    """The sum says what was looked at."""
    assert FORMATS["text"](result, Look()).splitlines()[-1] == line


def test_listing_the_formats_costs_nothing() -> None:
    """The names of the formats are there without any heavy import, and only the page needs one: its templates."""
    code = (
        "import sys, ordain.report as r; assert 'ordain.model' not in sys.modules; "
        "from ordain.report.look import Look; from ordain.model.plan import Result; "
        "[f(Result('plan', ()), Look()) for name, f in r.FORMATS.items() if name != 'html']; "
        "heavy = {'pydantic', 'jinja2', 'git', 'kubernetes', 'yaml', 'orjson'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
