"""How one text is written: bare where every reader takes it for text, else quoted, or as a block of lines."""

import re
from typing import Final

# a key longer than this is written as `? key`
LONG_KEY: Final = 256

_MEMO_LENGTH, _MEMO_SIZE = 64, 20_000
# the white list: names, images, paths, addresses, short phrases; and quantities
_BARE: Final = re.compile(
    r"[A-Za-z](?:[A-Za-z0-9_./@%+=-]|:(?=[A-Za-z0-9_/.])|[ ](?=[A-Za-z0-9_(]))*"
    r"|[0-9]+(?:\.[0-9]+)?(?:m|k|Ki|Mi|Gi|Ti|%)"
)
_WORDS: Final = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "infinity")
)
_UNSAFE: Final = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
# no blank at the start or at the end of a line, one line feed at most at the end
_BLOCK: Final = re.compile("(?![ \t\n])[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")
_BLANK_END: Final = re.compile(r"[ \t]$|\n\n\Z", re.MULTILINE)
_LINE_START: Final = re.compile(r"\n(?!\n|\Z)")


class _Texts(dict[str, str]):
    """Text -> how it is written on one line; short texts are looked at once."""

    __slots__ = ()

    def __missing__(self, text: str) -> str:
        if not isinstance(text, str):
            raise TypeError(f"a key must be a text, not {text!r}")
        written = text if _BARE.fullmatch(text) and text.lower() not in _WORDS else quoted(text)
        if len(text) <= _MEMO_LENGTH:
            if len(self) >= _MEMO_SIZE:
                self.clear()
            self[text] = written
        return written


TEXTS: Final = _Texts()


def quoted(text: str) -> str:
    """Return a text in double quotes, valid as JSON too; raises ValueError for half of a surrogate pair."""
    return f'"{_UNSAFE.sub(_escape, text)}"' if _UNSAFE.search(text) else f'"{text}"'


def block(text: str, indent: str) -> str:
    """Return a text of several lines as a `|` block at an indent, or quoted where a block could change it."""
    if not _BLOCK.fullmatch(text) or _BLANK_END.search(text):
        return quoted(text)
    head = "|" if text.endswith("\n") else "|-"
    return f"{head}\n{indent}" + _LINE_START.sub("\n" + indent, text).removesuffix("\n")


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    if "\ud800" <= letter <= "\udfff":
        raise ValueError(f"half of a surrogate pair (U+{ord(letter):04X}) cannot be written as UTF-8")
    return _ESCAPES.get(letter) or f"\\u{ord(letter):04x}"
