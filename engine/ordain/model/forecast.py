"""What is expected of a load: the question that a planner asks before it plans, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ordain.quantities import Duration


@dataclass(frozen=True, slots=True)
class ForecastQuery:
    """A question: what a series will do in the next `horizon`, judged by its last `history`.

    `quantile` is the share of outcomes that the upper bound shall cover (0.95); `seasons` are the cycles to look for,
    empty to choose them by the length of the history.
    """

    series: str
    history: Duration
    horizon: Duration
    quantile: float
    seasons: tuple[Duration, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """The answer: what is expected at each of `times` (Unix seconds), and how far to trust it.

    `model` is the one with the least error in a rolling-origin backtest, `errors` the mean absolute errors of all that
    were tried, by their names. `trusted` is false where none beats the last value, and `reason` says why.
    """

    query: ForecastQuery
    times: tuple[int, ...]
    expected: tuple[float, ...]
    upper: tuple[float, ...]
    model: str
    errors: Mapping[str, float]
    trusted: bool
    reason: str


@dataclass(frozen=True)
class Outlook:
    """What planners and controls know of the time: when the run is, and what is expected after it."""

    now: datetime
    forecasts: Mapping[ForecastQuery, Forecast]
