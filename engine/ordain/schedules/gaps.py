"""How long a schedule leaves between two firings, at most and at least, over years of clock changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from ordain.quantities import Duration
from ordain.schedules.cron import Schedule
from ordain.schedules.firing import midnight, next_firing, offset

HORIZON: Final = Duration(5 * 366 * 86_400)
"""Long enough for every rule of a calendar year and for a 29 February: gaps are sought for as long as this."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Two firings with none between them, as times of the zone's wall clock."""

    before: datetime
    after: datetime

    @property
    def length(self) -> Duration:
        """The time that really passes between them."""
        return Duration(int(self.after.timestamp()) - int(self.before.timestamp()))

    def __str__(self) -> str:
        return f"{wall_text(self.before)} and {wall_text(self.after)}"


@dataclass(frozen=True, slots=True)
class Gaps:
    """The greatest and the least gap of a schedule; of several alike the first."""

    longest: Gap
    shortest: Gap


@lru_cache(maxsize=1024)
def gaps(schedule: Schedule, zone: ZoneInfo, start: datetime, horizon: Duration = HORIZON) -> Gaps | None:
    """Return the extreme gaps from the first firing after `start` on, for `horizon`; None with fewer than two firings.

    Gaps are of absolute time: in Berlin `30 2 * * *` leaves 47 h over the night when the hour from 2 to 3 does not
    exist, and 1 h in the night when it comes twice.
    """
    longest: tuple[int, int] | None = None
    shortest: tuple[int, int] | None = None
    for before, after in _pairs(schedule, zone, int(start.timestamp()), horizon.seconds):
        if longest is None or after - before > longest[1] - longest[0]:
            longest = before, after
        if shortest is None or after - before < shortest[1] - shortest[0]:
            shortest = before, after
    if longest is None or shortest is None:
        return None
    return Gaps(_gap(longest, zone), _gap(shortest, zone))


def _pairs(schedule: Schedule, zone: ZoneInfo, start: int, horizon: int) -> Iterator[tuple[int, int]]:
    """Return neighbouring firings; of days without a change of the clock the inner ones only once.

    A day is quiet when no clock changes on it or the day before: its firings then are the schedule's times, the same
    every day. Around the others each firing is asked for, one after the other.
    """
    times = [3600 * hour + 60 * minute for hour in sorted(schedule.hours) for minute in sorted(schedule.minutes)]
    firing = next_firing(schedule, zone, start)
    if firing is None:
        return
    end = firing + horizon
    inner = False
    while firing <= end:
        day = datetime.fromtimestamp(firing, zone).date()
        last, following = firing, None
        if _quiet(day, zone):
            begin = midnight(day, zone)
            if not inner and firing == begin + times[0]:
                yield from pairwise(begin + time for time in times)
                inner = True
            last, following = begin + times[-1], _early(schedule, zone, day, times[0])
        following = following or next_firing(schedule, zone, last)
        if following is None:
            return
        yield last, following
        firing = following


def _early(schedule: Schedule, zone: ZoneInfo, day: date, time: int) -> int | None:
    """Return the first firing of the day after a quiet one, where that is a quiet day on which it fires."""
    following = day + timedelta(days=1)
    if following.month not in schedule.months or not schedule.on_day(following.day, following.isoweekday() % 7):
        return None
    return midnight(following, zone) + time if _quiet(following, zone) else None


@lru_cache(maxsize=4096)
def _quiet(day: date, zone: ZoneInfo) -> bool:
    around = {offset(midnight(day + timedelta(days=step), zone), zone) for step in (-1, 0, 1)}
    return len(around) == 1


def _gap(firings: tuple[int, int], zone: ZoneInfo) -> Gap:
    before, after = (datetime.fromtimestamp(firing, zone) for firing in firings)
    return Gap(before, after)


def wall_text(moment: datetime) -> str:
    """Write a time as its zone's wall clock shows it: `Mon 30 Nov 2026 08:00+01:00`."""
    return f"{moment:%a} {moment.day} {moment:%b %Y %H:%M}{moment.isoformat()[-6:]}"
