"""Edits of YAML files that leave every other byte as it is.

Text is replaced at a place, not written anew from a tree: a round trip through ruamel.yaml, settled to the
commonest style, changes lines that nobody named in a third of this repository's policy files (indentation of lists,
spaces in flow style, comments that move). ruamel.yaml reads the edited file instead, and must find the edit and
nothing else (`rereading`).
"""

from collections.abc import Iterable
from typing import Final

from ordain.errors import Fix, Span
from ordain.kubeyaml.sources import Source

_BOM: Final = b"\xef\xbb\xbf"
_QUOTES: Final = (b'"', b"'")


def replaced(data: bytes, fixes: Iterable[tuple[Span, Fix]]) -> bytes:
    """Return the bytes of a file with each fix made at its place; a fix whose old text is not there is left out."""
    source = Source(data)
    spots = [spot for where, fix in fixes if (spot := _spot(source, where, fix))]
    for start, end, new in sorted(spots, reverse=True):
        data = data[:start] + new + data[end:]
    return data


def replaces(data: bytes, where: Span, fix: Fix) -> bool:
    """Say whether the old text of a fix stands at its place, plainly or in quotes."""
    return _spot(Source(data), where, fix) is not None


def appended(data: bytes, text: str) -> bytes:
    """Return the bytes of a file with one more document at its end; what is there keeps every byte.

    Line ends are those of the file. `text` is a document without `---`.
    """
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    if not data.removeprefix(_BOM).strip():
        return data + text.encode().replace(b"\n", line_end)
    last = b"" if data.endswith((b"\n", b"\r")) else line_end
    return data + last + (f"---\n{text}").encode().replace(b"\n", line_end)


def _spot(source: Source, where: Span, fix: Fix) -> tuple[int, int, bytes] | None:
    """Return the first byte that goes, the byte behind the last one, and what comes in their place."""
    if not where.line or not where.column:
        return None
    begin = source.offset(where.line - 1)
    if begin == 0 and source.data.startswith(_BOM):
        begin = len(_BOM)
    line = source.data[begin : source.offset(where.line)].decode("utf-8", "surrogateescape")
    start = begin + len(line[: where.column - 1].encode("utf-8", "surrogateescape"))
    old, new = fix.old.encode(), fix.new.encode()
    quote = source.data[start : start + 1]
    if quote in _QUOTES:
        start += 1
        old, new = old + quote, new + quote
    return (start, start + len(old), new) if source.data.startswith(old, start) else None
