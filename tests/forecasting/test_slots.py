"""Recorded points become the peaks of hours: what was not recorded is absent, never zero."""

import numpy as np
import pytest

from ordain.forecasting.slots import DAY, HOUR, Slots, slots
from ordain.model.live import Series

MINUTES = 300


def found(series: Series, since: int = 0, until: int = 2**40) -> Slots:
    result = slots(series, since, until)
    assert result is not None
    return result


def test_an_hour_counts_with_its_highest_point() -> None:
    """A floor stands on peaks, so the mean of an hour would hide what pods have to bear."""
    series = Series("a", tuple(range(0, 2 * HOUR, MINUTES)), (1.0, 9.0, *[2.0] * 10, *[3.0] * 12))
    assert list(found(series).values) == [9.0, 3.0]


def test_the_hour_that_is_not_over_does_not_count() -> None:
    """Half an hour of rising load is no peak of an hour."""
    series = Series("a", tuple(range(0, 3 * HOUR, MINUTES)), tuple(range(36)))
    assert list(found(series, until=2 * HOUR + 1800).values) == [11.0, 23.0]


def test_what_was_recorded_later_is_not_seen() -> None:
    """A run with an earlier --now sees the past of that time alone."""
    series = Series("a", tuple(range(0, 3 * HOUR, MINUTES)), (*[1.0] * 24, *[99.0] * 12))
    assert list(found(series, until=2 * HOUR).values) == [1.0, 1.0]


def test_points_before_the_history_are_left_out() -> None:
    """`history` bounds what is looked at."""
    series = Series("a", tuple(range(0, 3 * HOUR, MINUTES)), (*[99.0] * 12, *[1.0] * 24))
    result = found(series, since=HOUR)
    assert (result.start, list(result.values)) == (HOUR, [1.0, 1.0])


def test_an_hour_with_few_points_is_not_known() -> None:
    """Of an hour with 3 of 12 points the peak may be among the others."""
    times = (*range(0, HOUR, MINUTES), *range(HOUR, HOUR + 900, MINUTES), *range(2 * HOUR, 3 * HOUR, MINUTES))
    assert list(found(Series("a", times, (1.0,) * len(times))).known) == [True, False, True]


def test_a_short_gap_is_bridged_by_a_line() -> None:
    """Two hours between 10 and 40 are 20 and 30, and not known."""
    result = found(Series("a", (0, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR), (10.0, None, None, 40.0, 50.0)))
    assert pytest.approx(list(result.values)) == [10.0, 20.0, 30.0, 40.0, 50.0]
    assert list(result.known) == [True, False, False, True, True]


def test_a_long_gap_is_filled_from_the_day_before() -> None:
    """A line over a night would cut off the evening's peak."""
    values: list[float | None] = [float(hour % DAY) for hour in range(3 * DAY)]
    values[30:40] = [None] * 10
    result = found(Series("a", tuple(range(0, 3 * DAY * HOUR, HOUR)), tuple(values)))
    assert [float(hour % DAY) for hour in range(3 * DAY)] == list(result.values)
    assert not result.known[30:40].any()


def test_a_gap_longer_than_a_day_is_filled_in_turn() -> None:
    """The second lost day takes the first one's filling."""
    values: list[float | None] = [float(hour % DAY) for hour in range(5 * DAY)]
    values[30 : 30 + 2 * DAY] = [None] * 2 * DAY
    result = found(Series("a", tuple(range(0, 5 * DAY * HOUR, HOUR)), tuple(values)))
    assert [float(hour % DAY) for hour in range(5 * DAY)] == list(result.values)


def test_the_ends_are_known() -> None:
    """Gaps at the ends are cut off: nothing is filled in where there is one side only."""
    result = found(Series("a", (0, HOUR, 2 * HOUR, 3 * HOUR), (None, 5.0, 6.0, None)))
    assert (result.start, result.end, list(result.values)) == (HOUR, 3 * HOUR, [5.0, 6.0])


@pytest.mark.parametrize("values", [(None, None), (1.0, 2.0)], ids=["nothing recorded", "all of it later"])
def test_nothing_to_see_is_none(values: tuple[float | None, ...]) -> None:
    """Without one full hour there is no answer, and no error."""
    assert slots(Series("a", (HOUR, 2 * HOUR), values), 0, HOUR) is None


def test_values_are_always_numbers() -> None:
    """Models never meet a NaN, however the gaps lie."""
    chance = np.random.default_rng(5)
    for _ in range(50):
        values = [float(value) if value > 0.4 else None for value in chance.random(100)]
        result = slots(Series("a", tuple(range(0, 100 * HOUR, HOUR)), tuple(values)), 0, 2**40)
        assert result is None or np.isfinite(result.values).all()
