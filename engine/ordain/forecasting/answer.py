"""Answers a question about a series: a backtest chooses the model, and its past errors give interval and trust."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import numpy as np

from ordain.forecasting.backtest import Backtest, backtest, bound, digits, origins, origins_needed, scale
from ordain.forecasting.fitted import fitted_models
from ordain.forecasting.models import LAST_VALUE, SEASONAL_NAIVE, Model, attempt, plain_models
from ordain.forecasting.slots import DAY, HOUR, WEEK, Floats, Slots, slots, spacing
from ordain.model.forecast import Forecast, ForecastQuery, Verdict
from ordain.model.live import Series

_STALE_AFTER: Final = 6 * HOUR
_FEWEST_ORIGINS: Final = 10
_LARGEST: Final = 1e100
"""No load is larger; squares of larger numbers overflow."""
_BEATEN_AT: Final = 0.8
"""The share of the last value's error below which a model beats it: a hair less is the luck of the backtest."""
_WIDEST: Final = 2.0
"""How often the expected peak the upper one may be: beyond, pods would wait for bursts that no model sees coming."""


def forecast(series: Series, query: ForecastQuery, now: datetime) -> Forecast:
    """Say what a series will do after `now`, from what was recorded before it.

    What is judged is the peak of each hour. No series is too odd: where there is too little to go by, or none beats
    the last value, the answer says so and is not trusted.
    """
    until = int(now.timestamp())
    found = slots(series, until - query.history.seconds, until)
    if found is None:
        return Forecast(query, Verdict.STALE, f"{series.name} has no full hour in the history before the run")
    recorded = zip(found.values, found.known, strict=True)
    past = tuple(digits(float(value)) if known else None for value, known in recorded)
    said = Forecast(query, Verdict.TRUSTED, "", HOUR, past_start=found.start, past=past)
    if until - found.end > _STALE_AFTER:
        old = (until - found.end) // HOUR
        return replace(said, verdict=Verdict.STALE, reason=f"{series.name} ends {_moment(found.end)}, {old} h ago")
    if doubt := _unfit(series, found):
        return replace(said, verdict=Verdict.DOUBTED, reason=doubt)
    steps = -(-(until + query.horizon.seconds - found.end) // HOUR)
    needed = max(_FEWEST_ORIGINS, origins_needed(query.quantile))
    weekly, at = _origins(found, query, steps, needed)
    if len(at) < needed:
        least = ((WEEK if weekly else DAY) + DAY + steps + 5 * (needed - 1)) / DAY
        reason = f"{series.name} has {len(past) / DAY:.1f} days without long gaps, about {least:.1f} are needed"
        return replace(said, verdict=Verdict.DOUBTED, reason=reason)
    models = (*plain_models(weekly=weekly), *fitted_models(found.values[: at[0]], weekly=weekly))
    tested = backtest(found, models, at, steps)
    return _answer(said, found, tested, steps, skip=(until - found.end) // HOUR, tries=len(at))


def _answer(said: Forecast, found: Slots, tested: Sequence[Backtest], steps: int, *, skip: int, tries: int) -> Forecast:
    best, expected = _best(found, tested, steps)
    quantile = said.query.quantile
    scales = np.maximum(expected, scale(found.values))
    upper = np.maximum(expected, expected + bound(best.scores, quantile) * scales)
    lower = np.clip(expected - bound(-best.scores, quantile) * scales, 0.0, expected)
    errors = {test.model.name: test.error for test in tested}
    verdict, reason = _judged(best.model, errors, float(expected[skip:].max()), float(upper[skip:].max()))
    return replace(
        said,
        verdict=verdict,
        reason=f"{reason}, {tries} tries",
        times=tuple(range(found.end + skip * HOUR, found.end + steps * HOUR, HOUR)),
        expected=_rounded(expected[skip:]),
        lower=_rounded(lower[skip:]),
        upper=_rounded(upper[skip:]),
        model=best.model.name,
        errors=errors,
        origins=tries,
    )


def _best(found: Slots, tested: Sequence[Backtest], steps: int) -> tuple[Backtest, Floats]:
    """Return the model with the least error whose forecast succeeds; of equals the first."""
    for test in sorted(tested, key=lambda test: test.error):
        expected = attempt(test.model, found.values, steps)
        if expected is not None:
            return test, expected
    raise AssertionError("the last value is always there")


def _judged(best: Model, errors: dict[str, float], expected: float, upper: float) -> tuple[Verdict, str]:
    if errors[best.name] >= _BEATEN_AT * errors[LAST_VALUE]:
        return Verdict.DOUBTED, f"none of {len(errors) - 1} models clearly beats the last value"
    if upper > _WIDEST * expected:
        return Verdict.DOUBTED, f"it bursts: the peak may be {upper / expected:.1f} times what {best.name} expects"
    rival = LAST_VALUE if best.name == SEASONAL_NAIVE else SEASONAL_NAIVE
    ratio = errors[best.name] / errors[rival] if errors.get(rival) else 0.0
    shown = rival if best.name.startswith("seasonal naive") else rival.removesuffix(" (1d)")
    return Verdict.TRUSTED, f"{best.name}, backtest error {ratio:.2g} of {shown}'s"


def _origins(found: Slots, query: ForecastQuery, steps: int, needed: int) -> tuple[bool, tuple[int, ...]]:
    """Return whether a season of a week is looked for, and the origins: by the length of the history if not asked."""
    asked = {season.seconds // HOUR for season in query.seasons}
    weekly = origins(found, steps, needed, weekly=True)
    if WEEK in asked or (not asked and len(weekly) >= needed):
        return True, weekly
    return False, origins(found, steps, needed, weekly=False)


def _unfit(series: Series, found: Slots) -> str:
    if (apart := spacing(series)) > HOUR:
        return f"the points of {series.name} are {apart // 60} minutes apart, at least one an hour is needed"
    if not np.abs(found.values).max() < _LARGEST:  # so written, a NaN of two that overflowed is caught as well
        return f"the numbers of {series.name} are beyond {_LARGEST:.0e}"
    share = float(found.known.mean())
    return f"{1 - share:.0%} of the hours of {series.name} were not recorded" if share < 0.5 else ""


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(digits(float(value)) for value in values)


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
