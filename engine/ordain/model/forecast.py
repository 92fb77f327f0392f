"""What is expected of a load: the question that a planner asks before it plans, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ordain.quantities import Duration


@dataclass(frozen=True, slots=True)
class ForecastQuery:
    """A question: what a series will do in the next `horizon`, judged by its last `history`.

    `quantile` is the share of outcomes that the upper bound shall cover (0.95); `seasons` are the cycles to look for
    (of a day, of a week), empty to choose them by the length of the history.
    """

    series: str
    history: Duration
    horizon: Duration
    quantile: float
    seasons: tuple[Duration, ...] = ()


class Verdict(StrEnum):
    """Whether a forecast may be acted on: `DOUBTED` where its own past speaks against it, `STALE` for an old series."""

    TRUSTED = "trusted"
    DOUBTED = "doubted"
    STALE = "stale"


@dataclass(frozen=True)
class Forecast:
    """The answer: peaks of the slots that begin at `times` (Unix seconds) and last `step` seconds, in the series' unit.

    `lower` and `upper` enclose what is `expected`, each at the wanted quantile; all three are empty where there is
    nothing to go by. `model` is the one with the least error in a rolling-origin backtest, `errors` the mean absolute
    errors of all that were tried, by their names, over `origins` tries. `reason` says why it is trusted or not.
    `past` are the recorded peaks that it was made from, a slot each from `past_start`; None where none was recorded.
    """

    query: ForecastQuery
    verdict: Verdict
    reason: str
    step: int = 3600
    times: tuple[int, ...] = ()
    expected: tuple[float, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    model: str = ""
    errors: Mapping[str, float] = field(default_factory=dict)
    origins: int = 0
    past_start: int = 0
    past: tuple[float | None, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether it may be acted on."""
        return self.verdict is Verdict.TRUSTED


@dataclass(frozen=True)
class Outlook:
    """What planners and controls know of the time: when the run is, and what is expected after it."""

    now: datetime
    forecasts: Mapping[ForecastQuery, Forecast]
