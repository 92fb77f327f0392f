"""Budgets, burn rates and availabilities: exact decimals, and the numbers of the literature."""

import time
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ordain.kinds.servicelevel.budget import Budget, in_words, plain
from ordain.kinds.servicelevel.composition import at_least, floor, pods_needed, serial
from ordain.quantities import Duration

shares = st.integers(0, 10_000).map(lambda number: Decimal(number) / 10_000)


@pytest.mark.parametrize(
    ("target", "window", "expected"),
    [
        ("99.95", "30d", "21 min 36 s"),
        ("99.9", "28d", "40 min 19.2 s"),
        ("99.99", "30d", "4 min 19.2 s"),
        ("99.999", "30d", "25.92 s"),
        ("99", "7d", "1 h 40 min 48 s"),
        ("50", "90d", "45 d"),
    ],
)
def test_a_budget_in_words_is_exact(target: str, window: str, expected: str) -> None:
    """The time of a full outage has no rounding in it."""
    assert in_words(Budget(Decimal(target), Duration.parse(window)).outage) == expected


@pytest.mark.parametrize(
    ("target", "tiers"),
    [
        ("93.06", "P0 P1 P2 P3"),
        ("93.05", "P1 P2 P3"),
        ("83.34", "P1 P2 P3"),
        ("83.33", "P2 P3"),
        ("66.66", "P3"),
        ("1", "P3"),
    ],
)
def test_a_tier_that_cannot_fire_is_known(target: str, tiers: str) -> None:
    """Below 93.06 % no error rate is 14.4 times the budget, below 83.33 % none is 6 times."""
    assert " ".join(tier.name for tier in Budget(Decimal(target), Duration.parse("30d")).tiers) == tiers


def test_a_share_is_printed_without_noise() -> None:
    """The limit of an alert is the product of decimals: 0.0144, not 0.014399999999999183."""
    budget = Budget(Decimal("99.9"), Duration.parse("30d"))
    assert [plain(tier.factor * budget.share) for tier in budget.tiers] == ["0.0144", "0.006", "0.003", "0.001"]


def test_the_known_chain() -> None:
    """99.95 x 99.99 x 99.9 is 99.84 %, and at least 99.84 % however they fail."""
    parts = [Decimal("0.9995"), Decimal("0.9999"), Decimal("0.999")]
    assert serial(parts) == Decimal("0.99840064995")
    assert floor(parts) == Decimal("0.9984")


@given(st.lists(shares, max_size=6))
def test_a_chain_is_between_its_floor_and_its_weakest_part(parts: list[Decimal]) -> None:
    """Independence is never worse than the floor, and no chain is better than its weakest part."""
    assert floor(parts) <= serial(parts) <= min(parts, default=Decimal(1))


@example(Decimal(0), 1, 1)
@example(Decimal(1), 2, 3)
@given(shares, st.integers(1, 4), st.integers(1, 4))
def test_some_of_several_is_what_counting_gives(each: Decimal, k: int, n: int) -> None:
    """The sum of binomial terms is the sum over all ways in which the parts can be up or down."""
    ways = [ups for ups in product([True, False], repeat=n) if sum(ups) >= k]
    counted = sum((serial([each if up else 1 - each for up in ups]) for ups in ways), Decimal(0))
    assert abs(at_least(k, n, each) - counted) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("needed", "each", "target", "pods"),
    [
        (1, "0.99", "0.9999", 2),
        (1, "0.99", "0.99", 1),
        (2, "0.99", "0.9995", 3),
        (4, "0.99", "0.9999", 6),
        (1, "0.5", "0.9999999999", 34),
        (3, "0.00000001", "0.9", None),
    ],
)
def test_the_pods_that_a_promise_needs(needed: int, each: str, target: str, pods: int | None) -> None:
    """One of two pods at 99 % is up 99.99 % of the time; None stands for no sensible number."""
    assert pods_needed(needed, Decimal(each), Decimal(target)) == pods


def test_ten_thousand_pods_are_judged_in_a_moment() -> None:
    """A large minReplicas is no reason for a plan to stand still: only the short end of the sum is walked."""
    begun = time.process_time()
    assert at_least(1, 10_000, Decimal("0.99")) == 1
    assert time.process_time() - begun < 1
