"""The tables of README.md say what is there."""

import re
from pathlib import Path

from ordain.cli.exit import Exit
from ordain.kinds import all_kinds
from ordain.report import FORMAT_NAMES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_kind_is_in_the_table() -> None:
    """A kind that exists is linked to its manual, and only such a one is said to be here."""
    rows = re.findall(r"^\| \[(\w+)\]\(engine/ordain/kinds/(\w+)/README\.md\) \|.*\| here", README, re.MULTILINE)
    assert sorted(rows) == sorted((kind.name, kind.row) for kind in all_kinds().values())


def test_no_kind_that_exists_is_planned() -> None:
    """What is said to be planned is not there yet."""
    planned = re.findall(r"^\| (\w+) \|.*\| planned \|$", README, re.MULTILINE)
    assert planned
    assert not set(planned) & all_kinds().keys()


def test_the_exit_codes_are_those_of_the_commands() -> None:
    """The table of exit codes is complete."""
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)] == [int(code) for code in Exit]


def test_every_format_is_named() -> None:
    """The sentence on `-o` lists all formats."""
    sentence = next(line for line in README.splitlines() if "`-o` takes" in line)
    assert all(f"`{name}`" in sentence for name in FORMAT_NAMES)
