"""The publish windows of the settings, read: on which wall clock, from when to when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from ordain.errors import Span, UserError
from ordain.model.objects import ObjectRef
from ordain.quantities import Duration
from ordain.schedules import CronStarts, Once, Schedule, ScheduleError, Starts, Window, parse, parse_rule, zone
from ordain.settings import WALL_CLOCK, CronTimes, DatedTimes, PublishWindow

_T = TypeVar("_T")
_LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, eq=False)
class PlacedWindow:
    """A window of the settings, and its line."""

    settings: PublishWindow
    times: Window
    where: Span

    @property
    def freezes(self) -> bool:
        """Whether it is a freeze; else an allow."""
        return "freeze" in self.settings.model_fields_set

    def covers(self, ref: ObjectRef, cluster: str) -> bool:
        """Say whether it is for an object."""
        wanted = not self.settings.targets or any(item.covers(ref, cluster) for item in self.settings.targets)
        return wanted and not any(item.covers(ref, cluster) for item in self.settings.exempt)


def read_windows(every: Sequence[PublishWindow], where: Callable[..., Span]) -> tuple[PlacedWindow, ...]:
    """Return the windows of the settings; raises UserError, with the place, for one that cannot be read.

    `where` gives the place of a path of the settings.
    """
    found: dict[str, PlacedWindow] = {}
    for index, settings in enumerate(every):
        place = where("spec", "windows", index)
        if settings.name in found:
            raise UserError(f"two windows are named {settings.name}", hint="rename one of them", where=place)
        found[settings.name] = PlacedWindow(settings, _times(settings, index, where), place)
    return tuple(found.values())


def _times(settings: PublishWindow, index: int, where: Callable[..., Span]) -> Window:
    field = "freeze" if "freeze" in settings.model_fields_set else "allow"
    times = settings.freeze if field == "freeze" else settings.allow
    assert isinstance(times, CronTimes | DatedTimes)
    place = ("spec", "windows", index)

    def sound(read: Callable[[], _T], *path: str) -> _T:
        try:
            return read()
        except ScheduleError as error:
            name = f"windows[{index}].{'.'.join(path)}"
            raise UserError(f"{name}: {error}", hint=error.hint, where=where(*place, *path)) from error

    there = sound(lambda: zone(settings.timeZone), "timeZone")
    starts: Starts
    if isinstance(times, CronTimes):
        starts = CronStarts(sound(lambda: _hourly_at_most(times.cron), field, "cron"))
    else:
        start, rule = _wall_clock(times.start), times.rrule
        starts = sound(lambda: parse_rule(rule, start, there), field, "rrule") if isinstance(rule, str) else Once(start)
    said = "duration" if isinstance(times.duration, str) else "end"
    length = sound(lambda: _length(times, recurring=not isinstance(starts, Once)), field, said)
    return Window(starts, length, there)


def _hourly_at_most(cron: str) -> Schedule:
    schedule = parse(cron)
    if len(schedule.minutes) > 1:
        raise ScheduleError(
            f"{cron!r} starts more than once an hour", "name one minute, and a duration that covers what is meant"
        )
    return schedule


def _length(times: CronTimes | DatedTimes, *, recurring: bool) -> Duration | timedelta:
    """Return how long each stretch lasts; one that recurs lasts a year at most: it is looked for so far back."""
    length: Duration | timedelta
    if isinstance(times.duration, str):
        length = Duration.parse(times.duration)
    else:
        assert isinstance(times, DatedTimes)
        assert isinstance(times.end, str)
        length = _wall_clock(times.end) - _wall_clock(times.start)
        if length <= timedelta():
            raise ScheduleError(f"it ends at {times.end}, and starts at {times.start}", "give an end that comes later")
    lasts = length if isinstance(length, timedelta) else timedelta(seconds=length.seconds)
    if recurring and lasts > _LONGEST:
        raise ScheduleError(
            f"what recurs lasts {_LONGEST.days} days at most", "leave the recurrence out: once, from start to end"
        )
    return length


def _wall_clock(text: str) -> datetime:
    return datetime.strptime(text, WALL_CLOCK)  # noqa: DTZ007 - its zone stands beside it
