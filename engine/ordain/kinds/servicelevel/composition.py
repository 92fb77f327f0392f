"""Availability of what is put together: services in a chain, some of several, pods behind one service.

All values are shares from 0 to 1. The products and sums of binomials hold where the parts fail independently; the
floor is Boole's inequality and holds always.
"""

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from math import comb, prod


def serial(parts: Iterable[Decimal]) -> Decimal:
    """Return the availability of a chain whose parts are all needed, failing independently: the product."""
    return prod(parts, start=Decimal(1))


def floor(parts: Iterable[Decimal]) -> Decimal:
    """Return what a chain reaches however its parts' failures fall: 1 - sum(1 - A), at least 0."""
    return max(Decimal(0), 1 - sum((1 - part for part in parts), Decimal(0)))


def at_least(k: int, n: int, each: Decimal) -> Decimal:
    """Return the probability that `k` or more of `n` independent parts are up: a sum of binomial terms.

    The shorter end is summed: one of ten thousand is one term, not ten thousand.
    """
    below = k <= n // 2
    counts = range(k) if below else range(k, n + 1)
    found = sum((comb(n, up) * _power(each, up) * _power(1 - each, n - up) for up in counts), Decimal(0))
    return 1 - found if below else found


def pods_needed(needed: int, each: Decimal, target: Decimal, *, most: int = 1000) -> int | None:
    """Return the fewest pods of which `needed` are up with the probability `target`, or None above `most`."""
    counts = range(needed, most + 1)
    found = bisect_left(counts, True, key=lambda n: at_least(needed, n, each) >= target)  # noqa: FBT003 - what is sought
    return counts[found] if found < len(counts) else None


def _power(share: Decimal, exponent: int) -> Decimal:
    """Raise to a power; what never happens, happening no times, is certain (Decimal refuses 0 to the 0)."""
    return share**exponent if exponent else Decimal(1)
