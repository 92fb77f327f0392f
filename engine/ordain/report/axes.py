"""The axes of a picture: round values with their unit's prefix, and round times in UTC."""

from datetime import UTC, datetime
from math import ceil, floor, log10
from typing import Final

_BYTES: Final = frozenset({"bytes", "byte", "B", "bytes/s", "B/s"})
_SUFFIXES: Final = {1000: ("", "k", "M", "G", "T", "P"), 1024: ("", "Ki", "Mi", "Gi", "Ti", "Pi")}
_TINY: Final = 1e-12
_VALUE_STEPS: Final = 4
_TIME_STEPS: Final = 6
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS: Final = (
    *(count * _MINUTE for count in (1, 5, 15, 30)),
    *(count * _HOUR for count in (1, 3, 6, 12)),
    *(count * _DAY for count in (1, 2, 7, 14, 28, 84)),
)
_FIRST_MONDAY: Final = 4 * _DAY
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def value_ticks(low: float, high: float, unit: str) -> list[tuple[float, str]]:
    """Return about five round values that enclose `low` and `high`, rising, each with its text: `1.5k`, `2Gi`."""
    base = 1024 if unit in _BYTES else 1000
    high = high if high - low > _TINY else low + 1
    power = 0
    while power < len(_SUFFIXES[base]) - 1 and max(abs(low), abs(high)) >= base ** (power + 1):
        power += 1
    scale = base**power
    step, digits = _round_step((high - low) / scale / _VALUE_STEPS)
    counts = range(floor(low / scale / step), ceil(high / scale / step) + 1)
    suffix = _SUFFIXES[base][power]
    return [(count * step * scale, f"{count * step:.{digits}f}{suffix}" if count else "0") for count in counts]


def _round_step(least: float) -> tuple[float, int]:
    """Return the next of 1, 2, 5, 10, 20, ... and how many digits after the point it needs."""
    exponent = floor(log10(least))
    for factor in (1, 2, 5, 10):
        if factor * 10.0**exponent >= least:
            break
    exponent += factor == 10
    return (1 if factor == 10 else factor) * 10.0**exponent, max(0, -exponent)


def time_ticks(start: int, end: int) -> list[tuple[int, str]]:
    """Return at most seven round times from `start` to `end` in Unix seconds, each with its text in UTC.

    Below a day a tick is an hour, and midnight the new day; weeks begin on Monday.
    """
    step = next((step for step in _STEPS if (end - start) / step <= _TIME_STEPS), 0)
    step = step or ceil((end - start) / _TIME_STEPS / _STEPS[-1]) * _STEPS[-1]
    offset = _FIRST_MONDAY if step >= 7 * _DAY else 0
    first = ceil((start - offset) / step) * step + offset
    return [(time, _time_text(time, step)) for time in range(first, end + 1, step)]


def _time_text(time: int, step: int) -> str:
    moment = datetime.fromtimestamp(time, UTC)
    if time % _DAY:
        return f"{moment:%H:%M}"
    day = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return f"{day} {moment.year}" if step > 28 * _DAY else day
