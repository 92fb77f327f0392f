"""Too much of anything is an answer, not a crash."""

import resource
import subprocess
import sys

import pytest

from ordain.kubeyaml import MANIFESTS, POLICIES, SNAPSHOTS, Limits, read

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
SMALL = Limits(max_bytes=200, max_depth=4, max_nodes=40, max_alias_nodes=10, max_documents=3)

OVER = [
    ("x" * 201, "the file has more than 200 bytes"),
    ("[" * 5, "lists and maps are nested more than 4 deep"),
    ('{"a": {"b": {"c": {"d": {"e": 1}}}}}', "lists and maps are nested more than 4 deep"),
    ("[" + "x, " * 50 + "]", "the file holds more than 40 values"),
    ('{"a": [' + "1, " * 50 + "1]}", "the file holds more than 40 values"),
    ("a: &a [1, 2, 3]\nb: [*a, *a, *a]", "aliases stand for more than 10 values"),
    ("a: &a [[1]]\nb: [[*a]]", "this alias nests lists and maps more than 4 deep"),
    ("a: &a '" + "x" * 120 + "'\nb: [*a, *a, *a, *a, *a, *a]", "aliases stand for more than 10 values"),
    ("a: &a {b: {c: 1}, d: {e: 1}, f: 1}\ng: {<<: *a}\nh: {<<: *a}", "aliases stand for more than 10 values"),
    ("---\na\n" * 4, "the file has more than 3 documents"),
    ("---\n" * 4, "the file has more than 3 documents"),
]


@pytest.mark.parametrize(("text", "message"), OVER)
def test_over_a_limit(text: str, message: str) -> None:
    """Each limit has its own words, and a hint."""
    (problem,) = read(text.encode(), "f.yaml", SMALL).problems
    assert ("YML003", message) == (problem.code, problem.message)
    assert problem.hint


def test_at_the_limit() -> None:
    """What just fits is read."""
    assert len(read(b"[[[[1]]]]\n---\n- 1\n---\nb\n", "f.yaml", SMALL).documents) == 3


@pytest.mark.parametrize("limits", [POLICIES, MANIFESTS, SNAPSHOTS])
def test_alias_bomb(limits: Limits) -> None:
    """A bomb of 300 bytes is refused under every set of limits."""
    assert [problem.code for problem in read(BOMB.encode(), "f.yaml", limits).problems] == ["YML003"]


def test_a_large_config_map_and_many_documents_pass() -> None:
    """A megabyte in one text, and 10,000 documents in one file, are manifests like others."""
    large = b"kind: ConfigMap\ndata:\n  board.json: '" + b"x" * (1 << 20) + b"'\n"
    many = b"---\napiVersion: v1\nkind: ConfigMap\n" * 10_000
    assert tuple(len(read(data, "f.yaml", MANIFESTS).documents) for data in (large, many)) == (1, 10_000)


def test_many_broken_documents_are_cut_short() -> None:
    """A file of nothing but trouble ends with a note that the rest is not read."""
    problems = read(b"--- *a\n" * 1000, "f.yaml", MANIFESTS).problems
    assert problems[-1].message == "more than 200 problems: the rest is not read"
    assert len(problems) == 201


HOSTILE = {
    "brackets": "b'[' * 200_000",
    "JSON brackets": "b'{\"a\":' * 200_000 + b'1' + b'}' * 200_000",
    "dashes": "b'- ' * 200_000",
    "bomb": repr(BOMB.encode()),
    "random": "random.Random(1).randbytes(1 << 20)",
    "small lists": "b'[' + b'[],' * 10_000_000 + b']'",
    "small JSON lists": "b'{\"a\":[' + b'[],' * 10_000_000 + b'[]]}'",
    "broken documents": "b'--- *a\\n' * 4_000_000",
    "open quote": "b'a: \"' + b'x\\n' * 500_000",
    "duplicates": "b'a: 1\\n' * 200_000",
    "long text by alias": "b'a: &a \"' + b'x' * 500_000 + b'\"\\nb: [' + b'*a,' * 100_000 + b']'",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_answered_within_300_megabytes(name: str) -> None:
    """No input can make the reader eat memory or die; processor time is capped too."""
    program = (
        "import random\nfrom ordain.kubeyaml import MANIFESTS, read\n"
        f"stream = read({HOSTILE[name]}, 'f.yaml', MANIFESTS)\n"
        "print(len(stream.documents), len(stream.problems) > 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_capped,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert (run.stdout, run.stderr) == ("0 True\n", "")


def _capped() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
