"""The bytes of a file, by line as the parser counts them."""

import re
from bisect import bisect_right
from typing import Final

# what libyaml counts as the end of a line: also next line, line separator, paragraph separator
_BREAKS: Final = re.compile(rb"\r\n?|\n|\xc2\x85|\xe2\x80[\xa8\xa9]")
_COMMA_IN_TAG: Final = re.compile(rb"![^ \t\r\n,]*,")
_DOCUMENT: Final = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)


class Source:
    """The bytes of one file. Lines and columns count from 0 here; lines are found as far as somebody asks."""

    __slots__ = ("_breaks", "_starts", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts = [0]
        self._breaks = _BREAKS.finditer(data)

    def offset(self, line: int) -> int:
        """Return where a line starts, in bytes; the end of the file for a line behind it."""
        while line >= len(self._starts) and self._more():
            pass
        return self._starts[line] if line < len(self._starts) else len(self.data)

    def line(self, offset: int) -> int:
        """Return the line that holds a byte."""
        while self._starts[-1] <= offset and self._more():
            pass
        return bisect_right(self._starts, offset) - 1

    def column(self, offset: int) -> int:
        """Return the column of a byte, in characters."""
        return len(self.data[self.offset(self.line(offset)) : offset].decode("utf-8", "replace"))

    def next_document(self, offset: int) -> int | None:
        """Return where the first line with `---` at or behind a place starts."""
        found = _DOCUMENT.search(self.data, offset)
        return found.start() if found else None

    def document_before(self, offset: int) -> int:
        """Return where the last line with `---` before a place starts, or 0."""
        at = offset
        while (at := self.data.rfind(b"---", 0, at)) > 0:
            if _DOCUMENT.match(self.data, at):
                return at
        return 0

    def has_comma_in_tag(self) -> bool:
        """Say whether a comma may stand right behind a tag somewhere."""
        return b"!" in self.data and _COMMA_IN_TAG.search(self.data) is not None

    def _more(self) -> bool:
        found = next(self._breaks, None)
        if found is not None:
            self._starts.append(found.end())
        return found is not None
