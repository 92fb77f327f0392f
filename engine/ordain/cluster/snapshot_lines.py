"""The lines of a snapshot file, inflated piece by piece: a cut, damaged or hostile file is found on the way."""

import zlib
from collections.abc import Iterator
from typing import IO, Final

from ordain.cluster.limits import MAX_INFLATED, MAX_LINE, too_packed
from ordain.errors import Span, UserError

AGAIN: Final = "take the snapshot again: ordain snapshot"
_CHUNK: Final = 1 << 18


def inflated_lines(file: IO[bytes], start: bytes, shown: str) -> Iterator[bytes]:
    """Return the lines of a stream whose first bytes `start` have been taken already, each with its line feed.

    Raises UserError for anything but one whole gzip member of whole lines, and above the limits.
    """
    return _lines(_inflated(file, start, shown), shown)


def _inflated(file: IO[bytes], start: bytes, shown: str) -> Iterator[bytes]:
    """Inflate one gzip member in chunks of bounded size."""
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    packed = size = 0
    chunk = start
    try:
        while chunk and not inflater.eof:
            packed += len(chunk)
            while chunk:
                content = inflater.decompress(chunk, _CHUNK)
                chunk = inflater.unconsumed_tail
                size += len(content)
                if size > MAX_INFLATED or too_packed(size, packed):
                    raise UserError(
                        f"the snapshot inflates to more than it may: {size:,} bytes so far",
                        hint=f"a snapshot holds at most {MAX_INFLATED:,} bytes; {AGAIN}",
                        where=Span(shown),
                    )
                yield content
            chunk = file.read(_CHUNK)
    except zlib.error as error:
        raise UserError("the snapshot is damaged: it cannot be inflated", hint=AGAIN, where=Span(shown)) from error
    if not inflater.eof:
        raise UserError("the snapshot is cut: the file ends too early", hint=AGAIN, where=Span(shown))
    if inflater.unused_data or chunk:
        raise UserError("the snapshot is damaged: something follows its end", hint=AGAIN, where=Span(shown))


def _lines(chunks: Iterator[bytes], shown: str) -> Iterator[bytes]:
    """Split into lines, each with its line feed, none longer than the limit."""
    parts: list[bytes] = []
    length = number = 0
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            number += 1
            if length + len(piece) >= MAX_LINE:
                raise _too_long(shown, number)
            yield b"".join((*parts, piece, b"\n"))
            parts, length = [], 0
        parts.append(rest)
        length += len(rest)
        if length >= MAX_LINE:
            raise _too_long(shown, number + 1)
    if length:
        raise UserError("the snapshot is cut: its last line does not end", hint=AGAIN, where=Span(shown, number + 1))


def _too_long(shown: str, number: int) -> UserError:
    return UserError(
        f"this line of the snapshot is longer than {MAX_LINE:,} bytes", hint=AGAIN, where=Span(shown, number)
    )
