"""Quantities and durations are read as Kubernetes reads them.

The tables hold the answers of `resource.ParseQuantity` (k8s.io/apimachinery v0.34.1, exact value) and of Go's
`time.ParseDuration` (nanoseconds); ERR where they refuse a text.
"""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.quantities import Duration, parse_go_duration, parse_percent, parse_quantity, scaled_up


def rows(name: str) -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [(text, answer) for text, _, answer in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize(("text", "answer"), rows("quantities.tsv"))
def test_a_quantity_is_read_as_the_server_reads_it(text: str, answer: str) -> None:
    """Value by value what apimachinery says, refusals included."""
    if answer == "ERR":
        with pytest.raises(ValueError, match="quantity"):
            parse_quantity(text)
    else:
        assert parse_quantity(text) == Decimal(answer)


@pytest.mark.parametrize(("text", "answer"), rows("durations.tsv"))
def test_a_duration_is_read_as_go_reads_it(text: str, answer: str) -> None:
    """Value by value what Go says, refusals included."""
    if answer == "ERR":
        with pytest.raises(ValueError, match="duration"):
            parse_go_duration(text)
    else:
        assert parse_go_duration(text) == int(answer)


@pytest.mark.parametrize(
    ("one", "other"), [("1000m", "1"), ("1.25G", "1250M"), ("1024Mi", "1Gi"), ("1e3", "1k"), (1, "1"), (0.5, "500m")]
)
def test_quantities_are_equal_by_value(one: object, other: object) -> None:
    """How a quantity is written does not matter."""
    assert parse_quantity(one) == parse_quantity(other)


@pytest.mark.parametrize(("one", "other"), [("1Gi", "1G"), ("1m", "1M"), ("1", "1n"), ("1E", "1e")])
def test_quantities_that_look_alike_are_not_equal(one: str, other: str) -> None:
    """A suffix is not another one."""
    values = []
    for text in (one, other):
        try:
            values.append(parse_quantity(text))
        except ValueError:
            values.append(None)
    assert values[0] != values[1]


@pytest.mark.parametrize(
    "value", [None, True, False, [], {}, "", "\uff11", "1\n", float("nan"), float("inf"), "9" * 1000]
)
def test_what_is_no_quantity_is_refused(value: object) -> None:
    """Any value of a manifest may come here: it is a ValueError, never another one."""
    with pytest.raises(ValueError, match=r"quantity|range"):
        parse_quantity(value)


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from(["m", "", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_a_suffix_multiplies(number: int, suffix: str) -> None:
    """The value is the number times the suffix, exactly; binary ones stop at 2^63 - 1."""
    factor = {"m": Decimal("0.001"), "": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
    expected = number * Decimal(factor[suffix])
    if suffix.endswith("i"):
        expected = max(min(expected, Decimal(2**63 - 1)), -Decimal(2**63 - 1))
    assert parse_quantity(f"{number}{suffix}") == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.eE+-kKMGTPimnuEi ", max_size=12))
def test_any_text_is_a_quantity_or_a_value_error(text: str) -> None:
    """No text brings another exception, and what is read is finite."""
    with suppress(ValueError):
        assert parse_quantity(text).is_finite()


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("24h", 86400), ("28d", 2419200), ("0s", 0)])
def test_a_policys_duration(text: str, seconds: int) -> None:
    """One number and one unit."""
    assert Duration.parse(text) == Duration(seconds)


@pytest.mark.parametrize("text", ["", "s", "5", "1h30m", "-5m", "1.5h", "5 m", "\uff15m", "5w", "5M"])
def test_what_is_no_duration_of_a_policy(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="duration"):
        Duration.parse(text)


@pytest.mark.parametrize(("text", "percent"), [("70%", 70), ("0%", 0), ("100%", 100)])
def test_a_percentage(text: str, percent: int) -> None:
    """A whole number and the sign."""
    assert parse_percent(text) == percent


@pytest.mark.parametrize("text", ["", "%", "70", "7.5%", "-5%", " 5%", "\u0665%"])
def test_what_is_no_percentage(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="percentage"):
        parse_percent(text)


@pytest.mark.parametrize(
    ("value", "total", "pods"), [(2, 7, 2), ("50%", 7, 4), ("25%", 4, 1), ("25%", 5, 2), ("1%", 1, 1), ("0%", 9, 0)]
)
def test_a_share_is_rounded_up(value: int | str, total: int, pods: int) -> None:
    """As the PodDisruptionBudget controller and a Deployment's surge round."""
    assert scaled_up(value, total) == pods
