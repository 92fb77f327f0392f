"""Every format of every case as a reader gets it; ORDAIN_REWRITE_GOLDENS=1 rewrites the files for review."""

import os
from pathlib import Path

import pytest

from ordain.model.plan import Result
from ordain.report import FORMAT_NAMES, FORMATS
from ordain.report.look import Look

GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif.json",
    "junit": "xml",
    "markdown": "md",
    "github": "txt",
    "html": "html",
}


@pytest.fixture(autouse=True)
def _no_style(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the style sheet out of the pages: it is reviewed as the file that it is."""
    monkeypatch.setattr("ordain.report.html._style", lambda: "")


def _compare(path: Path, actual: str) -> None:
    if os.environ.get("ORDAIN_REWRITE_GOLDENS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_golden(name: str, case: str, result: Result) -> None:
    """A format writes exactly what was reviewed."""
    _compare(GOLDEN / name / f"{case}.{SUFFIX[name]}", FORMATS[name](result, Look()))


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("plan-verbose", Look(verbose=1)),
        ("plan-quiet", Look(verbose=-1)),
        ("plan-color", Look(color=True)),
        ("drift-verbose", Look(verbose=1)),
    ],
)
def test_text_golden(name: str, look: Look, results: dict[str, Result]) -> None:
    """Text can be longer, shorter and coloured."""
    _compare(GOLDEN / "text" / f"{name}.txt", FORMATS["text"](results[name.partition("-")[0]], look))


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_the_same_twice(name: str, result: Result) -> None:
    """A format gives the same bytes for the same result, ends with a line end, and can be encoded."""
    first, second = (FORMATS[name](result, Look()) for _ in range(2))
    assert first == second
    assert first.endswith("\n")
    assert first.encode()


def test_no_golden_is_left_over(results: dict[str, Result]) -> None:
    """Each golden belongs to a case."""
    wanted = {f"{name}/{case}.{SUFFIX[name]}" for name in FORMAT_NAMES for case in results}
    wanted |= {f"text/{name}.txt" for name in ("plan-verbose", "plan-quiet", "plan-color", "drift-verbose")}
    assert wanted == {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*")}
