"""What can be wrong with a forecast: controls on the series that a floor is made from, and on the floor itself."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.scaling.floor import Floor, Footing, amount, floor_of, weekday_hour
from ordain.kinds.scaling.model import ScalingSpec
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.live import LiveState
from ordain.model.policy import EffectivePolicy
from ordain.model.spec import nearest

_UNKNOWN_SERIES: Final = Control("SCL011", "unknown-series", Severity.ERROR)
_NO_CAPACITY: Final = Control("SCL012", "forecast-without-per-replica", Severity.ERROR)
_STALE: Final = Control("SCL013", "stale-series", Severity.WARNING)
_NOT_TRUSTED: Final = Control("SCL014", "forecast-not-trusted", Severity.NOTE)
_ABOVE_MAX: Final = Control("SCL015", "forecast-above-max", Severity.WARNING)

FORECAST_CONTROLS: Final = (_UNKNOWN_SERIES, _NO_CAPACITY, _STALE, _NOT_TRUSTED, _ABOVE_MAX)


def forecasts(evidence: Evidence) -> Iterator[Finding]:
    """Judge the floor of every workload whose policy asks for a forecast."""
    if evidence.live is None:
        return
    for effective in evidence.effective:
        if isinstance(effective.spec, ScalingSpec):
            floor = floor_of(effective, evidence.live, evidence.outlook)
            if floor:
                yield from _judged(effective, floor, evidence.live)


def _judged(effective: EffectivePolicy, floor: Floor, live: LiveState) -> Iterator[Finding]:
    subject, series = effective.subject.ref, floor.series
    match floor.footing:
        case Footing.UNKNOWN_SERIES:
            yield _finding(
                _UNKNOWN_SERIES,
                effective,
                f"no series {series} was recorded for {live.cluster}, so there is no forecast for {subject}",
                _named(series, live),
            )
        case Footing.UNKNOWN_CAPACITY:
            yield _finding(
                _NO_CAPACITY,
                effective,
                f"what one pod of {subject} bears of {series} is not said: no metric of that name has an averageValue",
                "write what one pod bears: forecast: {perReplica: 40}",
            )
        case Footing.STALE:
            yield _finding(
                _STALE,
                effective,
                f"{_why(floor)}: no forecast for {subject}, {floor.fate}",
                "look at what records the series, then plan again",
            )
        case Footing.DOUBTED:
            yield _finding(
                _NOT_TRUSTED,
                effective,
                f"{_why(floor)}: the forecast for {subject} is not applied, {floor.fate}",
                "nothing to do where the load has no pattern; a longer history may help where it has one",
            )
        case Footing.FORECAST:
            yield from _above_max(effective, floor)


def _above_max(effective: EffectivePolicy, floor: Floor) -> Iterator[Finding]:
    most = effective.merged["replicas"]["max"]
    if floor.needed > most:
        bears = amount(floor.bears * most)
        yield _finding(
            _ABOVE_MAX,
            effective,
            f"{effective.subject.ref} needs {floor.needed} pods on {weekday_hour(floor.peak)} by the forecast of "
            f"{floor.series}, and replicas.max is {most}, enough for {bears}",
            "raise spec.replicas.max, with what stands behind it, or shed load before then",
            "replicas",
            "max",
        )


def _named(series: str, live: LiveState) -> str:
    if meant := nearest(series, list(live.series)):
        return f"write {meant}"
    if live.series:
        return f"the recorded series are {', '.join(live.series)}"
    return f"name where the series of {live.cluster} are: spec.clusters[].series in ordain.yaml"


def _why(floor: Floor) -> str:
    return floor.forecast.reason if floor.forecast else floor.reason


def _finding(control: Control, effective: EffectivePolicy, message: str, hint: str, *path: str) -> Finding:
    at = path or ("forecast", "series")
    return Finding.of(
        control,
        message,
        hint=hint,
        where=effective.where(*at),
        subject=effective.subject.ref,
        field=".".join(("spec", *at)),
    )
