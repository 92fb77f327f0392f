"""Places in files, and the one exception for "cannot go on"."""

from dataclasses import dataclass


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
