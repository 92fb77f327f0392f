"""The picture of a forecast: the last week, the next day with its interval, and what the floor bears."""

from typing import Final

from ordain.kinds.scaling.floor import Floor, amount
from ordain.model.chart import Chart, ChartBand, ChartLine, Stroke
from ordain.model.forecast import Forecast

_SHOWN: Final = 7 * 24
"""The recorded slots that are shown, one an hour."""


def chart_of(floor: Floor, title: str) -> Chart | None:
    """Draw what a floor was decided on; None where nothing was recorded. At most some 200 points a line."""
    forecast = floor.forecast
    if forecast is None or not forecast.past:
        return None
    past = forecast.past[-_SHOWN:]
    end = forecast.past_start + len(forecast.past) * forecast.step
    recorded = ChartLine("recorded", tuple(range(end - len(past) * forecast.step, end, forecast.step)), past)
    lines = (recorded, *_ahead(floor, forecast)) if forecast.times else (recorded,)
    band = ChartBand(f"{forecast.query.quantile * 100:g}% interval", forecast.times, forecast.lower, forecast.upper)
    return Chart(title, floor.series, floor.reason, lines, (band,) if forecast.times else ())


def _ahead(floor: Floor, forecast: Forecast) -> tuple[ChartLine, ...]:
    expected = ChartLine("expected", forecast.times, forecast.expected, Stroke.DASHED)
    if not floor.bears:
        return (expected,)
    load = float(floor.bears * floor.replicas)
    name = f"{floor.replicas} pods bear {amount(load)}"
    return expected, ChartLine(name, forecast.times, (load,) * len(forecast.times))
