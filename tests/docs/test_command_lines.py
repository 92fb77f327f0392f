"""Every `ordain …` in the prose, the demo and the hints is a command with options that exist."""

import re
import shlex
from contextlib import suppress
from pathlib import Path

import click
import pytest

from ordain.cli.group import ordain
from ordain.manuals import blocks

ROOT = Path(__file__).parents[2]
_PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "policies/README.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("engine/ordain/**/README.md")),
]
_INLINE = re.compile(r"`(ordain [^`\n]+)`")
_IN_SHELL = re.compile(r"(?:^|\| |\$ )(ordain [^|\n]+)", re.MULTILINE)
_PLACEHOLDER = re.compile("[A-Z]+")
_COMMENT = re.compile(r"\s+#.*|\s+>.*")


def command_lines() -> list[str]:
    """Return every command line, each once."""
    found: set[str] = set()
    for page in _PAGES:
        text = page.read_text(encoding="utf-8")
        found |= set(_INLINE.findall(text))
        for language, code in blocks(text):
            if language in ("sh", "console"):
                found |= set(_IN_SHELL.findall(code.replace("\\\n", " ")))
    for source in ROOT.glob("engine/ordain/**/*.py"):
        found |= {line for line in _INLINE.findall(source.read_text(encoding="utf-8")) if "{" not in line}
    return sorted({_COMMENT.sub("", line).strip() for line in found} - {"ordain"})


@pytest.mark.parametrize("line", command_lines())
def test_a_command_line_is_understood(line: str) -> None:
    """The command exists, and takes these options and values; an argument may be left to the reader."""
    name, *arguments = shlex.split(line)[1:]
    if name.startswith("-"):
        assert any(name in option.opts for option in ordain.get_params(click.Context(ordain)))
        return
    command = ordain.get_command(click.Context(ordain), name)
    assert command is not None, f"there is no command {name}"
    given = [word for word in arguments if not _PLACEHOLDER.fullmatch(word)]
    with suppress(click.MissingParameter, click.exceptions.Exit):  # `ordain check` in a sentence; --help
        command.make_context(name, given).close()
