"""The formats of `ordain test` and `ordain impact`: no string of policies and clusters breaks out of one."""

import json
import re
import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.errors import Span
from ordain.model.impact import Affected, EqualChanges, Impact
from ordain.model.objects import GroupKind, ObjectRef
from ordain.model.plan import Action, FieldChange, FieldOrigin
from ordain.model.usertest import Expectation, UserTestResult
from ordain.report.impact import IMPACT_FORMATS
from ordain.report.look import Look
from ordain.report.usertests import TEST_FORMATS

HOSTILE = st.text(st.characters(), max_size=40) | st.text("\x1b\r\n\t:|`#@<>&![]()-%\\$~*_ a1\u202e\ud800", max_size=40)


def results_of(text: str) -> list[UserTestResult]:
    """Return a failed and a broken test with a text everywhere."""
    where = Span(text, 3, 4)
    unmet = Expectation(text, where, met=False, expected=text, actual=text, set_by=FieldOrigin(text, where), hint=text)
    met = Expectation(text, where, met=True, expected=text, actual=text)
    return [
        UserTestResult(text, {text: text}, where, (unmet, met)),
        UserTestResult(text, {}, where, (), f"x{text}\n{text}"),
    ]


def impact_of(text: str, *, groups: int = 1) -> Impact:
    """Return an impact with a text everywhere."""
    ref = ObjectRef(text, text, text, text)
    field = FieldChange(text, text, text, FieldOrigin(text, Span(text, 1, 2)))
    objects = (Affected(text, ref, None), Affected("other", ref, ref))
    group = EqualChanges(Action.UPDATE, GroupKind(text, text), (field,) * 3, objects)
    return Impact(text, text, (group,) * groups, 1, objects, (text,))


def printable(written: str) -> bool:
    """Say whether nothing in a text moves a terminal or starts a command of a CI system."""
    return all(line.isprintable() for line in written.split("\n")) and not re.search(r"(?m)^\s*::", written)


@settings(deadline=None)
@given(HOSTILE)
def test_text_stays_on_its_lines(text: str) -> None:
    """The number of lines does not depend on what the names hold, and no line is a command."""
    for verbose in (0, 1):
        look = Look(verbose=verbose)
        for written, plain in (
            (TEST_FORMATS["text"](results_of(text), look), TEST_FORMATS["text"](results_of("a"), look)),
            (IMPACT_FORMATS["text"](impact_of(text), look), IMPACT_FORMATS["text"](impact_of("a"), look)),
        ):
            assert printable(written)
            assert "\x1b" not in written
            if text.splitlines() == [text]:  # else a test's trouble has more lines itself
                assert written.count("\n") == plain.count("\n")


@settings(deadline=None)
@given(HOSTILE)
def test_machines_can_read_the_others(text: str) -> None:
    """JSON and XML are well-formed whatever the names hold."""
    json.loads(TEST_FORMATS["json"](results_of(text), Look()).encode())
    json.loads(IMPACT_FORMATS["json"](impact_of(text), Look()).encode())
    suites = ET.fromstring(TEST_FORMATS["junit"](results_of(text), Look()).encode())
    assert [len(list(suites.iter(tag))) for tag in ("testcase", "failure", "error")] == [2, 1, 1]


@settings(deadline=None)
@given(HOSTILE)
def test_markdown_holds_no_markup_of_others(text: str) -> None:
    """Names mention nobody, link nothing and open no tag in a comment."""
    written = IMPACT_FORMATS["markdown"](impact_of(text), Look())
    bare = re.sub(r"(?<![\w`])`[^`|]+`(?![\w`])|</?(?:code|details|summary)>", "", written)
    assert printable(written)
    assert not re.search(r"[<@]|\]\(", bare)


def test_markdown_stays_below_its_limit() -> None:
    """A comment is no longer than GitHub takes, and says what was left out."""
    written = IMPACT_FORMATS["markdown"](impact_of("é" * 90, groups=200), Look())
    assert len(written.encode()) < 65_000
    assert "Left out, as a comment has a size limit:" in written
