"""The canonical writer and its laws."""

from collections import OrderedDict
from decimal import Decimal
from enum import StrEnum

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.kubeyaml import MANIFESTS, dump, read, scalar

LAW = settings(derandomize=True, deadline=None, max_examples=300)


def kubectl_number(number: float) -> int | float:
    """Return a float as JSON's shortest digits give it back: whole numbers below 2^63 are integers then."""
    return int(Decimal(repr(number))) if number.is_integer() and abs(number) < 2**63 else number


letters = st.characters(codec="utf-8")
tricky = st.sampled_from(
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "~",
        "null",
        "<<",
        "",
        "=",
        "-",
        "--",
        "---",
        "...",
        "0755",
        "1_000",
        "_9",
        "1e3",
        "0x1F",
        "0o7",
        "12:30:45",
        "2024-01-01",
        ".inf",
        ".NaN",
        "a:b",
        "a:",
        "#a",
        "a#b",
        "%a",
        "@a",
        "`a",
        "&a",
        "*a",
        "!a",
        "|a",
        ">a",
        "?a",
        "[a]",
        "{a}",
        "a,b",
        "a'",
        '"',
        "\\",
        "1m",
        "10Gi",
        "50%",
        "0b1",
        "1k",
        "9e9",
        "inf",
        "NaN",
        "None",
    ]
)
lines = st.lists(st.text(st.sampled_from("ab #:-\t\"'\\"), max_size=6), max_size=5).map("\n".join)
texts = st.text(letters, max_size=20) | tricky | lines | st.tuples(tricky, tricky).map(" ".join)
long_keys = st.text(letters, min_size=300, max_size=1100)
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False).map(kubectl_number)
leaves = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts | long_keys, inner, max_size=4),
    max_leaves=12,
)


def value_of(text: str) -> object:
    stream = read(text.encode(), "f.yaml", MANIFESTS)
    assert stream.problems == ()
    return stream.documents[0].value


@LAW
@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    """Reading a dump gives the value again."""
    assert {"a": value} == value_of(dump({"a": value}))


@LAW
@given(values)
def test_dump_is_idempotent(value: object) -> None:
    """Dumping what was read from a dump gives the same bytes."""
    once = dump({"a": value})
    assert once == dump(value_of(once))


@LAW
@given(values)
def test_a_scalar_is_read_back_in_its_place(value: object) -> None:
    """A value on one line stands safely as a map's value and as a list's item, and breaks no line."""
    text = scalar(value)
    assert {"a": value, "b": [value]} == value_of(f"a: {text}\nb:\n  - {text}\n")
    assert len(text.splitlines()) == 1


@LAW
@given(st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)))
def test_pyyaml_reads_the_same_texts(value: object) -> None:
    """PyYAML, a YAML 1.1 reader, takes every text for the same text."""
    assert {"a": value} == yaml.safe_load(dump({"a": value}))
    assert {"a": value} == yaml.safe_load(scalar({"a": value}))


@LAW
@given(st.dictionaries(texts, leaves, max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    """Equal maps give equal bytes, whatever order their keys came in."""
    assert dump(value) == dump(dict(reversed(value.items())))


def test_layout() -> None:
    """Kubernetes' own keys come first at the top, lists are indented, texts of several lines are blocks."""
    value = {
        "spec": {"items": [{"name": "a", "args": ["-c", "no"]}, [1, []]], "empty": {}},
        "kind": "ConfigMap",
        "data": {"run.sh": "#!/bin/sh\nset -e\n\necho hi\n", "cut": "a\nb"},
        "apiVersion": "v1",
        "metadata": {"name": "x", "annotations": {"a/b": "true"}},
    }
    assert dump(value) == (
        "apiVersion: v1\n"
        "kind: ConfigMap\n"
        "metadata:\n"
        "  annotations:\n"
        '    a/b: "true"\n'
        "  name: x\n"
        "spec:\n"
        "  empty: {}\n"
        "  items:\n"
        "    - args:\n"
        '        - "-c"\n'
        '        - "no"\n'
        "      name: a\n"
        "    - - 1\n"
        "      - []\n"
        "data:\n"
        "  cut: |-\n"
        "    a\n"
        "    b\n"
        "  run.sh: |\n"
        "    #!/bin/sh\n"
        "    set -e\n"
        "\n"
        "    echo hi\n"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no", '"no"'),
        ("a\u0085\u2028\x07\U0001f600", '"a\\u0085\\u2028\\u0007\U0001f600"'),
        (None, "null"),
        (True, "true"),
        (1.0, "1"),
        (0.1, "0.1"),
        (1e-7, "1.0e-07"),
        (Decimal("0.250"), "0.25"),
        (Decimal("3E+2"), "300"),
        ({"b": [1, "x"], "a": {}}, '{"a": {}, "b": [1, "x"]}'),
    ],
)
def test_scalars(value: object, expected: str) -> None:
    """One value is one piece of text on one line."""
    assert expected == scalar(value)


@LAW
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_whole_floats_are_written_as_integers(number: float) -> None:
    """A float and the integer that kubectl makes of it are written alike."""
    assert dump(kubectl_number(number)) == dump(number)


def test_kinds_of_texts_and_maps() -> None:
    """Enumerations, ordered maps and tuples are written as the plain values that they are."""

    class Colour(StrEnum):
        RED = "red"

    assert dump(OrderedDict(b=(1,), a=Colour.RED)) == "a: red\nb:\n  - 1\n"


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "\ud800", 2**64, {1: 2}, {"a": {1, 2}}, object()])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    """Values without a JSON form raise in place of a guess."""
    for write in (dump, scalar):
        with pytest.raises((TypeError, ValueError)):
            write(value)
