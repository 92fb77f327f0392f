"""What may be written for a target, a threshold and a selector, and what is refused with which words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ordain.kinds.servicelevel.model import Latency, Matchers, MetricSelector, Target
from ordain.kinds.servicelevel.promql import Selector, bucket
from ordain.kubeyaml import POLICIES, read


def refusal(kind: object, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return str(caught.value.errors()[0]["msg"])


@given(st.decimals(min_value="0.00000001", max_value="99.99999999", places=8))
def test_a_target_is_the_decimal_that_was_written(target: Decimal) -> None:
    """With and without quotes, whatever a float makes of it on the way: the same digits come out."""
    text = f"{target:f}".rstrip("0").rstrip(".")
    for written in (text, f'"{text}"'):
        (document,) = read(f"target: {written}\n".encode(), "x", POLICIES).documents
        assert TypeAdapter(Target).validate_python(document.value["target"]) == Decimal(text)


@pytest.mark.parametrize(
    "value", [0, 100, "100", -1, 99.123456789, "99,9", "99.9%", True, None, "1e1", "0.0", 1e-9, ".5"]
)
def test_what_is_no_target_is_refused(value: object) -> None:
    """All of it must be good is no objective, nothing either; a wrong form is no guess."""
    assert refusal(Target, value).startswith("a percentage above 0 and below 100")


@pytest.mark.parametrize(("text", "seconds"), [("300ms", "0.3"), ("1s", "1"), ("2500ms", "2.5"), ("1m", "60")])
def test_a_threshold_is_exact_seconds(text: str, seconds: str) -> None:
    """A bucket's bound is a decimal."""
    assert TypeAdapter(Latency).validate_python(text) == Decimal(seconds)


@pytest.mark.parametrize("value", ["300", 300, "0ms", "1h", "-1s", "1.5s", ""])
def test_what_is_no_threshold_is_refused(value: object) -> None:
    """A number needs its unit."""
    assert refusal(Latency, value).startswith("a time is needed")


@pytest.mark.parametrize(
    ("seconds", "matcher"),
    [("0.3", 'le="0.3"'), ("1", 'le=~"1|1\\\\.0"'), ("2.50", 'le="2.5"'), ("60", 'le=~"60|60\\\\.0"')],
)
def test_a_bucket_is_matched_in_every_spelling(seconds: str, matcher: str) -> None:
    """Whole numbers come as 1 and as 1.0; a fraction has one form."""
    assert str(bucket(Decimal(seconds))) == matcher


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("up", "up"),
        (' http_requests_total { app = "a" , code =~ "5..", } ', 'http_requests_total{app="a",code=~"5.."}'),
        ("job:x:rate5m{a!='b',c!~`d\\.e`}", "job:x:rate5m{a!='b',c!~`d\\.e`}"),
        ('x{a="quote \\" brace } and \\\\."}', 'x{a="quote \\" brace } and \\\\."}'),
        ("x{}", "x"),
    ],
)
def test_a_selector_is_read(text: str, same: str) -> None:
    """Blanks and a last comma do not count; strings keep their quotes."""
    assert str(TypeAdapter(MetricSelector).validate_python(text)) == same


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sum(rate(x[5m]))", "nothing may follow it, and there is '(rate(x[5m]))'"),
        ("x[5m]", "nothing may follow it, and there is '[5m]'"),
        ("x offset 5m", "nothing may follow it, and there is 'offset 5m'"),
        ('x{a="b"}) or vector(1', "nothing may follow it, and there is ') or vector(1'"),
        ('x{a="b"', "what is the end inside the braces?"),
        ('x{a="b" c="d"}', "what is 'c=\"d\"}' inside the braces?"),
        ("x{a=b}", "after the label a comes = or =~ and a text in quotes"),
        ("x{a}", "after the label a comes = or =~ and a text in quotes"),
        ('x{a="b\n"}', "after the label a comes = or =~ and a text in quotes"),
        ('x{code=~"5\\."}', 'Prometheus knows no escape \\. in "5\\.": write \\\\.'),
        ('{a="b"}', "it begins with the name of a metric"),
        ("", "it begins with the name of a metric"),
        ('x{__name__="y"}', "the metric is named before the braces, not by __name__"),
        ('Inf{a="b"}', "Inf is a number in PromQL, not a metric"),
        ("x # {", "nothing may follow it, and there is '# {'"),
    ],
)
def test_what_breaks_out_of_a_selector_is_refused(text: str, why: str) -> None:
    """Only a name and matchers are taken: anything else would change the rendered expression."""
    assert refusal(MetricSelector, text).endswith(f": {why}")


def test_the_bucket_is_not_chosen_by_hand() -> None:
    """A latency's matchers have no name and no le."""
    assert refusal(Matchers, '{le="0.3"}').endswith("le is chosen by the threshold")
    assert refusal(Matchers, 'x{a="b"}').endswith("matchers alone, in braces")


@given(st.text(alphabet="ab{}=~!\"'`\\,[]() \n#", max_size=14))
def test_what_is_taken_comes_out_again(text: str) -> None:
    """A selector that is accepted is its own canonical form, and holds no bracket outside of its strings."""
    try:
        found = Selector.parse(text)
    except ValueError:
        return
    assert Selector.parse(str(found)) == found
