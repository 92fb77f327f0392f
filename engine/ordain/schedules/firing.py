"""When a schedule fires next on the wall clock of a zone, with the controller's own behaviour around clock changes.

An hour that does not exist is skipped, one that comes twice fires twice. Source: `SpecSchedule.Next` of
github.com/robfig/cron v3 (spec.go) and Go's `time.Date`; the steps are the same ones in the same order, because near
a change of the clock the answer depends on them (a change by half an hour, a midnight that does not exist).
"""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ordain.schedules.cron import Schedule

_YEARS: Final = 5
_EPOCH: Final = date(1970, 1, 1)
_HOUR: Final = 3600


def next_firing(schedule: Schedule, zone: ZoneInfo, after: int) -> int | None:
    """Return the first firing later than `after` (both Unix seconds), or None where none comes in five years."""
    unix, moved = after + 1, False
    local = datetime.fromtimestamp(unix, zone)
    last_year = local.year + _YEARS
    while local.year <= last_year:
        wrapped = False
        while local.month not in schedule.months and not wrapped:
            first = local.date().replace(day=1) if not moved else local.date()
            moved = True
            # Go's AddDate keeps the clock, and lets a day that the month has not run on into the next one
            clock = timedelta() if first.day == 1 else _clock(local)
            unix = midnight(_add_month(first), zone, clock)
            local = datetime.fromtimestamp(unix, zone)
            wrapped = local.month == 1
        while not wrapped and not schedule.on_day(local.day, local.isoweekday() % 7):
            clock = _clock(local) if moved else timedelta()
            moved, begun = True, unix
            unix = midnight(local.date() + timedelta(days=1), zone, clock)
            if unix <= begun:  # a zone left a day out (Samoa, 30 December 2011): robfig/cron never comes to an end here
                unix = midnight(local.date() + timedelta(days=2), zone, clock)
            local = datetime.fromtimestamp(unix, zone)
            if local.hour:
                unix += _HOUR * (24 - local.hour if local.hour > 12 else -local.hour)
                local = datetime.fromtimestamp(unix, zone)
            wrapped = local.day == 1
        while not wrapped and local.hour not in schedule.hours:
            if not moved:
                unix = midnight(local.date(), zone, timedelta(hours=local.hour))
                moved = True
            unix += _HOUR
            local = datetime.fromtimestamp(unix, zone)
            wrapped = local.hour == 0
        while not wrapped and local.minute not in schedule.minutes:
            if not moved:
                unix -= unix % 60
                moved = True
            unix += 60
            local = datetime.fromtimestamp(unix, zone)
            wrapped = local.minute == 0
        while not wrapped and local.second:
            unix += 60 - local.second
            local = datetime.fromtimestamp(unix, zone)
            moved, wrapped = True, local.second == 0
        if not wrapped:
            return unix
    return None


def midnight(day: date, zone: ZoneInfo, clock: timedelta = timedelta()) -> int:
    """Return a time of the wall clock (midnight and `clock`) as Unix seconds, as Go's `time.Date` decides it.

    Of a time that comes twice or never it takes the offset that holds where the offset at that time, read as UTC,
    leads to.
    """
    wall = (day - _EPOCH).days * 86_400 + int(clock.total_seconds())
    return wall - offset(wall - offset(wall, zone), zone)


def offset(unix: int, zone: ZoneInfo) -> int:
    """Return how many seconds a zone's wall clock is ahead of UTC at a time."""
    ahead = datetime.fromtimestamp(unix, zone).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds())


def _clock(local: datetime) -> timedelta:
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)


def _add_month(day: date) -> date:
    first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return first + timedelta(days=day.day - 1)
