"""Forecast: what planners ask of the future, answered from the recorded series; each question once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ordain.model.forecast import ForecastQuery, Outlook
from ordain.model.kind import Kind
from ordain.model.live import LiveState
from ordain.model.policy import EffectivePolicy


def forecast(
    effective: Sequence[EffectivePolicy], live: LiveState, kinds: Mapping[str, Kind], now: datetime
) -> Outlook:
    """Answer every question that the kinds have about the policies that hold.

    A question about a series that was not recorded has no answer: whoever asked it says so.
    """
    asked: dict[ForecastQuery, None] = {}
    for policy in effective:
        asked.update(dict.fromkeys(kinds[policy.kind].forecasts(policy, live)))
    known = [query for query in asked if query.series in live.series]
    if not known:
        return Outlook(now, {})
    from ordain.forecasting import forecast as answer  # noqa: PLC0415 - statsmodels takes a second to import

    return Outlook(now, {query: answer(live.series[query.series], query, now) for query in known})
