"""A picture as data: a report format draws it, one that cannot says its `text`."""

from dataclasses import dataclass
from enum import StrEnum


class Stroke(StrEnum):
    """How a line is drawn."""

    SOLID = "solid"
    DASHED = "dashed"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One line: `times` in Unix seconds, rising; a value per time, None where there is none."""

    name: str
    times: tuple[int, ...]
    values: tuple[float | None, ...]
    stroke: Stroke = Stroke.SOLID


@dataclass(frozen=True, slots=True)
class ChartBand:
    """An interval over time, such as that of a forecast."""

    name: str
    times: tuple[int, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of values over time; `unit` is that of the values, `text` says what it shows to who cannot see it."""

    title: str
    unit: str
    text: str
    lines: tuple[ChartLine, ...]
    bands: tuple[ChartBand, ...] = ()
