"""Charts to report on (a load with a gap, a forecast and its interval; one line; nothing), and what carries them."""

from math import pi, sin
from typing import Final

from ordain.errors import Span
from ordain.model.chart import Chart, ChartBand, ChartLine, Stroke
from ordain.model.objects import ObjectRef
from ordain.model.plan import Manifest, Recommendation

WEEK: Final = tuple(range(1_793_577_600, 1_793_577_600 + 8 * 86_400, 3_600))  # from Monday, 2 November 2026


def load(time: int) -> float:
    """Give a day with a peak in the evening, in requests a second."""
    return round(900 + 600 * sin(2 * pi * (time % 86_400 / 86_400 - 0.55)), 1)


CHART: Final = Chart(
    "Load and forecast of shop/Deployment/checkout",
    "requests/s",
    "The load peaks at 1,500 requests/s each evening; the forecast for Monday stays below 1,800.",
    (
        ChartLine(
            "observed", WEEK[:168], tuple(None if 60 <= at < 72 else load(time) for at, time in enumerate(WEEK[:168]))
        ),
        ChartLine("forecast", WEEK[167:], tuple(map(load, WEEK[167:])), Stroke.DASHED),
        ChartLine("capacity", WEEK, (2000.0,) * len(WEEK)),
    ),
    (
        ChartBand(
            "90% interval",
            WEEK[167:],
            tuple(load(t) * 0.8 for t in WEEK[167:]),
            tuple(load(t) * 1.2 for t in WEEK[167:]),
        ),
    ),
)
MEMORY: Final = Chart(
    "Memory of one pod",
    "bytes",
    "The working set stays near 1.5 GiB.",
    (ChartLine("working set", WEEK, tuple(1.5 * 2**30 + load(time) * 2**16 for time in WEEK)),),
)
EMPTY: Final = Chart("Errors", "errors/s", "Nothing was recorded.", (ChartLine("errors", (), ()),))


def manifest(ref: ObjectRef, subject: ObjectRef, *charts: Chart) -> Manifest:
    """Make a rendered object with the pictures of its recommendation."""
    wanted = Recommendation(
        row="scaling",
        template="hpa.yaml",
        expects=ref.group_kind,
        subject=subject,
        name=ref.name,
        values={},
        reason="3 to 40 pods, 70% of the cpu request",
        set_by={},
        policies=("ScalingPolicy/checkout",),
        where=Span("policies/shop.yaml", 8, 3),
        charts=charts,
    )
    return Manifest(ref, {}, "", f"{ref.name}.yaml", wanted, lambda _: Span("hpa.yaml", 1, 1))
