"""Strings of policies and clusters cannot break out of any format."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.errors import Span
from ordain.model.finding import Finding, Severity
from ordain.model.plan import Result
from ordain.report import FORMAT_NAMES, FORMATS
from ordain.report.look import Look

Holding = Callable[[str], Result]
TEXTS = st.text(st.characters(), max_size=40) | st.text("\x1b\r\n\t:|`#@<>&![]()-%\\$~*_ a1\u202e\ud800", max_size=40)


def _written(name: str, holding: Holding, text: str) -> str:
    return FORMATS[name](holding(text), Look(verbose=1))


def _check_text(written: str) -> None:
    assert "\x1b" not in written
    assert not re.search(r"^\s*::", written, re.MULTILINE)
    assert all(line.isprintable() for line in written.split("\n"))


def _check_json(written: str) -> None:
    json.loads(written.encode())
    assert all(line.isprintable() for line in written.split("\n"))


def _check_junit(written: str) -> None:
    root = ET.fromstring(written.encode())
    cases = root.findall("testsuite/testcase")
    assert root.get("tests") == str(len(cases))


def _check_github(written: str) -> None:
    lines = written.rstrip("\n").split("\n")
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) ((file|line|col|title)=[^:,]*,?)+::.*", line)
        assert line.isprintable()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        self.names.add(tag)
        if tag not in {"br", "meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        self.names.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _check_markdown(written: str) -> None:
    assert len(written.encode()) <= 65_000
    assert all(line.isprintable() for line in written.split("\n"))
    prose = re.sub(r"^```diff\n(?:[-+@].*\n)*```$", "", written, flags=re.MULTILINE)
    assert "```" not in prose
    spans = r"(?<![\w`])`[^`|]+`(?![\w`])"
    bare = re.sub(spans, "", prose)
    tags = _Tags()
    tags.feed(bare.removeprefix("<!-- ordain -->"))
    assert not tags.open
    assert not tags.attributes
    assert tags.names <= {"code", "details", "summary", "br"}
    unlinked = re.sub(r"<code>.*?</code>", "", bare)
    assert not re.search(r"@|&#64;(?!&#8203;)|#(?=\d)(?<!&#)|&#35;(?!&#8203;)|\]\(|://|www\.", unlinked)
    rows = [line for line in bare.split("\n") if line.startswith("| ")]
    assert {row.count("|") for row in rows} <= {3, 4, 5}


_PAGE_TAGS = """
    a article body br caption code dd desc details div dl dt figcaption figure footer h1 h2 h3 h4 head header html i li
    link main meta nav p path pre section span strong style summary svg table tbody td text th thead title tr ul
"""
_PAGE_ATTRIBUTES = """
    aria-hidden aria-label aria-labelledby charset class content d data-label href http-equiv id lang name open rel role
    scope tabindex text-anchor title viewbox x y
"""


def _check_html(written: str) -> None:
    assert all(line.isprintable() for line in written.split("\n"))
    assert written.encode()
    assert written.count("</style>") == 1
    tags = _Tags()
    tags.feed(written)
    tags.close()
    assert not tags.open
    assert tags.names <= set(_PAGE_TAGS.split())
    assert {name for name, _ in tags.attributes} <= set(_PAGE_ATTRIBUTES.split())
    ids = [value for name, value in tags.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert not any(re.search(r"\s", value or " ") for value in ids)
    links = {value or "" for name, value in tags.attributes if name == "href"}
    assert links - {"data:,"} <= {f"#{value}" for value in ids}


CHECKS = {
    "text": _check_text,
    "json": _check_json,
    "sarif": _check_json,
    "junit": _check_junit,
    "github": _check_github,
    "markdown": _check_markdown,
    "html": _check_html,
}


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_a_hostile_string_stays_inside(name: str, holding: Holding, evil: str) -> None:
    """Terminal codes, workflow commands, markup, mentions and illegal characters are all harmless."""
    written = _written(name, holding, evil)
    CHECKS[name](written)
    assert "##[" not in written


def test_a_file_name_is_no_workflow_command() -> None:
    """A finding in a file named like a workflow command of GitHub does not run it from a log."""
    where = Span("::stop-commands::x.yaml", 1, 1)
    written = FORMATS["text"](Result("check", (Finding("A", "a", Severity.ERROR, "m", where=where),)), Look())
    assert written.startswith(r"\x3a:stop-commands::x.yaml:1:1 A error m")


@pytest.mark.parametrize("name", FORMAT_NAMES)
@given(text=TEXTS)
@settings(max_examples=40, deadline=None)
def test_any_string_stays_inside(name: str, holding: Holding, text: str) -> None:
    """The same holds for any string."""
    CHECKS[name](_written(name, holding, text))


def test_color_is_all_that_color_adds(result: Result) -> None:
    """Without its codes the coloured text is the plain text: colour alone says nothing."""
    colored = FORMATS["text"](result, Look(color=True))
    assert FORMATS["text"](result, Look()) == re.sub("\x1b\\[[0-9]+m", "", colored)


def test_json_keeps_strings_whole(holding: Holding) -> None:
    """A program gets the very string back, terminal codes included."""
    text = "x\x1b[1m\n\u202eé\U000e0041"
    document = json.loads(_written("json", holding, text))
    assert document["notes"] == [text]
