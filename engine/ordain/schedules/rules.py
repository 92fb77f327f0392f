"""When recurring windows start, on the wall clock: by an RFC 5545 rule, by a cron schedule, or once.

A start is a time of the wall clock without a zone; `windows` turns it into an instant.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulebase, rrulestr

from ordain.schedules.cron import Schedule, ScheduleError

_DAY: Final = timedelta(days=1)
_SEARCHED: Final = 9 * 366
"""Days in which any date that exists comes: a 29 February may be eight years away."""
_ORDER: Final = "-?[1-9][0-9]?"
_WEEKDAY: Final = "MO|TU|WE|TH|FR|SA|SU"
_PARTS: Final = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": "[1-9][0-9]{0,3}",
    "COUNT": "[1-9][0-9]{0,3}",
    "UNTIL": "[0-9]{8}T[0-9]{6}Z?",
    "BYMONTH": "1[0-2]|[1-9]",
    "BYMONTHDAY": "-?(?:3[01]|[12][0-9]|[1-9])",
    "BYDAY": f"(?:{_ORDER})?(?:{_WEEKDAY})",
    "BYSETPOS": _ORDER,
    "WKST": _WEEKDAY,
}
_EXAMPLES: Final = "FREQ=WEEKLY;BYDAY=FR is a rule, FREQ=MONTHLY;BYDAY=-1FR another"
_AS_TIME: Final = "write the last start with its time of day, such as UNTIL=20261231T235959"
_ONE_VALUE: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_UNTIL: Final = re.compile(r"UNTIL=([0-9]{8}T[0-9]{6})Z")


class Starts(Protocol):
    """The times of the wall clock at which something starts."""

    def between(self, first: datetime, last: datetime) -> Iterable[datetime]:
        """Return the starts from `first` to `last`, both included, in their order."""
        ...

    def after(self, moment: datetime) -> datetime | None:
        """Return the first start later than `moment`, or None where none comes."""
        ...


@dataclass(frozen=True, slots=True)
class Once:
    """One start."""

    start: datetime

    def between(self, first: datetime, last: datetime) -> Iterable[datetime]:
        """Return the start where it lies between the two."""
        return [self.start] if first <= self.start <= last else []

    def after(self, moment: datetime) -> datetime | None:
        """Return the start where it is still to come."""
        return self.start if self.start > moment else None


@dataclass(frozen=True, slots=True)
class Rule:
    """Starts by a recurrence rule (RFC 5545, section 3.3.10), read by `parse_rule`."""

    recurrence: rrulebase

    def between(self, first: datetime, last: datetime) -> Iterable[datetime]:
        """Return the starts from `first` to `last`."""
        return self.recurrence.between(first, last, inc=True)

    def after(self, moment: datetime) -> datetime | None:
        """Return the first start later than `moment`."""
        return self.recurrence.after(moment)


@dataclass(frozen=True, slots=True)
class CronStarts:
    """Starts by a cron schedule: every time of the wall clock that fits it.

    Unlike a CronJob, which passes over a time that a change of the clock leaves out, a window is never lost.
    """

    schedule: Schedule

    def between(self, first: datetime, last: datetime) -> Iterable[datetime]:
        """Return the starts from `first` to `last`."""
        days = (last.date() - first.date()).days + 1
        return (start for start in self._from(first, days) if first <= start <= last)

    def after(self, moment: datetime) -> datetime | None:
        """Return the first start later than `moment`."""
        return next((start for start in self._from(moment, _SEARCHED) if start > moment), None)

    def _from(self, moment: datetime, days: int) -> Iterator[datetime]:
        schedule, midnight = self.schedule, moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in (midnight + count * _DAY for count in range(days)):
            if day.month in schedule.months and schedule.on_day(day.day, day.isoweekday() % 7):
                for hour in sorted(schedule.hours):
                    for minute in sorted(schedule.minutes):
                        yield day.replace(hour=hour, minute=minute)


def parse_rule(text: str, start: datetime, zone: ZoneInfo) -> Rule:
    """Read a rule such as `FREQ=WEEKLY;BYDAY=FR`; raises ScheduleError.

    `start` is the first occurrence (DTSTART) on the zone's wall clock, and gives the time of day. Narrower than the
    RFC on purpose: a start that the rule does not hit is undefined there, and refused here, as are occurrences more
    often than daily.
    """
    seen: set[str] = set()
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or name in seen:
            again = "is there twice" if name in seen else "is no part of a rule that is known here"
            raise ScheduleError(f"{name!r} {again}", f"known are {', '.join(_PARTS)}")
        seen.add(name)
        values = [value] if name in _ONE_VALUE else value.split(",")
        if not all(re.fullmatch(_PARTS[name], item) for item in values):
            raise ScheduleError(f"{part!r} cannot be read", _AS_TIME if name == "UNTIL" else _EXAMPLES)
    if "FREQ" not in seen:
        raise ScheduleError("a rule needs FREQ", "write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    if {"COUNT", "UNTIL"} <= seen:
        raise ScheduleError("COUNT and UNTIL exclude each other", "leave one of them out")
    try:
        recurrence = rrulestr(_UNTIL.sub(lambda found: _on_wall_clock(found[1], zone), text), dtstart=start, cache=True)
    except (ValueError, OverflowError) as error:
        raise ScheduleError(f"{text!r} is no rule: {error}", "leave UNTIL out where there is no end") from error
    first = next(iter(recurrence), None)
    if first != start:
        found = f"its first time is {first:%Y-%m-%dT%H:%M}" if first else "it has no time at all"
        hint = "write that as start" if first else "name days that come"
        raise ScheduleError(f"the rule does not hit the start {start:%Y-%m-%dT%H:%M}: {found}", hint)
    return Rule(recurrence)


def _on_wall_clock(until: str, zone: ZoneInfo) -> str:
    """Return an UNTIL in UTC, as the RFC wants it beside a zone, as the zone's wall clock shows it."""
    return f"UNTIL={datetime.strptime(until, '%Y%m%dT%H%M%S').replace(tzinfo=UTC).astimezone(zone):%Y%m%dT%H%M%S}"
