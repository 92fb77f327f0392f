"""The floor under an autoscaler: how many pods the forecast of the next day asks for, and whether it is followed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, auto
from math import ceil
from typing import Final

from pydantic import MISSING

from ordain.kinds.scaling.model import (
    LoadForecast,
    Metric,
    ObjectMetric,
    PodsMetric,
    Replicas,
    ResourceMetric,
    ScalingSpec,
)
from ordain.model.forecast import Forecast, ForecastQuery, Outlook, Verdict
from ordain.model.live import LiveState
from ordain.model.objects import ObjectRef
from ordain.model.policy import EffectivePolicy
from ordain.quantities import Duration, parse_quantity

_NEXT_DAY: Final = Duration.parse("24h")


class Footing(Enum):
    """What a floor stands on."""

    UNKNOWN_SERIES = auto()
    UNKNOWN_CAPACITY = auto()
    STALE = auto()
    DOUBTED = auto()
    FORECAST = auto()


@dataclass(frozen=True)
class Floor:
    """What a forecast does to `minReplicas`.

    `replicas` is the minimum to render; `needed` what the forecast asks for before bounds and deadband (0 where there
    is none to follow), at the peak that begins at `peak` (Unix seconds). `bears` is the load that a pod is meant to
    carry, in the series' unit; `reason` has the numbers. `fate` says what becomes of `minReplicas` where the forecast
    is not trusted.
    """

    footing: Footing
    replicas: int
    series: str
    reason: str
    needed: int = 0
    peak: int = 0
    bears: Decimal = Decimal(0)
    fate: str = ""
    forecast: Forecast | None = None


def questions(effective: EffectivePolicy, _live: LiveState) -> Iterator[ForecastQuery]:
    """Ask for the next day of the series that a policy names."""
    wish = _wish(effective)
    if wish is not None:
        yield _query(wish)


def floor_of(effective: EffectivePolicy, live: LiveState, outlook: Outlook) -> Floor | None:
    """Decide on the floor; None where no policy names a series, or where nobody asked for the forecast."""
    wish, spec = _wish(effective), effective.spec
    if wish is None:
        return None
    assert isinstance(spec, ScalingSpec)
    assert isinstance(spec.replicas, Replicas)
    assert isinstance(spec.replicas.max, int)
    series, least = str(wish.series), spec.replicas.min
    capacity = _per_replica(wish, spec)
    if series not in live.series:
        return Floor(Footing.UNKNOWN_SERIES, least, series, "forecast not applied: the series is unknown")
    if capacity is None:
        return Floor(Footing.UNKNOWN_CAPACITY, least, series, "forecast not applied: perReplica is missing")
    forecast = outlook.forecasts.get(_query(wish))
    if forecast is None:
        return None
    bounds, current = (least, spec.replicas.max), _current(effective, live)
    if not forecast.trusted:
        return floor_without(wish, forecast, bounds, current, int(outlook.now.timestamp()))
    return forecast_floor(wish, forecast, capacity * wish.floorUtilization / 100, bounds, current)


def floor_without(
    wish: LoadForecast, forecast: Forecast, bounds: tuple[int, int], current: int | None, now: int
) -> Floor:
    """Return the least, but for the first day in which a series is silent: the live minimum was made for that day.

    So a collector that breaks does not take the floor away before the evening that it was meant for.
    """
    least, most = bounds
    stale = forecast.verdict is Verdict.STALE
    held_until = forecast.past_start + len(forecast.past) * forecast.step + forecast.query.horizon.seconds
    replicas, fate = least, f"minReplicas is {least}, as without it"
    if current is not None and current > least:
        fate = f"minReplicas goes from {current} to {least}"
        if stale and current <= most and now < held_until and wish.apply == "floor":
            replicas, fate = current, f"the live minReplicas {current} stays until {weekday_hour(held_until)}"
    footing = Footing.STALE if stale else Footing.DOUBTED
    reason = f"forecast not applied: {forecast.reason}"
    reason += f", {fate}" if current is not None and current > least else ""
    return Floor(footing, replicas, forecast.query.series, reason, fate=fate, forecast=forecast)


def forecast_floor(
    wish: LoadForecast, forecast: Forecast, bears: Decimal, bounds: tuple[int, int], current: int | None
) -> Floor:
    """Return the floor of a trusted forecast: enough pods for its upper peak, each carrying what it `bears`.

    It stays within `bounds` (least and most), and at the `current` minimum of the live autoscaler where that is near.
    """
    least, most = bounds
    at = max(range(len(forecast.upper)), key=lambda slot: (forecast.upper[slot], -slot))
    needed = ceil(Decimal(str(forecast.upper[at])) / bears)
    wanted = max(min(needed, most), least)
    replicas = _steady(wish, wanted, current, bounds)
    said = [f"{_peak(forecast, at)}, floor {needed} at {amount(bears)} a pod"]
    if wanted != needed:
        said.append(f"replicas.max is {most}" if wanted < needed else f"replicas.min is {least}")
    if replicas != wanted:
        said.append(f"the live {replicas} is within the deadband")
    if wish.apply == "advise":
        said.append(f"advice only: minReplicas stays {least}")
        replicas = least
    reason = f"{', '.join(said)}; {forecast.reason}"
    series = forecast.query.series
    return Floor(Footing.FORECAST, replicas, series, reason, needed, forecast.times[at], bears, forecast=forecast)


def name_of(metric: Metric) -> str:
    """Return the name by which people know a metric."""
    if isinstance(metric, ResourceMetric):
        return metric.resource
    if isinstance(metric, PodsMetric):
        return metric.pods
    return metric.metric if isinstance(metric, ObjectMetric) else metric.external


def weekday_hour(seconds: int) -> str:
    """Write a time as people say it: `Tuesday 18:00 UTC`."""
    return f"{datetime.fromtimestamp(seconds, UTC):%A %H:%M} UTC"


def amount(value: float | Decimal) -> str:
    """Write a load with three digits, or as a whole number where it has more."""
    number = float(value)
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _wish(effective: EffectivePolicy) -> LoadForecast | None:
    spec = effective.spec
    assert isinstance(spec, ScalingSpec)
    return None if spec.forecast is MISSING or spec.forecast.series is MISSING else spec.forecast


def _query(wish: LoadForecast) -> ForecastQuery:
    seasons = () if wish.seasons is MISSING else tuple(Duration.parse(season) for season in wish.seasons)
    return ForecastQuery(str(wish.series), wish.history, _NEXT_DAY, wish.quantile, seasons)


def _per_replica(wish: LoadForecast, spec: ScalingSpec) -> Decimal | None:
    if wish.perReplica is not MISSING:
        return parse_quantity(wish.perReplica)
    for metric in () if spec.metrics is MISSING else spec.metrics:
        if name_of(metric) == wish.series and metric.averageValue is not MISSING:
            return parse_quantity(metric.averageValue)
    return None


def _current(effective: EffectivePolicy, live: LiveState) -> int | None:
    """Return the minimum of the live autoscaler of that name, which a deadband is measured from."""
    ref = effective.subject.ref
    found = live.objects.get(ObjectRef(ref.namespace, "HorizontalPodAutoscaler", ref.name, "autoscaling"))
    value = found.get("spec", "minReplicas") if found else None
    return value if isinstance(value, int) else None


def _steady(wish: LoadForecast, wanted: int, current: int | None, bounds: tuple[int, int]) -> int:
    """Return the live minimum where the wanted one is within the deadband around it, and it within the bounds."""
    least, most = bounds
    if current is None or not least <= current <= most:
        return wanted
    low, high = current * (100 - wish.deadband.down), current * (100 + wish.deadband.up)
    return current if low <= wanted * 100 <= high else wanted


def _peak(forecast: Forecast, at: int) -> str:
    return (
        f"{forecast.query.series}: {weekday_hour(forecast.times[at])} peak {amount(forecast.expected[at])} expected, "
        f"{forecast.query.quantile * 100:g}% up to {amount(forecast.upper[at])}"
    )
