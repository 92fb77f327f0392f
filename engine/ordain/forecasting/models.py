"""The models that need no fit. Each takes complete values (one a slot) and says what the next `steps` slots will be."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from ordain.forecasting.slots import DAY, WEEK, Floats

Predict: TypeAlias = Callable[[Floats, int], Floats]
LAST_VALUE: Final = "last value"
SEASONAL_NAIVE: Final = "seasonal naive (1d)"
FAILURES: Final = (ArithmeticError, LookupError, RuntimeError, ValueError)
"""What a model may raise on a series that it cannot cope with: it is then out of the race. (LinAlgError is one.)"""
_DAYS: Final = 7
"""The days whose median is a time of day's usual value."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model with the name that people read."""

    name: str
    predict: Predict


def last_value(values: Floats, steps: int) -> Floats:
    """Expect that all stays as it is: what any model has to beat."""
    return np.repeat(values[-1], steps)


def seasonal_naive(season: int, values: Floats, steps: int) -> Floats:
    """Expect what was one season ago; `season` in slots."""
    return np.resize(values[-season:], steps)


def time_of_day(values: Floats, steps: int) -> Floats:
    """Expect the median of the last days at the same time, moved by how far the last day lay above or below it."""
    days = min(_DAYS, len(values) // DAY)
    usual = np.median(values[-days * DAY :].reshape(days, DAY), axis=0)
    level = np.median(values[-DAY:] - usual)
    return np.resize(usual + level, steps)


def plain_models(*, weekly: bool) -> tuple[Model, ...]:
    """Return the models in the order in which equals win: the simpler first."""
    week = (Model("seasonal naive (7d)", partial(seasonal_naive, WEEK)),) if weekly else ()
    return (
        Model(LAST_VALUE, last_value),
        Model(SEASONAL_NAIVE, partial(seasonal_naive, DAY)),
        *week,
        Model("time of day", time_of_day),
    )


def attempt(model: Model, values: Floats, steps: int) -> Floats | None:
    """Return a model's expectation, never below zero, or None where it failed or is not finite."""
    try:
        with np.errstate(all="ignore"):
            found = model.predict(values, steps)
    except FAILURES:
        return None
    return np.maximum(found, 0.0) if np.isfinite(found).all() else None
