"""Windows of time on a zone's wall clock, and when an undertaking may go ahead between them.

A time that the clock leaves out is read with the offset before the change (02:30 becomes 03:30 by the new offset), one
that comes twice is the first of the two. Source: RFC 5545, section 3.3.5. A `duration` is real time; an `end` is a
time of the wall clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ordain.quantities import Duration
from ordain.schedules.rules import Starts

_DAY: Final = timedelta(days=1)
_FORESIGHT: Final = 400 * 86_400
_STEPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Window:
    """Stretches of time, each from a start for `length`: real time for a Duration, wall clock for a timedelta."""

    starts: Starts
    length: Duration | timedelta
    zone: ZoneInfo

    def ends(self, at: int) -> int | None:
        """Return when the stretch that covers a time ends (both Unix seconds; of several the last one), else None.

        A stretch holds its start, and not its end.
        """
        wall = self._wall(at)
        longest = timedelta(seconds=self.length.seconds) if isinstance(self.length, Duration) else self.length
        stretches = map(self._stretch, self.starts.between(wall - longest - _DAY, wall + _DAY))
        return max((end for begin, end in stretches if begin <= at < end), default=None)

    def begins(self, after: int) -> int | None:
        """Return the next start later than a time, or None where none comes."""
        wall = self._wall(after)
        near = (self._instant(start) for start in self.starts.between(wall - _DAY, wall + 2 * _DAY))
        found = min((begin for begin in near if begin > after), default=None)
        if found is None and (start := self.starts.after(wall + 2 * _DAY)):
            return self._instant(start)
        return found

    def _stretch(self, start: datetime) -> tuple[int, int]:
        begin = self._instant(start)
        if isinstance(self.length, Duration):
            return begin, begin + self.length.seconds
        end = self._instant(start + self.length)
        return begin, end if end > begin else begin + int(self.length.total_seconds())

    def _instant(self, wall: datetime) -> int:
        return int(wall.replace(tzinfo=self.zone, fold=0).timestamp())

    def _wall(self, unix: int) -> datetime:
        return datetime.fromtimestamp(unix, self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Windows:
    """What holds for one undertaking: it stops inside any freeze, and outside all allows where there are any."""

    freezes: tuple[Window, ...] = ()
    allows: tuple[Window, ...] = ()

    def not_before(self, at: int) -> int | None:
        """Return `at` where it may go ahead then, else a later time before which it may not; None: never again."""
        if ends := [end for window in self.freezes if (end := window.ends(at)) is not None]:
            return max(ends)
        if not self.allows or any(window.ends(at) is not None for window in self.allows):
            return at
        return min((begin for window in self.allows if (begin := window.begins(at)) is not None), default=None)


def next_open(every: Iterable[Windows], at: int) -> int | None:
    """Return the first time from `at` on at which all of them may go ahead; None: none within 400 days."""
    undertakings, moment = tuple(every), at
    for _ in range(_STEPS):
        bounds = [windows.not_before(moment) for windows in undertakings]
        latest = max((bound for bound in bounds if bound is not None), default=moment)
        if None in bounds or latest > at + _FORESIGHT:
            return None
        if latest == moment:
            return moment
        moment = latest
    return None
