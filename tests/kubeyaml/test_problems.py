"""Broken files: each problem has a code, a place and words that help, and hides no other document."""

import pytest

from ordain.kubeyaml import MANIFESTS, read

BAD = [
    ("a: b: c\n", "YML001", "1:5", "a `: ` stands where no key can be"),
    ("a:\n\tb: 1\n", "YML001", "2:1", "no value can start with this character"),
    ("a: [1,\n  2\nb: 1\n", "YML001", "1:4", "a list in [ ] is not closed"),
    ('a: 1\nb: "x\n', "YML001", "2:4", "a quoted text is not closed"),
    ("a: 1\n b: 2\n", "YML001", "2:3", "a `: ` stands where no key can be"),
    ("a: .inf\n", "YML001", "1:4", "inf is no number that Kubernetes can hold"),
    ("a: 1\nnull: 2\n", "YML001", "2:1", "a key is empty or null"),
    ("? [a]\n: 1\n", "YML001", "1:3", "a list or a map is used as a key"),
    ("a: !!int x\n", "YML001", "1:4", "!!int does not fit the value behind it"),
    ("a: !!binary x\n", "YML001", "1:4", "!!binary needs base64 text"),
    ("a: [!x, 1]\n", "YML001", "1:5", "this tag has no value, or kubectl takes the comma behind it for a part of it"),
    ("a: {b:, c: 1}\n", "YML001", "1:6", "a `:` stands right before a comma or a bracket"),
    ("a: 1\nb:\n  <<: x\n", "YML001", "3:7", "`<<` merges something that is no map"),
    ("a: 1\nb: 2\na: 3\n", "YML002", "3:1", "the key 'a' is set twice in one map"),
    ("1: x\n'1': y\n", "YML002", "2:1", "the key '1' is set twice in one map"),
    ('{"a": 1, "b": {"a": 1, "a": 2}}', "YML002", "1:24", "the key 'a' is set twice in one map"),
    ("a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n", "YML002", "4:3", "`<<` sets the key 'b' that is set above it"),
    ("a: *x\n", "YML006", "1:4", "this alias (*) names no anchor above it"),
    ("a: &x\n  b: *x\n", "YML006", "2:6", "this alias (*) stands inside the value it names"),
    (b"a: 1\nb: \xff\n", "YML004", "2:4", "this byte is not UTF-8"),
    ("a: 1".encode("utf-16"), "YML004", "", "the file is UTF-16, not UTF-8"),
    ("a: \x07\n", "YML001", "1:4", "the text holds a control character"),
]


@pytest.mark.parametrize(("data", "code", "place", "message"), BAD)
def test_problem(data: str | bytes, code: str, place: str, message: str) -> None:
    """Each kind of trouble is said once, at its place, with a hint."""
    raw = data.encode() if isinstance(data, str) else data
    stream = read(raw, "f.yaml", MANIFESTS)
    (problem,) = stream.problems
    where = f"f.yaml:{place}" if place else "f.yaml"
    assert (code, where, message) == (problem.code, str(problem.where), problem.message)
    assert problem.hint
    assert stream.documents == ()


@pytest.mark.parametrize("data", [data for data, *_ in BAD if not isinstance(data, bytes) or b"\xff\xfe" not in data])
def test_a_broken_document_hides_no_other(data: str | bytes) -> None:
    """The documents before and behind a broken one are read."""
    raw = data.encode() if isinstance(data, str) else data
    stream = read(
        b"first: 1\n---\n" + raw + b"\n---\nsecond: 2\n---\n" + raw + b"\n---\nthird: 3\n", "f.yaml", MANIFESTS
    )
    assert [document.value for document in stream.documents] == [{"first": 1}, {"second": 2}, {"third": 3}]
    assert [document.index for document in stream.documents] == [0, 2, 4]
    assert len(stream.problems) == 2


def test_all_duplicates_of_a_document_are_said() -> None:
    """One duplicate key does not hide the next."""
    problems = read(b"a: 1\na: 2\nb: {c: 1, c: 2}\n", "f.yaml", MANIFESTS).problems
    assert [str(problem.where) for problem in problems] == ["f.yaml:2:1", "f.yaml:3:11"]


@pytest.mark.parametrize("data", [b"", b"# nothing\n", b"---\n", b"---\n---\n...\n", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_documents_are_skipped(data: bytes) -> None:
    """Comments and separators alone are no document and no problem."""
    stream = read(data, "f.yaml", MANIFESTS)
    assert (stream.documents, stream.problems) == ((), ())


def test_separators_inside_texts() -> None:
    """Three dashes within an indented text do not end a document."""
    stream = read(b"a: |\n  x\n  ---\n  y\n---\nb: 1\n", "f.yaml", MANIFESTS)
    assert [document.value for document in stream.documents] == [{"a": "x\n---\ny\n"}, {"b": 1}]
