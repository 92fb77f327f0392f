"""The text of a commit: a subject, a body and trailers that `git interpret-trailers --parse` reads."""

import re
from collections.abc import Mapping

from ordain.errors import UserError

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def commit_message(subject: str, body: str, trailers: Mapping[str, str]) -> str:
    """Return the whole message; trailers keep their order, one without a value is left out.

    A value is one line: no text in it can begin another trailer. Lines of the body that git would take for the end
    of the message (`---`, comments, the scissors line) get a space in front.
    """
    lines = [_harmless(line) for line in _printable(body, keep="\n").splitlines()]
    parts = [_harmless(one_line(subject)) or "Publish", "\n".join(lines).strip("\n")]
    parts.append("\n".join(f"{_key(key)}: {one_line(value)}" for key, value in trailers.items() if one_line(value)))
    return "\n\n".join(part for part in parts if part) + "\n"


def one_line(text: str) -> str:
    """Return the text as one line of printable letters."""
    return " ".join(_printable(text).split())


def _printable(text: str, *, keep: str = "") -> str:
    return "".join(letter if letter.isprintable() or letter in keep else " " for letter in text)


def _harmless(line: str) -> str:
    line = line.rstrip()
    return f" {line}" if line.startswith(("---", "#")) else line


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise UserError(f"{key!r} is no name for a trailer", hint="use letters, digits and hyphens")
    return key
