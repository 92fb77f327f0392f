"""Pictures: round axes, gaps, and data of any size in a few kilobytes."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.model.chart import Chart, ChartBand, ChartLine, Stroke
from ordain.report.axes import time_ticks, value_ticks
from ordain.report.svg import HEIGHT, WIDTH, letters, svg

VALUES = st.none() | st.floats()


def _chart(times: tuple[int, ...], values: tuple[float | None, ...]) -> Chart:
    return Chart("Load", "requests/s", "It rises.", (ChartLine("observed", times, values),))


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("low", "high", "unit", "texts"),
    [
        (0, 3, "cores", ["0", "1", "2", "3"]),
        (0, 0.25, "cores", ["0", "0.1", "0.2", "0.3"]),
        (0, 1800, "requests/s", ["0", "0.5k", "1.0k", "1.5k", "2.0k"]),
        (0, 3 * 2**30, "bytes", ["0", "1Gi", "2Gi", "3Gi"]),
        (-4, 5, "", ["-5", "0", "5"]),
        (-5e-324, 0, "errors/s", ["-0.5", "0", "0.5", "1.0"]),
        (0, 0, "errors/s", ["0", "0.5", "1.0"]),
    ],
)
def test_values_have_round_ticks(low: float, high: float, unit: str, texts: list[str]) -> None:
    """An axis of values counts in 1, 2 or 5, with the prefix that people use for the unit."""
    assert [text for _, text in value_ticks(low, high, unit)] == texts


@pytest.mark.parametrize(
    ("start", "end", "texts"),
    [
        ("2026-11-23T17:40", "2026-11-23T20:10", ["18:00", "18:30", "19:00", "19:30", "20:00"]),
        ("2026-11-23T20:00", "2026-11-24T08:00", ["21:00", "24 Nov", "03:00", "06:00"]),
        ("2026-11-20T00:00", "2026-11-24T00:00", ["20 Nov", "21 Nov", "22 Nov", "23 Nov", "24 Nov"]),
        ("2026-11-01T00:00", "2026-11-30T00:00", ["2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]),
        (
            "2024-01-01T00:00",
            "2026-01-01T00:00",
            ["15 Apr 2024", "30 Sep 2024", "17 Mar 2025", "1 Sep 2025"],
        ),
    ],
)
def test_times_have_round_ticks(start: str, end: str, texts: list[str]) -> None:
    """An axis of time counts in whole minutes, hours, days or weeks, and names midnight by its day."""
    assert [text for _, text in time_ticks(_at(start), _at(end))] == texts


@given(st.integers(0, 2**33), st.integers(60, 2**31))
def test_ticks_of_time_are_few_and_inside(start: int, length: int) -> None:
    """Whatever the span, there are at most seven times, and none outside."""
    times = [time for time, _ in time_ticks(start, start + length)]
    assert len(times) <= 7
    assert all(start <= time <= start + length for time in times)


@given(st.floats(-1e18, 0), st.floats(0, 1e18))
def test_ticks_of_values_enclose_the_data(low: float, high: float) -> None:
    """Whatever the values, a few round ones enclose them and rise."""
    values = [value for value, _ in value_ticks(low, high, "bytes")]
    assert values[0] <= low or abs(low) < high * 1e-12
    assert values[-1] >= high or high < -low * 1e-12
    assert 2 <= len(values) <= 7
    assert values == sorted(set(values))


@given(st.lists(VALUES, max_size=50), st.lists(st.tuples(st.floats(), st.floats()), max_size=20))
def test_any_data_can_be_drawn(values: list[float | None], edges: list[tuple[float, float]]) -> None:
    """Gaps, infinities, huge and lone values give valid SVG with every point inside the picture."""
    times = tuple(range(0, 300 * len(values), 300))
    lower, upper = ([edge[side] for edge in edges] for side in (0, 1))
    band = ChartBand("interval", tuple(range(len(edges))), tuple(lower), tuple(upper))
    chart = Chart("<&>", "B", "a\x00b", (ChartLine("l", times, tuple(values), Stroke.DASHED),), (band,))
    drawn = svg(chart, "p")
    root = ET.fromstring(drawn)
    assert "-0 " not in drawn
    for path in root.iter("path"):
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", path.attrib["d"])]
        assert all(0 <= number <= max(WIDTH, HEIGHT) for number in numbers)


def test_a_gap_is_a_gap() -> None:
    """Where nothing was measured no line is drawn; a value alone is a short dash."""
    drawn = svg(_chart((0, 60, 120, 180, 240), (1.0, 2.0, None, 3.0, None)), "p")
    line = re.search(r'class="line[^>]* d="([^"]+)"', drawn)
    assert line is not None
    assert line.group(1).count("M") == 2


def test_without_values_it_says_so() -> None:
    """An empty picture says that it is empty."""
    assert "no values" in svg(_chart((), ()), "p")


def test_a_year_of_minutes_stays_small() -> None:
    """The size hangs on the width of the picture, not on the number of values; an outlier stays."""
    times = tuple(range(0, 365 * 86_400, 60))
    values = (*(float(time % 7919) for time in times[:-1]), 20_000.0)
    drawn = svg(_chart(times, values), "p")
    assert len(drawn) < 60_000
    assert ">20k<" in drawn


def test_it_can_be_read_without_seeing_it() -> None:
    """Title and description stand in the picture, and letters tell the lines apart without colour."""
    band = ChartBand("interval", (0, 60), (0.5, 1.0), (2.0, 3.0))
    chart = Chart("Load", "cores", "It rises.", (ChartLine("load", (0, 60), (1.0, 2.0)),), (band,))
    root = ET.fromstring(svg(chart, "p"))
    named = {part.attrib["id"]: part.text for part in root if "id" in part.attrib}
    assert [named[name] for name in root.attrib["aria-labelledby"].split()] == ["Load", "It rises."]
    assert root.attrib["role"] == "img"
    assert [letter for letter, _, _ in letters(chart)] == [
        part.text for part in root.iter("text") if part.attrib["class"] == "mark"
    ]
