"""Reads a cron schedule as the CronJob controller does.

Source: `ParseStandard` of github.com/robfig/cron v3 (parser.go), and `validateScheduleFormat` of Kubernetes'
pkg/apis/batch/validation. Narrower on purpose: `@every` (it counts from no wall clock) and dates that never come are
refused, for a backup that is never made must not look like one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_DESCRIPTORS: Final = MappingProxyType(
    {
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
        "@monthly": "0 0 1 * *",
        "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@hourly": "0 * * * *",
    }
)
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_LONGEST_MONTH: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class ScheduleError(ValueError):
    """A schedule that Kubernetes would refuse, or that never fires; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    least: int
    most: int
    names: Mapping[str, int]
    hint: str = ""


_FIELDS: Final = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}, "cron has no L: run on the 28th, or on the 1st"),
    _Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Field("day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}, "Sunday is 0 or sun"),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to fire: the values of each field (days of the week from Sunday, 0).

    `any_day` says that the day of the month or of the week was left open by a star. Both must then fit, else one of
    them is enough: `0 2 1 * 1` fires on the first of the month and on every Monday.
    """

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool

    def on_day(self, day: int, weekday: int) -> bool:
        """Say whether a day fits, its month aside; `weekday` counts from Sunday, 0."""
        if self.any_day:
            return day in self.days and weekday in self.weekdays
        return day in self.days or weekday in self.weekdays


@lru_cache(maxsize=1024)
def parse(text: str) -> Schedule:
    """Read five fields or a descriptor such as `@daily`; raises ScheduleError."""
    if "TZ" in text:
        raise ScheduleError("a schedule must not name a time zone", "name it beside the schedule, as timeZone")
    if text.startswith("@every"):
        raise ScheduleError("@every counts from no wall clock, so nobody can say when it fires", "write five fields")
    if text.startswith("@") and text not in _DESCRIPTORS:
        raise ScheduleError(f"unknown schedule {text!r}", f"known are {', '.join(_DESCRIPTORS)}")
    words = _DESCRIPTORS.get(text, text).split()
    if len(words) != len(_FIELDS):
        hint = "minute, hour, day of the month, month, day of the week"
        raise ScheduleError(f"five fields are needed, here are {len(words)}", f"{hint}: 17 1 * * *")
    read = [_field(word, field) for word, field in zip(words, _FIELDS, strict=True)]
    (minutes, _), (hours, _), (days, any_date), (months, _), (weekdays, any_weekday) = read
    schedule = Schedule(text, minutes, hours, days, months, weekdays, any_date or any_weekday)
    if not _ever(schedule):
        raise ScheduleError(f"{text!r} never fires: no such date comes", "name a day that the month has")
    return schedule


def _ever(schedule: Schedule) -> bool:
    if not (schedule.minutes and schedule.hours and schedule.months):
        return False
    dates = any(day <= _LONGEST_MONTH[month] for month in schedule.months for day in schedule.days)
    if schedule.any_day:
        return dates and bool(schedule.weekdays)
    return dates or bool(schedule.weekdays)


def _field(word: str, field: _Field) -> tuple[frozenset[int], bool]:
    """Return the values of one field, and whether it holds a star."""
    values: set[int] = set()
    star = False
    for part in word.split(","):
        if part:  # robfig/cron passes over what is empty between commas
            found, open_part = _part(part, field)
            values.update(found)
            star = star or open_part
    return frozenset(values), star


def _part(part: str, field: _Field) -> tuple[range, bool]:
    span, *steps = part.split("/")
    low, *high = span.split("-")
    star = low in ("*", "?")
    if star:
        start, end = field.least, field.most
    elif len(high) > 1:
        raise _wrong(part, field, "it has too many hyphens")
    else:
        start = _number(low, part, field)
        end = _number(high[0], part, field) if high else start
    if len(steps) > 1:
        raise _wrong(part, field, "it has too many slashes")
    step = _integer(steps[0], part, field) if steps else 1
    if steps and not high:
        end = field.most
    if start < field.least or end > field.most:
        raise _wrong(part, field, f"{field.least} to {field.most} is possible", field.hint)
    if start > end:
        raise _wrong(part, field, f"{start} comes after {end}", f"write {start}-{field.most},{field.least}-{end}")
    if step == 0:
        raise _wrong(part, field, "a step is at least 1")
    return range(start, end + 1, step), star and step == 1


def _number(word: str, part: str, field: _Field) -> int:
    return field.names[word.lower()] if word.lower() in field.names else _integer(word, part, field)


def _integer(word: str, part: str, field: _Field) -> int:
    if not _INTEGER.fullmatch(word) or len(word) > 9 or int(word) < 0:
        raise _wrong(part, field, f"{word!r} is no number", field.hint)
    return int(word)


def _wrong(part: str, field: _Field, why: str, hint: str = "") -> ScheduleError:
    return ScheduleError(f"{part!r} is no {field.name}: {why}", hint)
