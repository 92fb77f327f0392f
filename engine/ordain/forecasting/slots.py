"""Makes a recorded series regular: the highest value of each hour, and which hours were recorded at all."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ordain.model.live import Series

Floats: TypeAlias = NDArray[np.float64]
HOUR: Final = 3600
DAY: Final = 24
"""Slots of a day."""
WEEK: Final = 7 * DAY
"""Slots of a week."""
_SHORT_GAP: Final = 3
"""Slots that a straight line may bridge; a longer gap is filled from the day before."""


@dataclass(frozen=True)
class Slots:
    """Peaks per hour from `start` (Unix seconds, a whole hour); the first and the last are known.

    `values` has a number for each hour, so that models can be fitted; where `known` is false it was filled in, and
    nothing may be judged by it. What is missing is absent, not zero.
    """

    start: int
    values: Floats
    known: NDArray[np.bool_]

    @property
    def end(self) -> int:
        """The end of the last slot."""
        return self.start + HOUR * len(self.values)


def spacing(series: Series) -> int:
    """Return the usual seconds between two points; an hour where there is but one."""
    return int(np.median(np.diff(series.times))) if len(series.times) > 1 else HOUR


def slots(series: Series, since: int, until: int) -> Slots | None:
    """Return the hourly peaks of a series between two times, or None where no hour was recorded.

    An hour that is not over at `until`, or of which less than half was recorded, is not known.
    """
    points = [
        (time, value)
        for time, value in zip(series.times, series.values, strict=True)
        if since <= time < until and value is not None
    ]
    if not points:
        return None
    hours = np.array([time for time, _ in points], dtype=np.int64) // HOUR
    first, count = int(hours[0]), int(hours[-1] - hours[0]) + 1
    peaks = np.full(count, -np.inf)
    np.maximum.at(peaks, hours - first, np.array([value for _, value in points]))
    recorded = np.bincount(hours - first, minlength=count) * spacing(series)
    over = (first + 1 + np.arange(count)) * HOUR <= until
    known = (recorded * 2 >= HOUR) & over
    present = np.flatnonzero(known)
    if not len(present):
        return None
    inside = slice(int(present[0]), int(present[-1]) + 1)
    return Slots((first + inside.start) * HOUR, _filled(peaks[inside], known[inside]), known[inside])


def _filled(peaks: Floats, known: NDArray[np.bool_]) -> Floats:
    """Fill short gaps by a straight line, longer ones with the same hours of the day before where there are some."""
    at = np.arange(len(peaks))
    with np.errstate(over="ignore", invalid="ignore"):
        filled = np.interp(at, at[known], peaks[known])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~known, [False]]).astype(np.int8)))
    for begin, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - begin > _SHORT_GAP:
            for slot in range(max(begin, DAY), stop):
                filled[slot] = filled[slot - DAY]
    return filled
