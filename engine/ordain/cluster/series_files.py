"""Reads load series from CSV files: the file form of the Metrics port."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ordain.cluster.limits import MAX_CSV, MAX_POINTS, MAX_SERIES
from ordain.errors import Span, UserError
from ordain.model.live import Series

_COLUMNS: Final = ["ts", "value"]
_SUFFIX: Final = ".csv"


@dataclass(frozen=True, slots=True)
class CsvSeries:
    """One CSV file, or the CSV files of a folder (not those of folders in it); `shown` is its name for people.

    The columns are `ts` (Unix seconds, or ISO 8601 with an offset) and `value` (empty: nothing was recorded). A
    series is named as its file, without the suffix.
    """

    path: Path
    shown: str = ""

    def read(self) -> Mapping[str, Series]:
        """Return the series by name. Raises UserError, with the line, for what is no rising series of numbers."""
        shown = self.shown or self.path.as_posix()
        if not self.path.is_dir():
            return {self.path.stem: _series(self.path, shown)}
        try:
            paths = sorted(path for path in self.path.iterdir() if path.suffix.lower() == _SUFFIX)
        except OSError as error:
            raise UserError(f"cannot read the folder: {error.strerror}", where=Span(shown)) from error
        if not paths:
            raise UserError("the folder holds no .csv files", hint="name a folder with series", where=Span(shown))
        if len(paths) > MAX_SERIES:
            raise UserError(f"the folder holds more than {MAX_SERIES:,} series", where=Span(shown))
        found: dict[str, Series] = {}
        for path in paths:
            if path.stem in found:
                raise UserError(
                    f"two files give a series {path.stem}",
                    hint="rename one of them",
                    where=Span(f"{shown}/{path.name}"),
                )
            found[path.stem] = _series(path, f"{shown.rstrip('/')}/{path.name}")
        return found


def _series(path: Path, shown: str) -> Series:
    times: list[int] = []
    values: list[float | None] = []
    for line, row in _rows(path, shown):
        where = Span(shown, line)
        if len(row) != len(_COLUMNS):
            raise UserError(
                f"this row has {len(row)} columns, not 2", hint="write a time and a value: 1767225600,12.5", where=where
            )
        time = _time(row[0].strip(), where)
        if times and time <= times[-1]:
            what = "twice" if time == times[-1] else "after a later one"
            raise UserError(
                f"the time {row[0].strip()} comes {what}", hint="sort the rows by time, one row a time", where=where
            )
        if len(times) >= MAX_POINTS:
            raise UserError(f"the series has more than {MAX_POINTS:,} points", hint="keep the latest", where=where)
        times.append(time)
        values.append(_value(row[1].strip(), where))
    if not times:
        raise UserError("the series holds no points", hint="write rows below the header `ts,value`", where=Span(shown))
    return Series(path.stem, tuple(times), tuple(values))


def _rows(path: Path, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows below the header with their line numbers; empty lines are skipped."""
    try:
        if path.exists() and not path.is_file():
            raise UserError("this is not a file", where=Span(shown))
        with path.open("rb") as file:
            content = file.read(MAX_CSV + 1)
    except OSError as error:
        raise UserError(
            f"cannot read the series: {error.strerror}", hint="name a CSV file or a folder of them", where=Span(shown)
        ) from error
    if len(content) > MAX_CSV:
        raise UserError(f"the file has more than {MAX_CSV:,} bytes", hint="keep the latest points", where=Span(shown))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError("this is not UTF-8", hint="save the file as UTF-8", where=Span(shown, line)) from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if [name.strip() for name in next(rows, [])] != _COLUMNS:
            raise UserError(
                "the first line is not `ts,value`", hint="start the file with `ts,value`", where=Span(shown, 1)
            )
        for row in rows:
            if row:
                yield rows.line_num, row
    except csv.Error as error:
        raise UserError(f"this is not CSV: {error}", where=Span(shown, rows.line_num)) from error


def _time(text: str, where: Span) -> int:
    hint = "write Unix seconds, or a time such as 2026-01-01T00:00:00Z"
    try:
        if text.isascii() and text.isdigit():
            seconds = float(int(text)) if len(text) <= 11 else math.inf
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise UserError(f"the time {text} does not say its offset", hint=f"add Z for UTC: {text}Z", where=where)
            seconds = moment.timestamp()
    except ValueError as error:
        raise UserError(f"{text[:40]!r} is no time", hint=hint, where=where) from error
    if not math.isfinite(seconds) or seconds != int(seconds) or seconds < 0:
        raise UserError(f"{text[:40]!r} is no time in whole seconds", hint=hint, where=where)
    return int(seconds)


def _value(text: str, where: Span) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise UserError(
            f"{text[:40]!r} is no number",
            hint="write a number such as 12.5, or nothing where none is known",
            where=where,
        )
    return value
