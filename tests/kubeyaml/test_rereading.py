"""The second reader of an edited file: it agrees with what was meant, and with nothing else."""

import pytest

from ordain.errors import Fix
from ordain.kubeyaml.rereading import beside, follows

FILE = b"# head\r\na: no # why\r\nb: &x {no: [on, 011]}\r\nc: *x\r\n---\r\n'd': |\r\n  text\r\n...\r\n# end"


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        (b"a: no", b'a: "no"', Fix("no", '"no"')),
        (b"{no:", b'{"no":', Fix("no", '"no"')),
        (b" 011", b' "011"', Fix("011", '"011"')),
        (b"c:", b"cc:", Fix("c", "cc")),
        (b"'d'", b"'dd'", Fix("d", "dd")),
    ],
)
def test_what_was_meant_is_all_that_it_finds(old: bytes, new: bytes, fix: Fix) -> None:
    """A name, and quotes around a scalar: in a flow, beside an anchor, in a second document, with a comment behind."""
    assert beside(FILE, FILE.replace(old, new), [fix]) == ""


@pytest.mark.parametrize(
    ("old", "new", "fix", "said"),
    [
        (b"# why", b"# how", Fix("c", "cc"), "other comments"),
        (b"c:", b"#c:", Fix("c", "cc"), "other comments"),
        (b"c:", b"ccc:", Fix("c", "cc"), "another value changed"),
        (b"c:", b"no:", Fix("a", "no"), "another value changed"),
        (b"c:", b"0x1:", Fix("c", "0x1"), "another value changed"),
        (b"c:", b"c: {cc: 1}\r\nd:", Fix("c", "cc"), "another value changed"),
        (b"&x", b"&y", Fix("c", "cc"), "another value changed"),
        (b"|\r\n  text", b">\r\n  text", Fix("c", "cc"), "another value changed"),
        (b"c:", b"c:", Fix("c", "cc"), "no change"),
        (b"c:", b"c: [", Fix("c", "cc"), "could not read the file any more"),
    ],
)
def test_anything_else_is_told(old: bytes, new: bytes, fix: Fix, said: str) -> None:
    """A comment, another value, an anchor, a scalar that is no text to YAML 1.2, an edit that was not made."""
    assert beside(FILE, FILE.replace(old, new), [fix]).endswith(said)


def test_a_file_that_it_never_could_read_is_left_to_the_first_reader() -> None:
    """It takes no tab behind a colon, which kubectl does."""
    assert beside(b"a:\t{b: 1}\n", b"aa:\t{b: 1}\n", [Fix("a", "aa")]) == ""
    assert follows(b"a:\t{b: 1}\n", b"a:\t{b: 1}\n---\nb: 1\n") == ""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (FILE, FILE + b"\r\n---\r\ne: 1\r\n", ""),
        (b"# nothing\n", b"# nothing\n---\ne: 1\n", ""),
        (b"a: 1\n---\n", b"a: 1\n---\n---\ne: 1\n", ""),
        (b"", b"e: 1\n", ""),
        (b"a: 1\n", b"a: 1\ne: 1\n", "a second reader would not read what was there as before"),
        (b"a: |+\n  x\n", b"a: |+\n  x\n\n---\ne: 1\n", "a second reader would not read what was there as before"),
        (b"a: 1 # one\n", b"a: 1\n---\ne: 1\n", "a second reader would not read what was there as before"),
        (b"a: [1]\n", b"a: [1\n---\ne: 1\n", "a second reader could not read the file any more"),
    ],
)
def test_a_document_more(before: bytes, after: bytes, said: str) -> None:
    """It comes behind what was there, which stays as it was."""
    assert follows(before, after) == said
