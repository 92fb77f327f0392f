"""The whole answer: what is expected, how far to trust it, and that no series is too odd for one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.forecasting import forecast
from ordain.model.forecast import Forecast, ForecastQuery, Verdict
from ordain.model.live import Series
from ordain.quantities import Duration

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOUR = 3600
DAY = Duration.parse("1d")
WEEK = Duration.parse("7d")


def asked(series: Series, now: datetime = NOW, **changes: Any) -> Forecast:
    query = ForecastQuery(series.name, Duration.parse("28d"), Duration.parse("24h"), 0.9)
    return forecast(series, ForecastQuery(**{**_fields(query), **changes}), now)


def _fields(query: ForecastQuery) -> dict[str, Any]:
    return {name: getattr(query, name) for name in query.__slots__}


def test_a_plain_day_is_foreseen(load) -> None:
    """The peak of a load that repeats itself is expected at its hour, at its height, and trusted."""
    found = asked(load(noise=0.0))
    assert found.trusted
    at = int(np.argmax(found.expected))
    assert (datetime.fromtimestamp(found.times[at], UTC).hour, found.expected[at]) == (20, 600.0)


def test_the_reason_says_model_ratio_and_tries(load) -> None:
    """Whoever approves the floor sees what won, by how much and in how many tries."""
    found = asked(load())
    ratio = found.errors[found.model] / found.errors["seasonal naive (1d)"]
    assert f"{found.model}, backtest error {ratio:.2g} of seasonal naive's, 25 tries" == found.reason


def test_growth_is_followed(load) -> None:
    """A load that grows by 4 % a day is expected above yesterday's, not at it."""
    series = load(days=21, growth=0.04, noise=0.01)
    found = asked(series)
    assert found.trusted
    assert max(found.upper) > max(value for value in series.values[-24:] if value)


def test_the_season_of_a_week_is_found(made) -> None:
    """Where weekends are quiet, last week's hours beat yesterday's."""
    quiet = [0.3 if day % 7 in (0, 1) else 1.0 for day in range(21)]
    values = [100 * share * (1 + hour % 12) for share in quiet for hour in range(24)]
    found = asked(made("a", values))
    assert found.model == "seasonal naive (7d)"


@pytest.mark.parametrize(("seasons", "weekly"), [((DAY,), False), ((DAY, WEEK), True), ((WEEK,), True)])
def test_the_seasons_can_be_named(load, *, seasons: tuple[Duration, ...], weekly: bool) -> None:
    """Only what was asked for is tried."""
    assert weekly == ("seasonal naive (7d)" in asked(load(), seasons=seasons).errors)


def test_a_load_without_a_pattern_is_not_trusted(lottery: Series) -> None:
    """Where no model clearly beats the last value, it says so."""
    found = asked(lottery)
    assert found.verdict is Verdict.DOUBTED
    assert "clearly beats the last value" in found.reason


def test_bursts_that_nothing_foresees_are_not_trusted(load, made) -> None:
    """One burst a day, at any hour: the peak may be far above what is expected, and no floor is made of it."""
    chance = np.random.default_rng(3)
    values = list(load().values)
    for day in range(14):
        first = day * 24 + int(chance.integers(24))
        for hour in range(first, min(first + 4, len(values))):
            values[hour] += 3000.0
    found = asked(made("a", values))
    assert (found.verdict, "it bursts" in found.reason) == (Verdict.DOUBTED, True)


@pytest.mark.parametrize("value", [0.0, 5.0, 1e300, 1e-300])
def test_a_flat_load_needs_no_forecast(made, value: float) -> None:
    """Nothing beats the last value where it never changes."""
    assert asked(made("a", [value] * 24 * 14)).verdict is Verdict.DOUBTED


@pytest.mark.parametrize(("quantile", "days"), [(0.9, 5), (0.95, 7), (0.99, 24)])
def test_a_short_history_is_not_trusted_and_says_what_is_needed(load, quantile: float, days: int) -> None:
    """Two days, and as many tries as the quantile needs; a day more is enough."""
    short = asked(load(days=days - 1), quantile=quantile)
    assert (short.verdict, "are needed" in short.reason) == (Verdict.DOUBTED, True)
    assert asked(load(days=days), quantile=quantile).trusted


@pytest.mark.parametrize(("hours", "verdict"), [(0, "trusted"), (6, "trusted"), (7, "stale"), (30, "stale")])
def test_a_series_that_ended_long_ago_is_stale(load, hours: int, verdict: str) -> None:
    """Six hours without a point are an outage to plan through, seven are not."""
    assert verdict == asked(load(), NOW + timedelta(hours=hours)).verdict


def test_nothing_recorded_is_stale(made) -> None:
    """A series of nothing but gaps has no answer."""
    assert asked(made("a", [None] * 100)).verdict is Verdict.STALE


def test_points_two_hours_apart_are_not_trusted(load) -> None:
    """A peak between two points would not be seen."""
    series = load()
    found = asked(Series("a", series.times[::2], series.values[::2]))
    assert (found.verdict, "120 minutes apart" in found.reason) == (Verdict.DOUBTED, True)


def test_a_series_that_is_mostly_gaps_is_not_trusted(load) -> None:
    """More filled in than recorded is no history."""
    series = load()
    values = tuple(value if index % 24 >= 14 else None for index, value in enumerate(series.values))
    found = asked(Series("a", series.times, values))
    assert (found.verdict, "were not recorded" in found.reason) == (Verdict.DOUBTED, True)


def test_a_gap_is_not_taken_for_no_load(load) -> None:
    """Eight lost hours over an evening move tomorrow's peak by less than a tenth."""
    series = load()
    at = len(series.values) - 30
    gap = Series("load", series.times, (*series.values[:at], *[None] * 8, *series.values[at + 8 :]))
    whole, holed = asked(series), asked(gap)
    assert holed.trusted
    assert abs(max(holed.expected) / max(whole.expected) - 1) < 0.1


@pytest.mark.parametrize(("minutes", "first", "count"), [(0, 0, 24), (30, 0, 25), (150, 2, 25)])
def test_the_answer_covers_the_next_24_hours(load, minutes: int, first: int, count: int) -> None:
    """From the hour of the run to the one in which the next day ends; what is past by then is left out."""
    found = asked(load(), NOW + timedelta(minutes=minutes))
    start = int(NOW.timestamp()) + first * HOUR
    assert tuple(range(start, start + count * HOUR, HOUR)) == found.times
    assert count == len(found.expected) == len(found.lower) == len(found.upper)


def test_what_comes_after_the_run_changes_nothing(load) -> None:
    """A replay with an earlier time gives what that day's run gave."""
    series, early = load(), NOW - timedelta(days=3)
    cut = [time < early.timestamp() for time in series.times]
    before = Series(
        "load", *(tuple(v for v, keep in zip(vs, cut, strict=True) if keep) for vs in (series.times, series.values))
    )
    assert asked(before, early) == asked(series, early)


def test_the_same_question_has_the_same_answer(load) -> None:
    """No chance is in it."""
    assert asked(load()) == asked(load())


@settings(max_examples=15)
@given(factor=st.sampled_from([0.001, 0.25, 3.0, 1024.0, 1e6]), noise=st.floats(0.01, 0.2), days=st.integers(6, 12))
def test_a_load_in_another_unit_has_the_same_forecast_in_that_unit(
    load, factor: float, noise: float, days: int
) -> None:
    """Scaling the series by k scales the forecast by k: the same model, the same trust."""
    series = load(days=days, noise=noise)
    scaled = Series("load", series.times, tuple(value * factor for value in series.values))
    one, other = asked(series), asked(scaled)
    assert (one.model, one.verdict) == (other.model, other.verdict)
    for name in ("lower", "expected", "upper"):
        assert np.allclose(np.array(getattr(one, name)) * factor, getattr(other, name), rtol=1e-4)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5), st.sampled_from([60, 300, 3600]))
def test_the_bounds_enclose_what_is_expected(seed: int, lost: float, step: int) -> None:
    """Whatever was recorded, gaps included: 0 <= lower <= expected <= upper, all finite."""
    chance = np.random.default_rng(seed)
    count = 7 * 24 * HOUR // step
    values = chance.gamma(0.5, 100, count) * (1 + np.arange(count) % 24)
    kept = chance.random(count) >= lost
    end = int(NOW.timestamp())
    times = range(end - count * step, end, step)
    series = Series("a", tuple(times), tuple(float(v) if k else None for v, k in zip(values, kept, strict=True)))
    found = asked(series)
    assert all(
        0 <= low <= mid <= high < np.inf
        for low, mid, high in zip(found.lower, found.expected, found.upper, strict=True)
    )


_ODD = (None, 0.0, -1.0, 1.0, 5e-324, -1e308, 1e308, 1.7e308, 1e154, 1e-300)


@settings(max_examples=30)
@given(
    st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=60)
    | st.integers(0, 2**32 - 1).map(
        lambda seed: [_ODD[at] for at in np.random.default_rng(seed).integers(10, size=200)]
    )
    | st.integers(0, 2**32 - 1).map(lambda seed: list(np.random.default_rng(seed).normal(0, 1e3, 200)))
)
def test_no_series_is_too_odd(values: list[float | None]) -> None:
    """Any finite numbers and gaps give an answer of finite numbers, never a crash."""
    end = int(NOW.timestamp())
    series = Series("a", tuple(range(end - len(values) * HOUR, end, HOUR)), tuple(values))
    found = asked(series)
    assert found.reason
    assert np.isfinite([*found.lower, *found.expected, *found.upper, *found.errors.values()]).all()
