"""Places in files, mends at a place, the one exception for "cannot go on", and what no message may say."""

import re
from dataclasses import dataclass
from typing import Final

# one slash, where the address has been taken for a path; without it "host: eve@example.org" would be one
_USER_OF_ADDRESS: Final = re.compile(r"""\b([a-z][a-z0-9+.-]*:/{1,2})([^\s/"'<>`]+)@""", re.IGNORECASE)


def without_credentials(text: str) -> str:
    """Return a text with `…` for the user and password of every address in it; the user of SSH alone stays."""
    return _USER_OF_ADDRESS.sub(_without_user, text)


def _without_user(found: re.Match[str]) -> str:
    scheme, user = found.groups()
    return found[0] if "ssh" in scheme.lower() and ":" not in user else f"{scheme}…@"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: `file` as the user named it, `line` and `column` counted from 1 (0: the whole file)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend that needs no judgement: at the place of a finding, the text `old` becomes `new`.

    `old` is a name or a plain scalar as it stands there, perhaps in quotes; a name stays in its quotes.
    """

    old: str
    new: str


class UserError(Exception):
    """The job cannot be done, for a reason that the user can mend: exit code 2.

    `hint` says what to do now; `where` is the place, if there is one.
    """

    def __init__(self, message: str, *, hint: str = "", where: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\nhint: {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"
