"""The models that statsmodels fits: an autoregression with Fourier terms, and Holt-Winters."""

import warnings
from contextlib import suppress
from functools import partial
from typing import Final

import numpy as np
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from ordain.forecasting.models import FAILURES, Model
from ordain.forecasting.slots import DAY, WEEK, Floats

_LAGS: Final = (1, 2, 3, DAY)
_WAVES_OF_DAY: Final = 4
_WAVES_OF_WEEK: Final = 3


def autoregression(values: Floats, steps: int, *, weekly: bool) -> Floats:
    """Expect what the last three hours, the same hour yesterday, and smooth cycles of a day (and week) say together."""
    waves = _waves(len(values) + steps, weekly=weekly)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = AutoReg(values, list(_LAGS), trend="c", exog=waves[: len(values)]).fit()
        found = fit.predict(len(values), len(values) + steps - 1, exog_oos=waves[len(values) :])
    return np.asarray(found, dtype=np.float64)


def weights_of(training: Floats) -> tuple[float, float]:
    """Estimate the smoothing weights of Holt-Winters: that of the level and that of the season.

    Heuristic starting values: the estimated ones fail on short series (statsmodels#7319). The values are brought to
    a mean of 1, so that the optimiser does the same for a load of 3 and of 3,000.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _smoothing(training / (float(np.mean(np.abs(training))) or 1.0)).fit().params
    return float(found["smoothing_level"]), float(found["smoothing_seasonal"])


def holt_winters(weights: tuple[float, float], values: Floats, steps: int) -> Floats:
    """Expect a smoothed level with a smoothed additive season of a day, and no trend."""
    level, seasonal = weights
    fit = _smoothing(values).fit(smoothing_level=level, smoothing_seasonal=seasonal, optimized=False)
    return np.asarray(fit.forecast(steps), dtype=np.float64)


def fitted_models(training: Floats, *, weekly: bool) -> tuple[Model, ...]:
    """Return the models in the order in which equals win.

    `training` is what lies before the first origin of the backtest: the weights of Holt-Winters are estimated on it
    once, because each estimate costs as much as a dozen forecasts.
    """
    found = [Model("AutoReg with Fourier terms", partial(autoregression, weekly=weekly))]
    with suppress(*FAILURES):
        found.append(Model("Holt-Winters", partial(holt_winters, weights_of(training))))
    return tuple(found)


def _smoothing(values: Floats) -> ExponentialSmoothing:
    return ExponentialSmoothing(values, seasonal="add", seasonal_periods=DAY, initialization_method="heuristic")


def _waves(count: int, *, weekly: bool) -> Floats:
    cycles = [(DAY, _WAVES_OF_DAY), *([(WEEK, _WAVES_OF_WEEK)] if weekly else [])]
    at = np.arange(count, dtype=np.float64)
    angles = [2 * np.pi * wave * at / season for season, waves in cycles for wave in range(1, waves + 1)]
    return np.column_stack([turn(angle) for angle in angles for turn in (np.sin, np.cos)])
