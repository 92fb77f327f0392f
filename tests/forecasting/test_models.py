"""What each model says of loads whose future is plain."""

import numpy as np
import pytest

from ordain.forecasting.fitted import fitted_models
from ordain.forecasting.models import Model, attempt, last_value, plain_models, seasonal_naive, time_of_day
from ordain.forecasting.slots import DAY, WEEK, Floats

DAILY = np.tile(100 + 50 * np.sin(2 * np.pi * np.arange(DAY) / DAY), 14)


def test_the_last_value_stays() -> None:
    """What any model has to beat."""
    assert list(last_value(np.array([1.0, 2.0, 3.0]), 2)) == [3.0, 3.0]


def test_the_seasonal_naive_repeats_the_last_season() -> None:
    """Beyond one season it begins again."""
    assert list(seasonal_naive(2, np.array([1.0, 2.0, 3.0]), 3)) == [2.0, 3.0, 2.0]


def test_the_time_of_day_is_not_moved_by_one_bad_day() -> None:
    """A day with an outage changes the median of seven days by nothing."""
    values = DAILY.copy()
    values[-5 * DAY : -4 * DAY] = 0
    assert np.allclose(DAILY[:DAY], time_of_day(values, DAY))


def test_the_time_of_day_follows_the_level() -> None:
    """A last day that lay higher by 30 lifts what is expected by 30."""
    values = DAILY.copy()
    values[-DAY:] += 30
    assert np.allclose(DAILY[:DAY] + 30, time_of_day(values, DAY))


@pytest.mark.parametrize("weekly", [False, True])
def test_every_seasonal_model_continues_a_plain_day(*, weekly: bool) -> None:
    """A sine of a day goes on as a sine of a day."""
    _, *seasonal = (*plain_models(weekly=weekly), *fitted_models(DAILY[: 9 * DAY], weekly=weekly))
    for model in seasonal:
        assert np.allclose(DAILY[:30], np.asarray(attempt(model, DAILY, 30))[:30], atol=1.0), model.name


def test_the_autoregression_knows_the_weekend() -> None:
    """With a week looked for, a quiet Sunday does not make Monday quiet."""
    week = np.concatenate([np.tile(DAILY[:DAY], 5), np.tile(DAILY[:DAY] * 0.5, 2)])
    values = np.tile(week, 4)
    model = fitted_models(values[: WEEK + DAY], weekly=True)[0]
    said = attempt(model, values, DAY)
    assert said is not None
    assert np.mean(np.abs(said - week[:DAY])) < 0.5 * np.mean(np.abs(values[-DAY:] - week[:DAY]))


def test_nothing_is_expected_below_zero() -> None:
    """A falling load ends at zero pods' worth, not below."""
    falling = Model("falling", lambda _values, steps: np.linspace(1, -5, steps))
    said = attempt(falling, DAILY, 5)
    assert said is not None
    assert said.min() == 0.0


def _raises(_values: Floats, _steps: int) -> Floats:
    raise np.linalg.LinAlgError("singular")


@pytest.mark.parametrize("predict", [_raises, lambda _values, steps: np.full(steps, np.nan)], ids=["raises", "NaN"])
def test_a_model_that_fails_says_nothing(predict: object) -> None:
    """A fit that breaks down is out of the race, and no crash."""
    assert attempt(Model("broken", predict), DAILY, 5) is None  # type: ignore[arg-type] - both fit


@pytest.mark.parametrize("values", [np.zeros(96), np.full(96, 5.0), np.full(96, 1e300)], ids=["zeros", "flat", "huge"])
def test_odd_training_breaks_no_fit(values: Floats) -> None:
    """Whatever was recorded, the models that remain say numbers or nothing."""
    for model in fitted_models(values, weekly=False):
        said = attempt(model, values, 24)
        assert said is None or np.isfinite(said).all()
