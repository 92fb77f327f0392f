"""Strings of policies and clusters made harmless: they may hold terminal codes, line ends and markup."""

import re
from collections.abc import Mapping
from html import escape
from json import dumps
from typing import Final

_CLIP: Final = 300
_OLD_COMMAND: Final = "##["


def plain(text: str) -> str:
    r"""Return `text` on one line, with what cannot be seen written as `\n`, `\x1b` or `\u202e`.

    `##[` is broken up, because GitHub's runner looks for its older commands anywhere in a line.
    """
    seen = text if text.isprintable() else "".join(map(_visible, text))
    return seen.replace(_OLD_COMMAND, r"#\x23[")


def _visible(char: str) -> str:
    if char.isprintable():
        return char
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def no_command(line: str) -> str:
    """Keep a line of a CI log from being a workflow command of GitHub: a file may be named `::error::x`."""
    return line.replace("::", r"\x3a:", 1) if line.lstrip().startswith("::") else line


def clip(text: str, length: int = _CLIP) -> str:
    """Return `text`, cut to `length` characters with a note of its size."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text)} characters)"


def json_text(document: Mapping[str, object]) -> str:
    r"""Write JSON with two spaces and a line end, in valid UTF-8: a lone surrogate is written as text."""
    lines = dumps(document, indent=2, ensure_ascii=False).split("\n")
    seen = (line if line.isprintable() else "".join(map(_json_visible, line)) for line in lines)
    return "\n".join(line.replace(_OLD_COMMAND, r"#\u0023[") for line in seen) + "\n"


def _json_visible(char: str) -> str:
    if char.isprintable():
        return char
    escaped = f"\\u{ord(char):04x}" if char == "\x7f" else dumps(char)[1:-1]
    return f"\\{escaped}" if "\ud800" <= char <= "\udfff" else escaped


def xml(text: str) -> str:
    """Return `text` for XML 1.0, in an element or a quoted attribute."""
    return escape(plain(text))


_CODE_SAFE: Final = re.compile(r"[\w./:@+=,()%\[\]'\"{}*-]+(?: [\w./:@+=,()%\[\]'\"{}*-]+)*", re.ASCII)
_MARKUP: Final = re.compile(r"[&<>`*_{}\[\]|~\\#@$^]|(?<=:)/(?=/)|(?<=www)\.|(?<=GH)-", re.IGNORECASE)
_LINKING: Final = "#@/.-"
_NO_WIDTH: Final = "&#8203;"


def markdown(text: str, length: int = _CLIP) -> str:
    """Return `text` as Markdown prose: no markup, no link, and nobody is mentioned.

    A character reference alone does not stop GitHub's mentions, which are found after rendering: a space
    without width does.
    """
    return _MARKUP.sub(_markdown_escape, clip(plain(text), length)).strip()


def _markdown_escape(match: re.Match[str]) -> str:
    char = match.group()
    return f"&#{ord(char)};" + (_NO_WIDTH if char in _LINKING else "")


def markdown_code(text: str, length: int = 100) -> str:
    """Return `text` as code within a line or a table cell of Markdown; nothing in it is linked."""
    clipped = clip(plain(text), length)
    if _CODE_SAFE.fullmatch(clipped) and "://" not in clipped:
        return f"`{clipped}`"
    return f"<code>{_MARKUP.sub(lambda found: f'&#{ord(found.group())};', clipped)}</code>" if clipped else ""
