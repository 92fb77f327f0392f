"""Where values stand."""

import pytest

from ordain.kubeyaml import MANIFESTS, read

FIRST = """\
# a comment
a: &x
  b: [1, {c: "d"}]
e: *x
f:
  <<: *x
  g: |
    text
h: {<<: [*x, {i: 1}], y: 2}
"""
TEXT = FIRST + "---\n---\n- j\n-\n  - k: 1\n    é: 2, l\n"

PLACES = [
    (0, (), "2:1", "2:1"),
    (0, ("a",), "2:4", "2:1"),
    (0, ("a", "b"), "3:6", "3:3"),
    (0, ("a", "b", 0), "3:7", "3:7"),
    (0, ("a", "b", 1, "c"), "3:14", "3:11"),
    (0, ("a", "b", 7, "c"), "3:6", "3:3"),
    (0, ("e",), "4:4", "4:1"),
    (0, ("e", "b", 0), "4:4", "4:4"),
    (0, ("f", "b", 1, "c"), "6:7", "6:7"),
    (0, ("f", "g"), "7:6", "7:3"),
    (0, ("h", "b"), "9:10", "9:10"),
    (0, ("h", "i"), "9:18", "9:15"),
    (0, ("h", "true"), "9:26", "9:23"),
    (0, ("nowhere",), "2:1", "2:1"),
    (1, (), "12:1", "12:1"),
    (1, (0,), "12:3", "12:3"),
    (1, (1, 0, "é"), "15:8", "15:5"),
]


@pytest.mark.parametrize(("index", "path", "value", "key"), PLACES)
def test_span(index: int, path: tuple[str | int, ...], value: str, key: str) -> None:
    """A path leads to the line and column of its value, and of its key; the longest existing part counts."""
    document = read(TEXT.encode(), "f.yaml", MANIFESTS).documents[index]
    assert (f"f.yaml:{value}", f"f.yaml:{key}") == (str(document.span(path)), str(document.span(path, key=True)))


def test_span_behind_a_broken_document() -> None:
    """Documents that are read after a broken one keep their lines."""
    stream = read(b"a: [1\n---\nb: 1\n---\nc: {c\n---\nd:\n  e: 1\n", "f.yaml", MANIFESTS)
    first, second = stream.documents
    assert (str(first.span(("b",))), str(second.span(("d", "e")))) == ("f.yaml:3:4", "f.yaml:8:6")


def test_span_in_json() -> None:
    """JSON has places too, behind escapes that YAML would refuse."""
    document = read(b'{"a": "\\ud83d\\ude00",\n "b": [1, {"c": 2}]}\n', "f.json", MANIFESTS).documents[0]
    assert str(document.span(("b", 1, "c"))) == "f.json:2:17"


def test_carriage_returns_and_windows_lines() -> None:
    """Lines count the same with every line end."""
    document = read(b"a: 1\r\n---\r\nb:\r\n  c: 1\r\n", "f.yaml", MANIFESTS).documents[1]
    assert str(document.span(("b", "c"))) == "f.yaml:4:6"
