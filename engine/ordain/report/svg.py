"""Draws a picture as SVG within a page: no script, no style of its own, the same bytes for the same data.

Colours and sizes of text come from the page's style sheet by class, so that they follow its light or dark scheme
and the width of the screen. Letters name the lines as well, so that no meaning hangs on a colour.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import isfinite
from string import ascii_uppercase
from typing import Final, TypeGuard

from ordain.model.chart import Chart, ChartBand, ChartLine
from ordain.report.axes import time_ticks, value_ticks
from ordain.report.escapes import xml

WIDTH: Final = 640
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, WIDTH - 4, 30, HEIGHT - 40
_EDGE: Final = 40
_COLOURS: Final = 6
_LARGEST: Final = 1e18
_Point = tuple[float, float]


class _Frame:
    """Where a time and a value are on the picture; only finite values of a sensible size can be drawn."""

    def __init__(self, chart: Chart) -> None:
        times = [time for line in chart.lines for time in line.times]
        times += [time for band in chart.bands for time in band.times]
        values = [value for line in chart.lines for value in line.values if _drawable(value)]
        values += [value for band in chart.bands for value in (*band.lower, *band.upper) if _drawable(value)]
        self.empty = not values
        self.start = min(times, default=0)
        self.end = max([*times, self.start + 60])
        self.times = [] if self.empty else time_ticks(self.start, self.end)
        self.values = value_ticks(min([0.0, *values]), max([0.0, *values]), chart.unit)

    def x(self, time: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (time - self.start) / (self.end - self.start)

    def y(self, value: float) -> float:
        low, high = self.values[0][0], self.values[-1][0]
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)


def _drawable(value: float | None) -> TypeGuard[float]:
    return value is not None and isfinite(value) and abs(value) <= _LARGEST


def letters(chart: Chart) -> list[tuple[str, str, str]]:
    """Return letter, class and name of each line and band, for the legend; a band has the colour of its line."""
    lines = [(f"line c{index % _COLOURS} {line.stroke}", line.name) for index, line in enumerate(chart.lines)]
    bands = [(f"band c{_colour(chart, index)}", band.name) for index, band in enumerate(chart.bands)]
    return [(_letter(index), style, name) for index, (style, name) in enumerate([*lines, *bands])]


def _letter(index: int) -> str:
    return ascii_uppercase[index % 26] + (str(index // 26) if index >= 26 else "")


def _colour(chart: Chart, band: int) -> int:
    """Give a band the colour of the line over the same times, else the next free one."""
    own = [index for index, line in enumerate(chart.lines) if line.times == chart.bands[band].times]
    return (own[-1] if own else len(chart.lines) + band) % _COLOURS


def svg(chart: Chart, name: str) -> str:
    """Draw a picture of 640 by 300 units; `name` is an id that nothing else in the page has."""
    frame = _Frame(chart)
    styles = letters(chart)
    title, text = xml(chart.title), xml(chart.text)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}/t {name}/d">',
        f'<title id="{name}/t">{title}</title><desc id="{name}/d">{text}</desc>',
        *_grid(frame),
    ]
    if frame.empty:
        parts.append(f'<text class="tick" x="{WIDTH // 2}" y="{HEIGHT // 2}" text-anchor="middle">no values</text>')
    count = len(chart.lines)
    for band, (_, style, _) in zip(chart.bands, styles[count:], strict=True):
        parts.append(f'<path class="{style}" d="{_band(band, frame)}"/>')
    for line, (_, style, _) in zip(chart.lines, styles, strict=False):
        parts.append(f'<path class="{style}" d="{_line(line, frame)}"/>')
    parts += _ticks(frame)
    parts += [_mark(points, letter, index, len(styles)) for index, (points, letter) in enumerate(_named(chart, frame))]
    return "".join([*parts, "</svg>"])


def _grid(frame: _Frame) -> Iterator[str]:
    for value, _ in frame.values:
        yield f'<path class="grid" d="M{_LEFT} {_digits(frame.y(value))}H{_RIGHT}"/>'
    for index, (time, _) in enumerate(frame.times):
        yield f'<path class="grid{_minor(index)}" d="M{_digits(frame.x(time))} {_BOTTOM}v6"/>'


def _ticks(frame: _Frame) -> Iterator[str]:
    """Write the texts of both axes, over the lines; every other time is left out on a phone."""
    for value, text in frame.values:
        yield f'<text class="tick" x="{_LEFT}" y="{_digits(frame.y(value) - 4)}">{text}</text>'
    for index, (time, text) in enumerate(frame.times):
        x = frame.x(time)
        side = "start" if x < _LEFT + _EDGE else "end" if x > _RIGHT - _EDGE else "middle"
        place = f'x="{_digits(x)}" y="{HEIGHT - 10}" text-anchor="{side}"'
        yield f'<text class="tick{_minor(index)}" {place}>{text}</text>'


def _minor(index: int) -> str:
    return " minor" if index % 2 else ""


def _line(line: ChartLine, frame: _Frame) -> str:
    return "".join(map(_path, _runs(line, frame)))


def _runs(line: ChartLine, frame: _Frame) -> Iterator[list[_Point]]:
    """Return the points between gaps; a point alone becomes a short dash."""
    pairs = zip(line.times, line.values, strict=True)
    for drawable, run in groupby(pairs, key=lambda pair: _drawable(pair[1])):
        if drawable:
            points = _thinned((frame.x(time), frame.y(value)) for time, value in run if value is not None)
            yield points if len(points) > 1 else [points[0], (points[0][0] + 1, points[0][1])]


def _band(band: ChartBand, frame: _Frame) -> str:
    edges = zip(band.times, band.lower, band.upper, strict=True)
    inside = [edge for edge in edges if _drawable(edge[1]) and _drawable(edge[2])]
    upper = _thinned((frame.x(time), frame.y(value)) for time, _, value in inside)
    lower = _thinned((frame.x(time), frame.y(value)) for time, value, _ in inside)
    return f"{_path([*upper, *reversed(lower)])}Z" if inside else ""


def _thinned(points: Iterable[_Point]) -> list[_Point]:
    """Keep of each unit of width the first, lowest, highest and last point: more cannot be seen."""
    kept: list[_Point] = []
    for _, column in groupby(points, key=lambda point: int(point[0])):
        found = list(column)
        shown = {0, len(found) - 1}
        shown |= {min(range(len(found)), key=lambda index: found[index][1])}
        shown |= {max(range(len(found)), key=lambda index: found[index][1])}
        kept += [found[index] for index in sorted(shown)]
    return kept


def _named(chart: Chart, frame: _Frame) -> Iterator[tuple[Sequence[_Point], str]]:
    for index, line in enumerate(chart.lines):
        yield [point for run in _runs(line, frame) for point in run], _letter(index)
    for index, band in enumerate(chart.bands, len(chart.lines)):
        edges = zip(band.times, band.upper, strict=True)
        yield [(frame.x(time), frame.y(value)) for time, value in edges if _drawable(value)], _letter(index)


def _mark(points: Sequence[_Point], letter: str, index: int, count: int) -> str:
    """Write a letter above a line, each at another share of its width, so that letters rarely meet."""
    if not points:
        return ""
    x, y = points[len(points) * (index + 1) // (count + 1)]
    x = min(max(x, _LEFT + 10), _RIGHT - 10)
    return f'<text class="mark" x="{_digits(x)}" y="{_digits(max(y - 6, 16))}" text-anchor="middle">{letter}</text>'


def _path(points: Sequence[_Point]) -> str:
    return "M" + "L".join(f"{_digits(x)} {_digits(y)}" for x, y in points)


def _digits(number: float) -> str:
    """Write a length with at most one digit after the point; never `-0`."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
