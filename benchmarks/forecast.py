#!/usr/bin/env python3
"""Replay recorded series: what the forecast of the next day would have said, and what then came.

    python benchmarks/forecast.py SERIES.csv ... [--history 28d] [--quantile 0.9] [--tries 24]

Each series (columns `ts` and `value`, or folders of them) is cut off at times in its past, 17 hours apart; `forecast`
sees only what is before the cut, and chooses its model there. Per series, the median over the tries where it says:

    trusted     the share of tries that would have been acted on; the figures behind it are of these alone
    /last       mean absolute error of the hourly peaks, divided by that of the last value
    /naive      the same, divided by that of the seasonal naive (yesterday's hours)
    hours       the share of hours that stayed below the upper bound; near the quantile is good
    peaks       the share of days whose peak stayed below the peak of the upper bound: what the floor stands on
    upper/peak  the upper bound's peak divided by the day's (median): what the floor costs
    ms          processor time of one forecast, the backtest included (median)
    model       the one that was chosen most often
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

import numpy as np

from measuring import machine, measured, table
from ordain.cluster.series_files import CsvSeries
from ordain.forecasting import forecast
from ordain.forecasting.models import last_value, seasonal_naive
from ordain.forecasting.slots import DAY, HOUR, Floats, slots
from ordain.model.forecast import Forecast, ForecastQuery
from ordain.model.live import Series
from ordain.quantities import Duration

_APART: Final = 17 * HOUR
_NEXT_DAY: Final = Duration(DAY * HOUR)
_FIRST_DAYS: Final = 9
_COLUMNS: Final = ("series", "tries", "trusted", "/last", "/naive", "hours", "peaks", "upper/peak", "ms", "model")


@dataclass(frozen=True)
class Try:
    """One forecast and what came: the peaks of the next hours, NaN where nothing was recorded."""

    said: Forecast
    actual: Floats
    last: Floats
    naive: Floats
    milliseconds: float


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", nargs="+", type=Path)
    parser.add_argument("--history", type=Duration.parse, default=Duration.parse("28d"))
    parser.add_argument("--quantile", type=float, default=0.9)
    parser.add_argument("--tries", type=int, default=24)
    options = parser.parse_args()
    rows: list[tuple[object, ...]] = [_COLUMNS]
    for path in options.series:
        for series in CsvSeries(path).read().values():
            query = ForecastQuery(series.name, options.history, _NEXT_DAY, options.quantile)
            rows.append(_row(series.name, list(_tries(series, query, options.tries))))
    print(f"quantile {options.quantile}, on {machine()}\n")
    print(table(rows))


def _tries(series: Series, query: ForecastQuery, most: int) -> Iterator[Try]:
    last = series.times[-1] // HOUR * HOUR - query.horizon.seconds
    first = max(series.times[0] + _FIRST_DAYS * DAY * HOUR, last - (most - 1) * _APART)
    for now in range(last, first - 1, -_APART):
        with measured() as cost:
            said = forecast(series, query, datetime.fromtimestamp(now, UTC))
        past = slots(series, now - query.history.seconds, now)
        if not said.times or past is None or past.end != now:
            continue
        came = slots(series, now, now + query.horizon.seconds)
        actual = np.full(DAY, np.nan)
        if came is not None:
            at = (came.start - now) // HOUR
            actual[at : at + len(came.values)] = np.where(came.known, came.values, np.nan)
            naive = seasonal_naive(DAY, past.values, DAY)
            yield Try(said, actual, last_value(past.values, DAY), naive, cost.cpu * 1000)


def _row(name: str, tries: list[Try]) -> tuple[object, ...]:
    acted = [one for one in tries if one.said.trusted]
    share = f"{len(acted) / len(tries):.0%}" if tries else ""
    if not acted:
        return (name, len(tries), share, *[""] * (len(_COLUMNS) - 3))
    actual = np.stack([one.actual for one in acted])
    known = ~np.isnan(actual)
    upper = np.array([one.said.upper for one in acted])
    wrong = float(np.nansum(np.abs(actual - np.array([one.said.expected for one in acted]))))
    last = float(np.nansum(np.abs(actual - np.stack([one.last for one in acted]))))
    naive = float(np.nansum(np.abs(actual - np.stack([one.naive for one in acted]))))
    peak, bound = np.nanmax(actual, axis=1), upper.max(axis=1)
    return (
        name,
        len(tries),
        share,
        f"{wrong / last:.2f}",
        f"{wrong / naive:.2f}",
        f"{(actual <= upper)[known].mean():.0%}",
        f"{(peak <= bound).mean():.0%}",
        f"{np.median(bound / peak):.2f}",
        f"{median(one.milliseconds for one in acted):.0f}",
        Counter(one.said.model for one in acted).most_common(1)[0][0],
    )


if __name__ == "__main__":
    main()
