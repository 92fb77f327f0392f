"""Scalars that readers of YAML understand differently."""

import pytest

from ordain.kubeyaml import MANIFESTS, read

DIFFER = [
    "no",
    "on",
    "off",
    "y",
    "n",
    "yes",
    "NO",
    "0755",
    "0o755",
    "0b11",
    "1_000",
    "1e3",
    "12:30:45",
    "12:30",
    "08",
    "=",
    "1e724",
    ".2_3",
    "+.5e1",
    "2024-01-01T00:00:00Z",
]
AGREE = [
    "true",
    "False",
    "null",
    "~",
    "0",
    "5",
    "-5",
    "1.5",
    "0.5",
    ".5",
    "0x1F",
    "nope",
    "yes-man",
    "10Gi",
    "500m",
    "1.2.3",
    "v1",
    "_7",
    "a:b",
    "none",
    "1.0",
    "x/y",
]


def found(text: str) -> list[str]:
    (document,) = read(text.encode(), "f.yaml", MANIFESTS).documents
    return [f"{problem.where} {problem.code} {problem.message} | {problem.hint}" for problem in document.ambiguous()]


@pytest.mark.parametrize("text", DIFFER)
def test_readers_differ(text: str) -> None:
    """A plain scalar is said where readers differ, as a value, an item and a key."""
    places = [line.split(" ")[:2] for line in found(f"a: {text}\nb:\n  - {text}\n{text}: c\n")]
    assert places == [["f.yaml:1:4", "YML005"], ["f.yaml:3:5", "YML005"], ["f.yaml:4:1", "YML005"]]


@pytest.mark.parametrize("text", AGREE)
def test_readers_agree(text: str) -> None:
    """What all readers understand alike is left alone."""
    assert found(f"a: [x, {text}]\n") == []


@pytest.mark.parametrize("text", [*DIFFER, *AGREE])
def test_quoted_is_clear(text: str) -> None:
    """Quotes and tags end all doubt."""
    assert found(f"a: \"{text}\"\nb: '{text}'\nc: !!str {text}\nd: |\n  {text}\n") == []


def test_words() -> None:
    """The message says what kubectl reads, the hint how to mend it."""
    assert found("on: no\na: 12:30:45\n") == [
        'f.yaml:1:1 YML005 the key on is "true" to kubectl, and something else to other readers | quote it: "on"',
        (
            "f.yaml:1:5 YML005 no is false to kubectl, and something else to other readers"
            ' | write false if that is meant, else quote it: "no"'
        ),
        'f.yaml:2:4 YML005 12:30:45 is text to kubectl, and something else to other readers | quote it: "12:30:45"',
    ]


def test_an_iso_date_is_clear() -> None:
    """A date needs no quotes in a policy: it is text here, and never meant as anything else."""
    assert found("expires: 2027-01-31\n") == []


def test_places_in_a_later_document() -> None:
    """Places count from the start of the file."""
    document = read(b"a: 1\n---\n# c\nb:\n  - {c: yes}\n", "f.yaml", MANIFESTS).documents[1]
    assert [str(problem.where) for problem in document.ambiguous()] == ["f.yaml:5:9"]


def test_json_is_never_ambiguous() -> None:
    """JSON has one reading."""
    assert found('{"a": 1e3, "b": "\\ud83d\\ude00"}') == []
