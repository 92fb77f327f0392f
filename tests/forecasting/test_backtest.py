"""The backtest tries models at times in the past, honestly: no origin sees what came after it."""

import numpy as np
import pytest

from ordain.forecasting.backtest import backtest, bound, digits, origins, origins_needed
from ordain.forecasting.models import Model
from ordain.forecasting.slots import DAY, WEEK, Floats, Slots


def complete(count: int) -> Slots:
    return Slots(0, np.arange(count, dtype=np.float64) + 1, np.ones(count, dtype=bool))


def test_origins_fall_on_every_hour_of_the_day() -> None:
    """Five hours apart: a model that is only good at midnight does not win."""
    assert set(range(24)) == {at % 24 for at in origins(complete(10 * DAY), DAY, 10, weekly=False)}


@pytest.mark.parametrize(("weekly", "least"), [(False, 2 * DAY), (True, WEEK + DAY)])
def test_an_origin_has_a_season_before_it_and_the_horizon_behind_it(*, weekly: bool, least: int) -> None:
    """The errors of the last origin are complete, and the first one's models have seen a season and a day."""
    found = origins(complete(11 * DAY), DAY, 10, weekly=weekly)
    assert found[-1] == 10 * DAY
    assert least <= found[0] < least + 5


def test_there_are_at_most_48_origins() -> None:
    """A long history costs no more than ten days of tries, the latest ones."""
    found = origins(complete(60 * DAY), DAY, 10, weekly=False)
    assert (len(found), found[-1]) == (48, 59 * DAY)


def test_there_are_more_origins_where_the_quantile_needs_them() -> None:
    """The 99th percentile of errors needs 99 of them."""
    assert len(origins(complete(60 * DAY), DAY, origins_needed(0.99), weekly=False)) == 99


def test_no_origin_lies_in_a_gap() -> None:
    """What fills a gap knows what came after it."""
    slots = complete(10 * DAY)
    slots.known[100:130] = False
    assert not [at for at in origins(slots, DAY, 10, weekly=False) if 100 < at <= 130]


@pytest.mark.parametrize(("quantile", "needed"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_a_quantile_needs_so_many_errors(quantile: float, needed: int) -> None:
    """The rank (n+1)q is at most n from there on."""
    assert needed == origins_needed(quantile)


def test_a_model_sees_only_what_was_before() -> None:
    """At each origin it is given exactly the hours before."""
    seen: list[int] = []

    def predict(values: Floats, steps: int) -> Floats:
        seen.append(len(values))
        assert values[-1] == len(values)
        return np.repeat(values[-1], steps)

    at = origins(complete(5 * DAY), DAY, 10, weekly=False)
    backtest(complete(5 * DAY), [Model("spy", predict)], at, DAY)
    assert list(at) == seen


def test_the_error_is_that_of_the_recorded_hours() -> None:
    """A rise of 1 an hour makes the last value wrong by 1, 2, … 24; hours in a gap do not count."""
    slots = complete(5 * DAY)
    model = Model("last", lambda values, steps: np.repeat(values[-1], steps))
    (tested,) = backtest(slots, [model], [2 * DAY], DAY)
    assert tested.error == 12.5
    slots.known[2 * DAY : 3 * DAY - 1] = False
    (tested,) = backtest(slots, [model], [2 * DAY], DAY)
    assert tested.error == 24.0


def test_a_model_that_fails_once_is_left_out() -> None:
    """It might fail tomorrow as well."""

    def predict(values: Floats, steps: int) -> Floats:
        if len(values) > 3 * DAY:
            raise ValueError("no more")
        return np.repeat(values[-1], steps)

    slots = complete(5 * DAY)
    assert backtest(slots, [Model("moody", predict)], origins(slots, DAY, 10, weekly=False), DAY) == ()


def test_the_bound_is_the_conformal_rank() -> None:
    """Of 19 errors, 95 % take the highest, and 90 % the one below it: ranks 19 and 18 of (n+1)q."""
    scores = np.arange(1.0, 20.0).reshape(19, 1)
    assert tuple(list(bound(scores, quantile)) for quantile in (0.95, 0.9, 0.5)) == ([19.0], [18.0], [10.0])


def test_the_bound_covers_new_errors_as_often_as_it_says() -> None:
    """Over many draws of 20 errors, a new one stays below the bound of 0.9 in at least 90 % of cases."""
    chance = np.random.default_rng(11)
    scores, new = chance.normal(size=(20, 4000)), chance.normal(size=4000)
    assert 0.89 < np.mean(new <= bound(scores, 0.9)) < 0.93


def test_a_step_without_errors_takes_the_widest_bound() -> None:
    """Where a gap hid all errors of an hour, nothing narrow is claimed."""
    assert list(bound(np.array([[1.0, np.nan], [5.0, np.nan]]), 0.9)) == [5.0, 5.0]


@pytest.mark.parametrize(("value", "rounded"), [(0.0, 0.0), (1234567.0, 1234570.0), (-0.00012345678, -0.000123457)])
def test_six_digits_are_kept(value: float, rounded: float) -> None:
    """Beyond them, processors differ."""
    assert rounded == digits(value)
