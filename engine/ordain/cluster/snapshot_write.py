"""Writes snapshots: the same live state gives the same bytes, and a write that fails leaves the old file."""

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from ordain.cluster.limits import (
    MAX_INFLATED,
    MAX_LINE,
    MAX_OBJECTS,
    MAX_POINTS,
    MAX_SERIES,
    MAX_VALUES,
    too_packed,
)
from ordain.cluster.pruning import prune
from ordain.cluster.pruning import redact as without_values
from ordain.cluster.snapshot_format import content_lines, end_line
from ordain.errors import Span, UserError
from ordain.model.live import LiveState
from ordain.model.objects import KubeObject, Objects

_LEVEL: Final = 6
_GZIP: Final = 16 + zlib.MAX_WBITS


def write_snapshot(live: LiveState, path: Path, *, redact: bool) -> None:
    """Write a live state to a file, pruned and, if asked for, redacted.

    The file is written beside `path` and moved there when it is whole. Raises UserError when it cannot be
    written, or when the state is larger than a snapshot may be.
    """
    state = _cleaned(live, redact=redact)
    _check_counts(state)
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise UserError("this is not a file", hint="name a file to write", where=Span(str(path)))
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in _compressed(state):
                file.write(chunk)
            _settle(file, target)
        temporary.replace(target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise UserError(
            f"cannot write the snapshot: {error.strerror or error}",
            hint="name a file in a folder that exists and that you may write to",
            where=Span(str(path)),
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _cleaned(live: LiveState, *, redact: bool) -> LiveState:
    def clean(item: KubeObject) -> KubeObject:
        body = prune(item.body)
        return replace(item, body=without_values(body) if redact else body)

    objects = Objects({item.ref: clean(item) for item in live.objects})
    return replace(live, objects=objects, redacted=redact or live.redacted)


def _check_counts(live: LiveState) -> None:
    longest = max((len(series.times) for series in live.series.values()), default=0)
    for count, limit, name in (
        (len(live.objects), MAX_OBJECTS, "objects"),
        (len(live.series), MAX_SERIES, "series"),
        (longest, MAX_POINTS, "points in one series"),
    ):
        if count > limit:
            raise UserError(f"a snapshot holds at most {limit:,} {name}, and these are {count:,}")


def _compressed(live: LiveState) -> Iterator[bytes]:
    """Return the file's bytes: one gzip member without a name or a time."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    size = packed = values = 0
    for line in _lines(live):
        size, values = size + len(line), values + line.count(b",")
        if len(line) > MAX_LINE or size > MAX_INFLATED or values > MAX_VALUES:
            raise UserError(
                f"the state is larger than a snapshot may be: {MAX_LINE:,} bytes for one object or series, "
                f"{MAX_INFLATED:,} bytes and {MAX_VALUES:,} values for all"
            )
        chunk = packer.compress(line)
        packed += len(chunk)
        yield chunk
    rest = packer.flush()
    if too_packed(size, packed + len(rest)):
        raise UserError("the objects repeat each other so much that the snapshot would look like a gzip bomb")
    yield rest


def _lines(live: LiveState) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for line in content_lines(live):
        digest.update(line)
        yield line
    yield end_line(digest.hexdigest(), objects=len(live.objects), series=len(live.series))


def _settle(file: IO[bytes], path: Path) -> None:
    """Bring the bytes to the disk, with the rights that `path` has, or else a new file would get."""
    file.flush()
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    os.fchmod(file.fileno(), mode)
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
