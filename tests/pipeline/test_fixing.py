"""Fixes: whatever key of the demo's policies is misspelt, it gets its name back, and no other byte moves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from ordain.errors import Fix, Span
from ordain.judging import judge_loaded
from ordain.kubeyaml import POLICIES, read
from ordain.kubeyaml.editing import replaced
from ordain.model.spec import Model, clearly
from ordain.model.wording import mistakes
from ordain.reasoning.spine import UNKNOWN_FIELD
from ordain.stages.editing import fix
from ordain.stages.load import Loaded

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("organisation", "teams") for path in (ROOT / "policies" / folder).rglob("*.yaml"))
_KEY = re.compile(rb"""(?:^|[{,]|- )\s*["']?([A-Za-z]{3,})["']?\s*:(?=\s)""", re.MULTILINE)


def loaded(content: bytes) -> Loaded:
    stream = read(content, "policy.yaml", POLICIES)
    assert stream.problems == ()
    return Loaded(stream.documents, (), 1, "", {})


def misspelt(content: bytes) -> Iterator[bytes]:
    """Return the file with each of its keys misspelt in turn: a letter twice, one left out, two swapped."""
    for found in _KEY.finditer(content):
        start, end = found.span(1)
        key = found[1]
        for wrong in (key + key[-1:], key[:1] + key[2:], key[:-2] + key[-1:] + key[-2:-1]):
            if wrong != key:
                yield content[:start] + wrong + content[end:]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_misspelt_key_is_mended_or_left(path: Path) -> None:
    """The file is the old one again, or as it was found; most are mended, and then nothing is left to find."""
    content = path.read_bytes()
    clean = judge_loaded(loaded(content)).findings
    mended = left = 0
    for wrong in misspelt(content):
        found = judge_loaded(loaded(wrong)).findings
        done = fix(loaded(wrong), judge_loaded)
        if done.edits:
            (edit,) = done.edits
            assert edit.after == content
            assert [finding for finding, _ in done.left] == list(clean)
            assert fix(loaded(edit.after), judge_loaded).edits == ()
            mended += 1
        elif any(finding.code == UNKNOWN_FIELD.code for finding in found):
            left += 1
    assert mended > 9 * left, (mended, left)


class Renamed(Model):
    """A mapping with a field that had another name."""

    renamed: ClassVar = {"maximum": "limit"}

    limit: int = 0
    """The most."""


class Holder(Model):
    """What it stands in."""

    part: Renamed
    """The part."""


def test_an_old_name_is_told_with_the_new_one() -> None:
    """A field that was renamed is unknown under its old name, however unlike the two are, and has a mend."""
    holder: type[BaseModel] = Holder
    with pytest.raises(ValidationError) as raised:
        holder.model_validate({"part": {"maximum": 3}})
    (mistake,) = mistakes(raised.value, Holder)
    assert (mistake.message, mistake.hint) == ("part.maximum is called limit now", "write `limit`")
    assert (mistake.fix, mistake.on_key) == (Fix("maximum", "limit"), True)


@pytest.mark.parametrize(
    ("word", "words", "meant"),
    [
        ("namespace", ["names", "namespaces"], "namespaces"),
        ("name", ["names", "namespaces"], "names"),
        ("mix", ["max", "min"], None),
        ("maximum", ["max", "min"], "max"),
        ("Replicas", ["replicas"], "replicas"),
        ("scale", ["scaleUp", "scaleDown"], None),
        ("zzz", ["max"], None),
    ],
)
def test_only_what_is_clearly_meant_counts(word: str, words: list[str], meant: str | None) -> None:
    """Of two names that are about as near, none is meant."""
    assert clearly(word, words) == meant


def test_what_does_not_stand_there_is_not_replaced() -> None:
    """A place that the file does not have, or with another text, changes nothing."""
    data = b"a: b\n"
    for place in (Span("x"), Span("x", 1), Span("x", 1, 2), Span("x", 9, 1), Span("x", 1, 99)):
        assert replaced(data, [(place, Fix("a", "c"))]) == data
    assert replaced(data, [(Span("x", 1, 1), Fix("a", "c")), (Span("x", 1, 4), Fix("b", '"b"'))]) == b'c: "b"\n'
