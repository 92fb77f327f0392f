"""The conformance table: what kubectl reads where readers of YAML differ."""

import pytest

from ordain.kubeyaml import POLICIES, read

TABLE = [
    ("a: no", {"a": False}),
    ("a: on", {"a": True}),
    ("a: off", {"a": False}),
    ("a: y", {"a": True}),
    ("y: a", {"true": "a"}),
    ("a: 0755", {"a": 493}),
    ("a: 0o755", {"a": 493}),
    ("a: 12:30:45", {"a": "12:30:45"}),
    ("a: 1_000", {"a": 1000}),
    ("a: 1e3", {"a": 1000}),
    ("a: 2024-01-01", {"a": "2024-01-01"}),
    ("2024-01-01: a", {"2024-01-01": "a"}),
    ("1.5: a", {"1.5": "a"}),
    ("1e10: a", {"1e+10": "a"}),
    ("x: &x {k: 1}\nz: {<<: *x, b: 2}", {"x": {"k": 1}, "z": {"k": 1, "b": 2}}),
    ("\ufeffa: 1", {"a": 1}),
    ("a: !!python/object:os.system ls", {"a": "ls"}),
    ("privileged: yes", {"privileged": True}),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_table(text: str, expected: object) -> None:
    """Each row is read as kubectl reads it."""
    (document,) = read(text.encode(), "f.yaml", POLICIES).documents
    assert expected == document.value
    assert repr(expected) == repr(document.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2", "YML002"),
        ("&a [*a]", "YML006"),
        ("a: .nan", "YML001"),
        ("null: a", "YML001"),
        ("18446744073709551615: a", "YML001"),
    ],
)
def test_refused_rows(text: str, code: str) -> None:
    """What kubectl refuses is a problem with a code, and no document."""
    stream = read(text.encode(), "f.yaml", POLICIES)
    assert ((), [code]) == (stream.documents, [problem.code for problem in stream.problems])
