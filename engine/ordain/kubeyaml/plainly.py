"""A quick way for plain block style, as programs and most people write manifests: the same values as the exact way.

Each line must have one of the forms of `_LINES`. Anything else (a flow style, an anchor, a tag, an escape, a comment
behind a value, a text over several lines, a character beyond ASCII, and whatever is wrong) is left to the exact way.
"""

import re
from typing import Any, Final, TypeAlias

from ordain.kubeyaml.limits import Limits
from ordain.kubeyaml.scalars import Refused, Scalar, key_of, resolve, value_of

Part: TypeAlias = tuple[Any, int, int]
"""A document's value, its first line and the line behind its last, from 0."""

_SCALAR: Final = r"""
    ' [ -&(-~]*+ '                                                             # quoted, without an escape
    | " [ !\#-\[\]-~]*+ "
    | (?: [A-Za-z0-9_/.$(+~] | -(?=[!-~]) )                                    # plain: how it may start,
      (?: [!-"$-9;-~]++ | :(?![ \n]) | \# | [ ]++(?![\#\n]) )*+                # and go on
"""
_LINES: Final = re.compile(
    rf"""
    (---) \n                                                                   # the start of a document
    | ([ ]*+) (-[ ])?                                                          # the indent; an item of a list
      (?: ([A-Za-z0-9_][A-Za-z0-9_./-]{{0,127}}+) :                            # a key, and behind it
          (?: \n
          | [ ] ({_SCALAR}) \n                                                 #   a scalar,
          | [ ] (\{{\}}|\[\]) \n                                               #   an empty map or list,
          | [ ] \|(-?) \n ( ([ ]++) [!-~] [ -~]*+ \n (?: \9 [ -~]*+ \n | \n )*+ )   # or a block of text
          )
      | ({_SCALAR}) \n                                                         # a scalar alone
      )
    | ([ ]*+ \# [ -~]*+ \n | \n)                                               # nothing
    | ([^\n]*+ \n)                                                             # all that is not for this way
    """,
    re.VERBOSE,
)
_MEMO_LENGTH, _MEMO_SIZE = 48, 20_000


class _Meaning(dict[str, Any]):
    """What a scalar means as it is written, its quotes included; short texts are resolved once."""

    __slots__ = ()

    def __missing__(self, text: str) -> Scalar:
        found = text[1:-1] if text[0] in "'\"" else value_of(resolve(text))
        if len(text) < _MEMO_LENGTH:
            if len(self) >= _MEMO_SIZE:
                self.clear()
            self[text] = found
        return found


class _Names(dict[str, str]):
    """The texts of keys as they are written."""

    __slots__ = ()

    def __missing__(self, text: str) -> str:
        found = key_of(resolve(text))
        if len(self) >= _MEMO_SIZE:
            self.clear()
        self[text] = found
        return found


_SCALARS: Final = _Meaning()
_KEYS: Final = _Names()


def read_plain(data: bytes, limits: Limits) -> list[Part] | None:
    """Return the documents of a file that hold something; None where the exact way must say what it is."""
    if 2 * len(data) + 16 > limits.max_nodes or not data.isascii():
        return None
    text = data.decode("ascii")
    if not text.endswith("\n"):
        if "|" in text:
            return None
        text += "\n"
    try:
        return _documents(text, limits)
    except Refused:
        return None


def _documents(text: str, limits: Limits) -> list[Part] | None:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one hot loop
    scalars, names, deepest = _SCALARS, _KEYS, limits.max_depth
    parts: list[Part] = []
    root: dict[str, Any] | None = None
    first = line = starts = 0
    columns: list[int] = []  # of the open maps and lists
    opened: list[Any] = []
    waiting = ""  # the last key, while nothing stands behind it
    for start, indent, dash, key, value, empty, chomp, block, pad, item, nothing, other in _LINES.findall(text):
        line += 1
        if nothing:
            continue
        if other:
            return None
        if start:
            if root is not None:
                parts.append((root, first, line - 1))
            root, first, starts = None, line - 1, starts + 1
            columns, opened, waiting = [], [], ""
            continue
        column = len(indent)
        if waiting:
            child: Any = None
            if dash:
                if column >= columns[-1]:
                    child = []
            elif column > columns[-1]:
                child = {}
            if child is not None:
                opened[-1][waiting] = child
                columns.append(column)
                opened.append(child)
            waiting = ""
        while columns and columns[-1] > column:
            columns.pop()
            opened.pop()
        if dash:
            if not columns or columns[-1] != column or opened[-1].__class__ is not list:
                return None
            if not key:
                opened[-1].append(scalars[item])
                continue
            here: dict[str, Any] = {}
            opened[-1].append(here)
            columns.append(column + 2)
            opened.append(here)
        elif not key:
            return None
        elif columns:
            if opened[-1].__class__ is list:  # a list may stand as far left as the key above it
                columns.pop()
                opened.pop()
            if not columns or columns[-1] != column or opened[-1].__class__ is list:
                return None
            here = opened[-1]
        elif root is not None or column:
            return None
        else:
            here = root = {}
            columns.append(0)
            opened.append(here)
        if len(columns) > deepest:
            return None
        name = names[key]
        if name in here:
            return None
        if value:
            here[name] = scalars[value]
        elif empty:
            here[name] = {} if empty == "{}" else []
        elif block:
            if len(pad) <= columns[-1]:
                return None
            line += block.count("\n")
            here[name] = ("\n" + block).replace("\n" + pad, "\n")[1:].rstrip("\n") + ("" if chomp else "\n")
        else:
            here[name] = None
            waiting = name
    if root is not None:
        parts.append((root, first, line))
    return parts if starts < limits.max_documents else None
