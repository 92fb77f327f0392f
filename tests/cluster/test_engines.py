"""The traps of comparing, on real servers: both engines agree there, on the newest and on the oldest version.

`history.yaml` of a case of `tests/pipeline/diff_cases` says how a real object gets into its live state. Then each
engine has to find the paths and values of `expected.txt`; who holds a field and what a sync does has to be the same in
both.
`real.txt` takes the place of `expected.txt` where a real object cannot be just the case's own (`real` of `case.yaml`
says why), and where the case has a `server`, the server has to refuse. A case without a history is made up.

What was found becomes `docs/trust.md`, by the text beside this file: `ORDAIN_REWRITE_GOLDENS=1` writes it, any other
run compares it.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.conftest import SHARED
from tests.cluster.engines import Verdicts, verdicts
from tests.cluster.histories import CASES
from tests.cluster.servers import start_server
from tests.pipeline.test_diff_cases import load

pytestmark = pytest.mark.xdist_group("cluster-engines")

ALL = sorted(path.parent for path in CASES.glob("*/desired.yaml"))
REAL = [case for case in ALL if (case / "history.yaml").exists()]
VERSIONS = sorted(SHARED.values())
PAGE = Path(__file__).parents[2] / "docs/trust.md"
TEXT = Path(__file__).parent / "trust.md.txt"

Found = Mapping[tuple[str, str], Verdicts]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """Give the verdicts of both engines on each case, by the version of the server and the case."""
    results = {}
    for version in VERSIONS:
        with start_server(version, tmp_path_factory.mktemp("engines")) as server:
            results |= {(version, case.name): verdicts(server, case) for case in REAL}
    return results


def sides(text: str) -> list[str]:
    """Return what lines say of paths and values, without the managers."""
    return [row.split(" | ")[0] for row in text.splitlines()]


def expected(case: Path) -> list[str]:
    """Return the paths and values that a real object differs in."""
    real = case / "real.txt"
    return sides((real if real.exists() else case / "expected.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", REAL, ids=lambda case: case.name)
def test_both_engines_give_the_verdict(found: Found, case: Path, version: str) -> None:
    """Each engine finds just what the case expects, and both say the same of managers and syncs."""
    verdict = found[version, case.name]
    assert expected(case) == sides(verdict.offline)
    if "server" in load(case / "case.yaml"):
        assert verdict.refused or not verdict.sent
    else:
        assert (verdict.server, verdict.refused) == (verdict.offline, "")


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_is_not_real_says_why(case: Path) -> None:
    """A case without a history has its reason, and real lines differ from the expected ones."""
    said = load(case / "case.yaml")
    assert (case / "history.yaml").exists() or "server" in said
    assert (case / "real.txt").exists() == ("real" in said)
    if "real" in said:
        assert expected(case) != sides((case / "expected.txt").read_text(encoding="utf-8"))


def test_the_page_on_trust(found: Found) -> None:
    """docs/trust.md is what was found in this run."""
    text = page(found)
    if os.environ.get("ORDAIN_REWRITE_GOLDENS"):
        PAGE.write_text(text, encoding="utf-8")
    assert text == PAGE.read_text(encoding="utf-8")


def page(found: Found) -> str:
    """Write the page: a table of the traps that real servers were brought into, and one of the made-up cases."""
    cases = sorted(((load(case / "case.yaml"), case) for case in ALL), key=lambda item: (item[0]["trap"], item[1].name))
    real = [(said, case) for said, case in cases if case in REAL]
    cells = {key: (_cell(item.offline), _server_cell(item)) for key, item in found.items()}
    agree = sum(item.offline == item.server for item in found.values() if item.sent and not item.refused)
    refused = Counter(bool(item.refused) for item in found.values())[True]
    head = [
        *(f"offline {version}" for version in VERSIONS),
        *(f"server {version}" for version in VERSIONS),
    ]
    rows = [
        [
            said["trap"],
            _link(case, said),
            said["verdict"],
            *(cells[version, case.name][0] for version in VERSIONS),
            *(cells[version, case.name][1] for version in VERSIONS),
            _issue(said),
        ]
        for said, case in real
    ]
    return TEXT.read_text(encoding="utf-8").format(
        versions=" and ".join(VERSIONS),
        real=len(real),
        runs=len(found),
        agree=agree,
        refused=refused,
        unsent=sum(not item.sent for item in found.values()),
        table=_table(["trap", "case", "verdict", *head, "stems from"], _folded(rows)),
        made_up=_table(
            ["trap", "case", "verdict", "why", "stems from"],
            _folded(
                [
                    [said["trap"], _link(case, said), said["verdict"], said["server"], _issue(said)]
                    for said, case in cases
                    if case not in REAL
                ]
            ),
        ),
    )


def _cell(lines: str) -> str:
    count = len(lines.splitlines())
    return f"{count} {'field' if count == 1 else 'fields'}" if count else "no drift"


def _server_cell(verdict: Verdicts) -> str:
    if not verdict.sent:
        return "not sent"
    return "refused" if verdict.refused else _cell(verdict.server)


def _link(case: Path, said: Mapping[str, Any]) -> str:
    note = f" ({said['real']})" if "real" in said else ""
    return f"[{case.name}](../{case.relative_to(PAGE.parents[1]).as_posix()}){note}"


def _issue(said: Mapping[str, Any]) -> str:
    if "bug" not in said:
        return ""
    repository, _, number = said["bug"].partition("#")
    return f"[{said['bug']}](https://github.com/{repository}/issues/{number})"


def _folded(rows: list[list[str]]) -> list[list[str]]:
    """Leave a trap out where it is the one of the row above."""
    traps = ["", *(row[0] for row in rows)]
    return [["" if row[0] == above else row[0], *row[1:]] for row, above in zip(rows, traps, strict=False)]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)
