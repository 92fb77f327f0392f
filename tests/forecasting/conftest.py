"""Made-up loads for the tests of the forecast: a day's shape, a little chance, the same on every machine."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ordain.model.live import Series

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOUR = 3600
SHAPE = (14, 9, 6, 5, 5, 8, 16, 30, 44, 55, 62, 67, 74, 70, 63, 61, 65, 73, 84, 95, 100, 92, 63, 32)

Load = Callable[..., Series]


def series(name: str, values: list[float | None], *, end: datetime = NOW, step: int = HOUR) -> Series:
    """Return a series whose last point is one step before `end`."""
    last = int(end.timestamp())
    return Series(name, tuple(range(last - len(values) * step, last, step)), tuple(values))


@pytest.fixture(scope="session")
def made() -> Callable[..., Series]:
    """Give the function that makes a series of values."""
    return series


@pytest.fixture(scope="session")
def load() -> Load:
    """Give a function that returns hours of a daily load, with some noise (a share) and growth (a share a day)."""

    def loaded(days: int = 14, *, peak: float = 600.0, noise: float = 0.03, growth: float = 0.0) -> Series:
        chance, values = 7, []
        for hour in range(days * 24):
            chance = (chance * 1103515245 + 12345) % 2**31
            level = peak * (1 + growth * hour / 24) * (1 + noise * (2 * chance / 2**31 - 1))
            values.append(level * SHAPE[hour % 24] / 100)
        return series("load", values)

    return loaded


@pytest.fixture
def lottery() -> Series:
    """Return a week of hours without any pattern."""
    chance, values = 7, []
    for _ in range(7 * 24):
        chance = (chance * 1103515245 + 12345) % 2**31
        values.append(600 * (chance / 2**31) ** 3)
    return series("lottery", values)
