"""Quantities with a unit: Kubernetes quantities, durations, percentages; times as text.

Sources: k8s.io/apimachinery `pkg/api/resource/quantity.go` (suffixes, rounding up below nano) and
`metav1.Duration` (Go's `time.ParseDuration`).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Context, Decimal
from fractions import Fraction
from math import ceil

_QUANTITY = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?[0-9]+))?")
_BINARY = {suffix: 1024 ** (power + 1) for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_NANO = Decimal("1e-9")
_CAP = Decimal(2**63 - 1)
_LARGEST_EXPONENT = 40
_LONGEST = 400
_EXACT = Context(prec=500)

_GO_DURATION = re.compile(r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+")
_GO_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_GO_UNIT = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}

_POLICY_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_quantity(value: object) -> Decimal:
    """Read a Kubernetes quantity (`250m`, `1.5Gi`, `1e3`, 2) exactly, as the server does.

    What is finer than nano is rounded away from zero, and with a binary suffix nothing is beyond 2^63 - 1. Raises
    ValueError when `value` is no quantity.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no quantity")  # noqa: TRY004 - any value of a manifest may come here
    match = _QUANTITY.fullmatch(str(value))
    if match is None:
        raise ValueError(f"{value!r} is no quantity")
    number, suffix, exponent = match.groups()
    if len(number) > _LONGEST or (exponent is not None and abs(int(exponent)) > _LARGEST_EXPONENT):
        raise ValueError(f"{value!r} is out of range")
    amount = Decimal(number)
    if suffix in _BINARY:
        amount = _EXACT.multiply(amount, _BINARY[suffix])
    elif suffix is not None or exponent is not None:
        amount = amount.scaleb(_DECIMAL[suffix] if suffix else int(exponent), _EXACT)
    rounded = amount.quantize(_NANO, ROUND_UP, _EXACT)
    if rounded != amount:
        amount = rounded
    if suffix in _BINARY:
        amount = max(min(amount, _CAP), -_CAP)
    return amount


def parse_go_duration(value: str) -> int:
    """Read a Go duration (`8760h0m0s`) as nanoseconds; raises ValueError when it is none."""
    if value in ("0", "+0", "-0"):
        return 0
    if not _GO_DURATION.fullmatch(value):
        raise ValueError(f"{value!r} is no duration")
    total = sum((Fraction(number) * _GO_UNIT[unit] for number, unit in _GO_PART.findall(value)), Fraction(0))
    return int(-total if value.startswith("-") else total)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in whole seconds, written `30s`, `5m`, `24h` or `28d` in policies."""

    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read `30s`, `5m`, `24h`, `28d`; raises ValueError."""
        number, unit = text[:-1], text[-1:]
        if unit not in _POLICY_UNIT or not number.isascii() or not number.isdigit():
            raise ValueError(f"{text!r} is no duration")
        return cls(int(number) * _POLICY_UNIT[unit])


def parse_percent(text: str) -> int:
    """Read a whole percentage such as `70%`; raises ValueError."""
    if not text.endswith("%") or not text[:-1].isascii() or not text[:-1].isdigit():
        raise ValueError(f"{text!r} is no percentage")
    return int(text[:-1])


def utc_text(moment: datetime) -> str:
    """Write a time of UTC as ISO 8601: `2026-11-24T18:00:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")


def scaled_up(value: int | str, total: int) -> int:
    """Resolve an int-or-percent against `total`, percentages rounded up.

    That is how the PodDisruptionBudget controller reads both of its fields, and Deployments `maxSurge`
    (`intstr.GetScaledValueFromIntOrPercent` with roundUp). Raises ValueError.
    """
    if isinstance(value, int):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no count and no percentage")  # noqa: TRY004 - any value of a manifest may come
    return ceil(Fraction(parse_percent(value) * total, 100))
