"""A place in the YAML text of a template, which knows whether a value may start there."""

from dataclasses import dataclass

_BLANK = " \t"


@dataclass(slots=True)
class Spot:
    """Follows YAML text character by character, as far as it takes to know whether a value may start.

    - `quote` is the quote that is open, `depth` counts open flow collections, `comment` is true in a comment.
    - `near` is the character just before, `last` the last one that is visible.
    - `fresh` is true while a line holds nothing but blanks and the marks of list items.
    - `block` is the column that the lines of a block of text (`|`, `>`) exceed, None outside.
    """

    quote: str = ""
    depth: int = 0
    comment: bool = False
    near: str = "\n"
    last: str = ""
    fresh: bool = True
    column: int = 0
    dash: int = -1
    key: int = -1
    block: int | None = None
    after_value: bool = False
    _property: bool = False
    _escaped: bool = False
    _rest: bool = False  # the rest of the line is of no account: a comment, a block's header or its text

    def may_start(self) -> bool:
        """Say whether a whole value may start here; in comments anything may."""
        if self.comment:
            return True
        if self.quote or self._in_block() or self._property:
            return False
        if self.depth:
            return self.near in " \t\n[{," and self.last in "[{,:"
        return self.near in " \t\n" and (self.fresh or self.last == ":")

    def where(self) -> str:
        """Say in words where this is, if no value may start here."""
        if self.quote:
            return f"inside {self.quote} quotes"
        return "in a block of text" if self._in_block() else "beside text"

    def feed_value(self) -> None:
        """Go on behind a value that stands here."""
        if not self.comment:
            self._visible("\0")
            self.block = None
            self.after_value = True

    def feed(self, text: str) -> None:
        """Go on behind a piece of the template's own text."""
        for mark in text:
            if mark == "\n":
                self._new_line()
            elif not self._rest:
                self._mark(mark)
                self.near = mark
                self.column += 1
            self.after_value = False

    def _in_block(self) -> bool:
        return self.block is not None and (self._rest or self.column > self.block)

    def _new_line(self) -> None:
        self.comment = self._rest = self._property = self._escaped = False
        self.near, self.fresh = "\n", True
        self.column, self.dash, self.key = 0, -1, -1

    def _mark(self, mark: str) -> None:
        if self.block is not None and mark not in _BLANK:
            if self.column > self.block:
                self._rest = True
                return
            self.block = None
        if self.quote:
            self._quoted(mark)
        elif mark in _BLANK:
            self._property = False
        elif mark == "#" and self.near in " \t\n":
            self.comment = self._rest = True
        elif mark == "'" == self.near == self.last and not self._property:
            self.quote = mark  # '' inside single quotes
        elif self._property:
            pass
        elif mark in "\"'[{|>!&" and self.may_start():
            self._start(mark)
        else:
            if mark in "]}":
                self.depth = max(0, self.depth - 1)
            self._visible(mark)

    def _start(self, mark: str) -> None:
        """Start a value whose first character says what it is."""
        if mark in "|>" and not self.depth:
            self.block = self.dash if self.fresh else self.key
            self._rest = True
        elif mark in "!&":
            self._property = True  # a tag or an anchor: the value comes behind it
        elif mark in "\"'":
            self.quote = mark
            self._visible(mark)
        else:
            self.depth += 1
            self._visible(mark)

    def _quoted(self, mark: str) -> None:
        if self._escaped:
            self._escaped = False
        elif mark == "\\" and self.quote == '"':
            self._escaped = True
        elif mark == self.quote:
            self.quote = ""
            self.last = mark

    def _visible(self, mark: str) -> None:
        self.last = self.near = mark
        if self.fresh and mark in "-?":
            self.dash = self.column
        elif self.fresh:
            self.fresh = False
            self.key = self.column
