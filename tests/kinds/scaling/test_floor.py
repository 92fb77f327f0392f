"""The laws of the floor, for any trusted forecast: it follows the load, keeps its bounds, and comes to rest."""

from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.kinds.scaling.floor import Floor, floor_without, forecast_floor
from ordain.kinds.scaling.model import LoadForecast
from ordain.kinds.scaling.picture import chart_of
from ordain.model.forecast import Forecast, ForecastQuery, Verdict
from ordain.quantities import Duration

QUERY = ForecastQuery("rps", Duration.parse("28d"), Duration.parse("24h"), 0.9)
loads = st.lists(st.floats(0, 1e6), min_size=24, max_size=24)
bears = st.decimals("0.01", "1000", places=2)
bounds = st.tuples(st.integers(1, 50), st.integers(0, 200)).map(lambda pair: (pair[0], pair[0] + pair[1]))
bands = st.fixed_dictionaries({side: st.integers(1, 100).map("{}%".format) for side in ("up", "down")})


def forecast_of(upper: list[float]) -> Forecast:
    """Return a trusted forecast with these upper peaks, after four weeks of the same."""
    half = tuple(value / 2 for value in upper)
    times = tuple(range(0, 24 * 3600, 3600))
    low = (0.0,) * 24
    past = (1.0,) * (28 * 24)
    return Forecast(
        QUERY, Verdict.TRUSTED, "so it was", 3600, times, half, low, tuple(upper), "m", {}, 25, -28 * 86400, past
    )


def floor(upper: list[float], bears: Decimal, bounds: tuple[int, int], current: int | None, **fields: object) -> Floor:
    wish = LoadForecast.model_validate({"series": "rps", **fields})
    return forecast_floor(wish, forecast_of(upper), bears, bounds, current)


situations = st.tuples(bears, bounds, st.none() | st.integers(1, 300))


@given(loads, situations, bands)
def test_the_floor_keeps_its_bounds(upper, situation, deadband) -> None:
    """Whatever is forecast, and whatever is live, it is at least replicas.min and at most replicas.max."""
    least, most = situation[1]
    assert least <= floor(upper, *situation, deadband=deadband).replicas <= most


@given(loads, st.lists(st.floats(0, 1e5), min_size=24, max_size=24), situations, bands)
def test_more_load_never_gives_fewer_replicas(upper, more, situation, deadband) -> None:
    """With the same live state, a forecast that is nowhere lower gives a floor that is not lower."""
    higher = [one + other for one, other in zip(upper, more, strict=True)]
    lower = floor(upper, *situation, deadband=deadband).replicas
    assert lower <= floor(higher, *situation, deadband=deadband).replicas


@given(loads, bears, bounds)
def test_without_a_live_autoscaler_the_pods_bear_the_peak(upper, bears, bounds) -> None:
    """Within the bounds it is exactly the peak by what a pod bears, rounded up."""
    found = floor(upper, bears, bounds, None)
    assert found.needed == ceil(Decimal(str(max(upper))) / bears)
    assert found.replicas == max(min(found.needed, bounds[1]), bounds[0])


@given(loads, situations, bands)
def test_a_floor_that_was_applied_stays(upper, situation, deadband) -> None:
    """Planning again after the sync, on the same forecast, changes nothing: Git comes to rest."""
    first = floor(upper, *situation, deadband=deadband).replicas
    assert floor(upper, *situation[:2], first, deadband=deadband).replicas == first


@given(loads, situations)
def test_advice_changes_nothing(upper, situation) -> None:
    """With `apply: advise` the minimum is the policy's."""
    assert floor(upper, *situation, apply="advise").replicas == situation[1][0]


@pytest.mark.parametrize(
    ("lost", "current", "apply", "left"),
    [
        ((Verdict.STALE, 8), 23, "floor", (23, "the live minReplicas 23 stays until Friday 00:00 UTC")),
        ((Verdict.STALE, 24), 23, "floor", (6, "minReplicas goes from 23 to 6")),
        ((Verdict.STALE, 8), 23, "advise", (6, "minReplicas goes from 23 to 6")),
        ((Verdict.STALE, 8), 99, "floor", (6, "minReplicas goes from 99 to 6")),
        ((Verdict.STALE, 8), 4, "floor", (6, "minReplicas is 6, as without it")),
        ((Verdict.STALE, 8), None, "floor", (6, "minReplicas is 6, as without it")),
        ((Verdict.DOUBTED, 0), 23, "floor", (6, "minReplicas goes from 23 to 6")),
    ],
)
def test_a_floor_that_loses_its_forecast(lost, current, apply, left) -> None:
    """A collector that breaks does not take the floor of its day away; what goes is named with both numbers."""
    verdict, hours = lost
    wish = LoadForecast.model_validate({"series": "rps", "apply": apply})
    found = floor_without(wish, replace(forecast_of([1.0] * 24), verdict=verdict), (6, 30), current, hours * 3600)
    assert (found.replicas, found.fate) == left


def test_the_chart_shows_a_week_and_the_day_ahead() -> None:
    """The recorded week, what is expected, the interval, and what the floor bears: few points, rising times."""
    found = floor([600.0] * 24, Decimal(40), (2, 30), None)
    chart = chart_of(found, "shop/Deployment/checkout: rps")
    assert chart is not None
    assert [line.name for line in chart.lines] == ["recorded", "expected", "15 pods bear 600"]
    assert [len(line.times) for line in chart.lines] == [168, 24, 24]
    assert chart.lines[0].times[-1] + 3600 == chart.lines[1].times[0]
    assert [(band.name, len(band.times)) for band in chart.bands] == [("90% interval", 24)]
    assert found.reason in chart.text
