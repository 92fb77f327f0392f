"""Rolling-origin backtest: what each model would have said at times in the past, and how wrong it would have been."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

import numpy as np

from ordain.forecasting.models import Model, attempt
from ordain.forecasting.slots import DAY, WEEK, Floats, Slots

_STRIDE: Final = 5
"""Hours between two origins: no divisor of 24, so that they fall on every hour of the day."""
_MOST_ORIGINS: Final = 48
"""The latest ten days: what erred longer ago says less, and each costs a fit."""


@dataclass(frozen=True)
class Backtest:
    """The past of one model: `scores` has a row per origin and a column per step, NaN where nothing was recorded.

    A score is (recorded - expected) / max(expected, the training's mean): busy hours err by more than quiet ones.
    `error` is the mean absolute error, in the series' unit, to six digits (processors differ beyond).
    """

    model: Model
    scores: Floats
    error: float


def origins(slots: Slots, steps: int, needed: int, *, weekly: bool) -> tuple[int, ...]:
    """Return the slots at which a forecast of `steps` is tried, rising; behind each lies all that it is judged by.

    They are the latest, as many as there are of 48, or of `needed` if that is more.
    The first has a season and a day before it. A gap has none: what fills it knows what came after.
    """
    least = (WEEK if weekly else DAY) + DAY
    found = range(len(slots.values) - steps, least - 1, -_STRIDE)
    return tuple(sorted(at for at in found if slots.known[at - 1])[-max(_MOST_ORIGINS, needed) :])


def origins_needed(quantile: float) -> int:
    """Return the fewest origins whose errors have that quantile: the split-conformal rank must be among them.

    Source: Lei et al., Distribution-free predictive inference for regression (JASA 2018), section 2.2.
    """
    return ceil(quantile / (1 - quantile) - 1e-9)


def backtest(slots: Slots, models: Sequence[Model], at: Sequence[int], steps: int) -> tuple[Backtest, ...]:
    """Try each model at each origin; one that fails anywhere is left out."""
    return tuple(_tried(slots, models, at, steps))


def _tried(slots: Slots, models: Sequence[Model], at: Sequence[int], steps: int) -> Iterator[Backtest]:
    recorded = np.where(slots.known, slots.values, np.nan)
    actual = np.stack([recorded[origin : origin + steps] for origin in at])
    scales = np.array([scale(slots.values[:origin]) for origin in at])[:, np.newaxis]
    for model in models:
        said = [attempt(model, slots.values[:origin], steps) for origin in at]
        found = [row for row in said if row is not None]
        if len(found) == len(said):
            expected = np.stack(found)
            wrong = actual - expected
            yield Backtest(model, wrong / np.maximum(expected, scales), digits(float(np.nanmean(np.abs(wrong)))))


def scale(values: Floats) -> float:
    """Return the mean load, by which errors of quiet hours are measured; 1 where there is none."""
    return float(np.mean(np.abs(values))) or 1.0


def bound(scores: Floats, quantile: float) -> Floats:
    """Return for each step the score that a share `quantile` of new ones stays below (split-conformal: rank (n+1)q).

    All scores are older than the forecast by its whole horizon. A step without any has the widest bound of all.
    """
    found = np.full(scores.shape[1], np.nan)
    for step, column in enumerate(scores.T):
        known = np.sort(column[~np.isnan(column)])
        if len(known):
            found[step] = known[min(ceil((len(known) + 1) * quantile - 1e-9), len(known)) - 1]
    return np.where(np.isnan(found), np.nanmax(found), found)


def digits(value: float) -> float:
    """Round to six significant digits: beyond them processors differ, and equal input must give equal bytes."""
    return round(value, 5 - floor(log10(abs(value)))) if value else 0.0
