"""Error budgets in exact decimals, and the burn rates that alert on them.

Sources: the multi-window alerts of Google's SRE Workbook, chapter 5 (1h/5m, 6h/30m, 3d/6h), and the 1d/2h pair of its
example code. For 7d the factors are those of a budget share of 8, 12.5, 20 and 42 % (the last rounded up to 1, below
which an objective that is met would alert).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ordain.quantities import Duration

_WORDS: Final = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Tier:
    """One urgency: it fires while both windows burn more than `factor` times what the objective allows."""

    name: str
    long: Duration
    short: Duration
    factor: Decimal
    severity: str


def _tiers(*factors: str) -> tuple[Tier, ...]:
    windows = (("1h", "5m"), ("6h", "30m"), ("1d", "2h"), ("3d", "6h"))
    severities = ("critical", "critical", "warning", "warning")
    return tuple(
        Tier(f"P{number}", Duration.parse(long), Duration.parse(short), Decimal(factor), severity)
        for number, ((long, short), factor, severity) in enumerate(zip(windows, factors, severities, strict=True))
    )


_LONG: Final = _tiers("14.4", "6", "3", "1")
_WEEK: Final = _tiers("13.44", "3.5", "1.4", "1")


@dataclass(frozen=True, slots=True)
class Budget:
    """What an objective allows: `target` in percent (99.95) over a rolling `window`."""

    target: Decimal
    window: Duration

    @property
    def share(self) -> Decimal:
        """The share of events that may be bad: 0.0005 for 99.95 %."""
        return 1 - self.target / 100

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The urgencies that can fire: where `factor` times the budget is 1 or more, no error rate exceeds it."""
        return tuple(tier for tier in self.all_tiers if tier.factor * self.share < 1)

    @property
    def all_tiers(self) -> tuple[Tier, ...]:
        """The urgencies for this window, whether they can fire or not."""
        return _WEEK if self.window <= Duration.parse("7d") else _LONG

    @property
    def outage(self) -> Decimal:
        """The seconds of full outage that spend all of it, at even traffic."""
        return self.window.seconds * self.share


def plain(number: Decimal) -> str:
    """Write a decimal exactly, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(seconds: Decimal) -> str:
    """Write seconds as people say them, exactly: `21 min 36 s`, `4 min 19.2 s`."""
    parts = []
    rest = seconds
    for size, unit in _WORDS:
        count = rest if size == 1 else rest // size
        if count:
            parts.append(f"{plain(count)} {unit}")
        rest -= count * size
    return " ".join(parts) or "0 s"


def compact(duration: Duration) -> str:
    """Write a duration as PromQL and policies do, in the largest unit that is whole: `1h`, `30m`, `3d`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if duration.seconds and duration.seconds % size == 0:
            return f"{duration.seconds // size}{unit}"
    return f"{duration.seconds}s"
