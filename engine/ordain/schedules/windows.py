"""Windows of time on a zone's wall clock, and when an undertaking may go ahead between them.

A time that the clock leaves out is read with the offset before the change (02:30 becomes 03:30 by the new offset), one
that comes twice is the first of the two. Source: RFC 5545, section 3.3.5. A `duration` is real time; an `end` is a
time of the wall clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from ordain.quantities import Duration
from ordain.schedules.rules import Starts

_DAY: Final = timedelta(days=1)
FORESIGHT: Final = timedelta(days=400)
"""How far ahead an open time is looked for."""

_FIRST: Final = datetime(1, 1, 1)  # noqa: DTZ001 - the wall clock of any zone
_LATEST: Final = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
"""Every zone still has a wall clock for this; what ends later ends never."""

Stretch: TypeAlias = tuple[int, int]
"""From a time that it holds to one that it does not hold any more (Unix seconds)."""


@dataclass(frozen=True, slots=True)
class Window:
    """Stretches of time, each from a start for `length`: real time for a Duration, wall clock for a timedelta."""

    starts: Starts
    length: Duration | timedelta
    zone: ZoneInfo

    def stretches(self, first: int, last: int) -> list[Stretch]:
        """Return all that hold a time from `first` to `last` (Unix seconds), by their starts on the wall clock."""
        longest = timedelta(seconds=self.length.seconds) if isinstance(self.length, Duration) else self.length
        wall, margin = self._wall(first), longest + _DAY
        earliest = wall - min(margin, wall - _FIRST)
        found = map(self._stretch, self.starts.between(earliest, self._wall(last) + _DAY))
        return [(begin, end) for begin, end in found if begin <= last and end > first]

    def ends(self, at: int) -> int | None:
        """Return when the stretch that covers a time ends (both Unix seconds; of several the last one), else None."""
        return max((end for _, end in self.stretches(at, at)), default=None)

    def begins(self, after: int) -> int | None:
        """Return the next start later than a time, or None where none comes."""
        wall = self._wall(after)
        near = (self._instant(start) for start in self.starts.between(wall - _DAY, wall + 2 * _DAY))
        found = min((begin for begin in near if begin > after), default=None)
        if found is None and (start := self.starts.after(wall + 2 * _DAY)):
            return self._instant(start)
        return found

    def _stretch(self, start: datetime) -> Stretch:
        begin = self._instant(start)
        if isinstance(self.length, Duration):
            return begin, min(begin + self.length.seconds, _LATEST)
        end = self._instant(start + self.length)
        return begin, end if end > begin else begin + int(self.length.total_seconds())

    def _instant(self, wall: datetime) -> int:
        return min(int(wall.replace(tzinfo=self.zone, fold=0).timestamp()), _LATEST)

    def _wall(self, unix: int) -> datetime:
        return datetime.fromtimestamp(unix, self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Windows:
    """What holds for one undertaking: it stops inside any freeze, and outside all allows where there are any."""

    freezes: tuple[Window, ...] = ()
    allows: tuple[Window, ...] = ()


def unbroken(stretches: Iterable[Stretch], at: int) -> int:
    """Return until when stretches that overlap or touch follow upon each other from a time on; `at` where none does."""
    moment = at
    for begin, end in sorted(stretches):
        if begin > moment:
            break
        moment = max(moment, end)
    return moment


def next_open(every: Iterable[Windows], at: int) -> int | None:
    """Return the first time from `at` on at which all of them may go ahead; None: none within `FORESIGHT`."""
    undertakings, last = tuple(every), at + int(FORESIGHT.total_seconds())
    ahead = {
        window: window.stretches(at, last) for windows in undertakings for window in (*windows.freezes, *windows.allows)
    }
    closed = [stretch for windows in undertakings for window in windows.freezes for stretch in ahead[window]]
    for windows in undertakings:
        if windows.allows:
            closed += _between([stretch for window in windows.allows for stretch in ahead[window]], at, last)
    moment = unbroken(closed, at)
    return moment if moment <= last else None


def _between(stretches: Iterable[Stretch], first: int, last: int) -> Iterator[Stretch]:
    """Return the times between stretches, from `first` to beyond `last`."""
    moment = first
    for begin, end in sorted(stretches):
        if begin > moment:
            yield moment, begin
        moment = max(moment, end)
    if moment <= last:
        yield moment, last + 1
