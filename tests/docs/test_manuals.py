"""How the manuals are read."""

import pytest

from ordain.manuals import blocks, example, manual, section


@pytest.mark.parametrize("code", ["SCL999", "scl001", "", "###"])
def test_an_unknown_code_has_no_section(code: str) -> None:
    """A code without a section is None, for the caller to word."""
    assert section(code) is None


def test_a_row_without_a_manual_is_a_key_error() -> None:
    """A row that does not exist is a mistake of the caller."""
    with pytest.raises(KeyError):
        manual("nothing")


def test_a_manual_without_an_example_is_a_key_error() -> None:
    """The engine's own codes have no policy to begin with."""
    with pytest.raises(KeyError):
        example("reasoning")


def test_a_section_ends_before_the_next() -> None:
    """A section holds its own heading and no other, headings in code blocks aside."""
    text = section("SCL001") or ""
    assert [line for line in text.splitlines() if line.startswith("#")] == ["### SCL001 min-above-max"]


def test_blocks_keep_fences_of_another_length() -> None:
    """A longer fence may hold a shorter one."""
    text = "````md\n```yaml\na: 1\n```\n````\n\n```\nb\n```\n"
    assert list(blocks(text)) == [("md", "```yaml\na: 1\n```\n"), ("", "b\n")]
