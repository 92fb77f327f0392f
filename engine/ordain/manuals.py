"""The manuals: the `README.md` beside each kind of policy, and the one of the codes that belong to no kind.

One text, three readers: `ordain explain`, the documentation site, and somebody who reads the source.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

SPINE: Final = "reasoning"
"""The manual of the codes that belong to no kind."""

_FILE: Final = "README.md"
_HEADING: Final = re.compile(r"#{1,3} .*")
_SECTION: Final = re.compile(r"### ([A-Z]{3,5}[0-9]{3}) .+")
_FENCE: Final = re.compile(r"(`{3,})(\w*)")


@cache
def manual(row: str) -> str:
    """Return the manual of a kind by the name of its folder (`scaling`), or of `reasoning`; KeyError without one."""
    return _folders()[row].joinpath(_FILE).read_text(encoding="utf-8")


def example(row: str) -> str:
    """Return the first YAML block under `## Example` of a kind's manual: a policy that is valid on its own.

    Raises KeyError where there is none.
    """
    text = next((body for title, body in _parts(manual(row)) if title == "## Example"), "")
    block = next((code for language, code in blocks(text) if language == "yaml"), None)
    if block is None:
        raise KeyError(row)
    return block


def test_files(row: str) -> Mapping[str, str]:
    """Return the files of the test under `## Test` of a kind's manual, by their name; none where it shows no test."""
    text = next((body for title, body in _parts(manual(row)) if title == "## Test"), "")
    shown = [code for language, code in blocks(text) if language == "yaml"]
    return dict(zip(("test.yaml", "objects.yaml"), shown, strict=True)) if shown else {}


def section(code: str) -> str | None:
    """Return what the manuals say of a control's code (`SCL001`), its heading included; None where they are silent."""
    return sections().get(code)


@cache
def sections() -> Mapping[str, str]:
    """Return the section of every code, by the code, over all manuals."""
    found = {
        match[1]: f"{title}\n{body}".strip() + "\n"
        for row in _folders()
        for title, body in _parts(manual(row))
        if (match := _SECTION.fullmatch(title))
    }
    return MappingProxyType({code: found[code] for code in sorted(found)})


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Return the fenced code blocks of a Markdown text in their order: the language (may be empty) and the code."""
    fence, language = "", ""
    code: list[str] = []
    for line in text.splitlines():
        opened = _FENCE.match(line)
        if not fence and opened:
            fence, language, code = opened[1], opened[2], []
        elif fence and line.rstrip() == fence:
            yield language, "".join(f"{item}\n" for item in code)
            fence = ""
        elif fence:
            code.append(line)


@cache
def _folders() -> Mapping[str, Traversable]:
    """Return every folder that has a manual, by its name, without importing what is in it."""
    engine = files("ordain")
    rows = sorted(engine.joinpath("kinds").iterdir(), key=lambda folder: folder.name)
    found = [*rows, engine.joinpath(SPINE)]
    return MappingProxyType({folder.name: folder for folder in found if folder.joinpath(_FILE).is_file()})


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Split a manual at its headings (down to the third level, none inside a code block): heading, text below it."""
    title, fence = "", ""
    body: list[str] = []
    for line in text.splitlines():
        if not fence and _HEADING.fullmatch(line):
            yield title, "\n".join(body)
            title, body = line, []
            continue
        opened = _FENCE.match(line)
        if not fence and opened:
            fence = opened[1]
        elif fence and line.rstrip() == fence:
            fence = ""
        body.append(line)
    yield title, "\n".join(body)
