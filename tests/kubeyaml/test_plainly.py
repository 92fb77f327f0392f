"""The quick way for plain block style never says anything else than the exact way."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.kubeyaml import MANIFESTS, POLICIES, Limits, read
from ordain.kubeyaml.plainly import read_plain
from ordain.kubeyaml.reading import _Reading

PLAIN = """# a comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  labels: {}
  annotations:
data:
  quoted: 'yes'
  also: "0755"
  octal: 0755
  word: off
  text: |
    first
      second # no comment

    third
  stripped: |-
    one
list:
- name: a
  args:
  - --listen=:8080
  - -1
  - key: value
    more:
      deep: 1_000

- ~
---
---
kind: Second
"""
WORDS = (
    "a",
    "- ",
    "-",
    "---",
    "...",
    ": ",
    ":",
    "\n",
    "\n",
    "\n",
    "  ",
    "    ",
    " ",
    "#",
    " #",
    "'",
    '"',
    "|",
    "|-",
    "{}",
)
WORDS += ("[]", "yes", "0755", "1e3", "~", "null", "<<", "*a", "&a", "!!str", "\t", "\r", "é", "? ", "%", "@", ",", "]")


def exact(text: str) -> list[object] | None:
    """Return the values of the exact way; None where something is wrong."""
    reading = _Reading(text.encode(), "file.yaml", MANIFESTS)
    reading.all()
    return None if reading.problems else [document.value for document in reading.documents]


def quick(text: str) -> list[object] | None:
    """Return the values of the quick way; None where it leaves the text to the exact one."""
    parts = read_plain(text.encode(), MANIFESTS)
    return None if parts is None else [value for value, _, _ in parts]


def mutated(chance: random.Random) -> str:
    """Return the plain file with some letters, words or lines put in, moved or taken away."""
    text = PLAIN
    for _ in range(chance.choice((1, 1, 2, 4))):
        lines, at, place = text.split("\n"), chance.randrange(len(text)), chance.random()
        row = chance.randrange(len(lines))
        if place < 0.4:
            text = text[:at] + chance.choice(WORDS) + text[at:]
        elif place < 0.6:
            text = text[:at] + text[at + chance.randrange(1, 6) :]
        elif place < 0.8:
            lines[row] = " " * chance.randrange(7) + lines[row].lstrip()
            text = "\n".join(lines)
        else:
            lines.insert(row, chance.choice(lines))
            text = "\n".join(lines)
    return text


def test_plain_files_go_the_quick_way() -> None:
    """A file in the style of programs is read without the parser, and to the same values."""
    assert quick(PLAIN) == exact(PLAIN)
    assert repr(quick(PLAIN)) == repr(exact(PLAIN))


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: {b: 1}\n",
        "a: &x 1\n",
        "a: *x\n",
        "a: !!str 1\n",
        "a: b # c\n",
        "a: b\n  c\n",
        "a: é\n",
        'a: "\\n"\n',
        "a: 'it''s'\n",
        "a: >\n  b\n",
        "a: |+\n  b\n",
        "a: |\n  b\n \n  c\n",
        "a: |\nb: 1\n",
        "a: |\n  b",
        "- a\n",
        "a\n",
        "a:\n- - b\n",
        "a: b\n c: d\n",
        "a:\n  b: 1\n c: 2\n",
        "a:\tb\n",
        "a: b\r\n",
        "a: .inf\n",
        "<<: a\n",
        "~: a\n",
        "%YAML 1.1\n---\na: b\n",
        "a: b\n...\n",
        "--- a\n",
        "",
    ],
)
def test_what_is_left_to_the_exact_way(text: str) -> None:
    """What is not plain, or wrong, is not judged by the quick way."""
    if text:
        assert quick(text) is None
    else:
        assert quick(text) in (None, [])


def test_mutants_get_the_same_values() -> None:
    """Whatever of three thousand mutants the quick way takes, it reads as the exact way does."""
    chance = random.Random(7)
    texts = [mutated(chance) for _ in range(3_000)]
    taken = [text for text in texts if quick(text) is not None]
    assert len(taken) > 300
    assert [text for text in taken if repr(quick(text)) != repr(exact(text))] == []


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_any_text_gets_the_same_values(text: str) -> None:
    """Whatever the quick way takes of any text, it reads as the exact way does."""
    taken = quick(text)
    assert taken is None or repr(taken) == repr(exact(text))


def test_places_are_those_of_the_exact_way() -> None:
    """A value of an earlier and of a later document is found where the exact way finds it."""
    reading = _Reading(PLAIN.encode(), "file.yaml", MANIFESTS)
    reading.all()
    documents = read(PLAIN.encode(), "file.yaml", MANIFESTS).documents
    paths = [("list", 0, "args", 2, "more", "deep"), ("data", "stripped"), ("kind",)]
    for quickly, exactly in zip(documents, reading.documents, strict=True):
        assert [quickly.span(path) for path in paths] == [exactly.span(path) for path in paths]
    assert str(documents[1].span(("kind",))) == f"file.yaml:{PLAIN.count(chr(10))}:7"


@pytest.mark.parametrize(("limits", "is_taken"), [(MANIFESTS, True), (POLICIES, False)])
def test_limits_are_left_to_the_exact_way(limits: Limits, *, is_taken: bool) -> None:
    """A file that may hold too much is not read the quick way: the exact one counts and says so."""
    deep = "".join(f"{'  ' * depth}a:\n" for depth in range(100))
    many = "a: 1\n" * 2 + "".join(f"k{number}: 1\n" for number in range(8_000))
    assert (read_plain(deep.encode(), limits) is not None) is is_taken
    assert read_plain(many.encode(), POLICIES) is None


def test_documents_are_numbered_without_empty_ones() -> None:
    """Documents that hold nothing are skipped and not counted."""
    documents = read(b"---\n# nothing\n---\na: 1\n---\nb: 2\n---\n", "file.yaml", MANIFESTS).documents
    assert [(document.index, document.value) for document in documents] == [(0, {"a": 1}), (1, {"b": 2})]
    assert all(one is not two for one, two in pairwise(documents))
