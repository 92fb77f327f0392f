"""Our reader against the answers of kubectl's own library, stored by scripts/kubeyaml_answers."""

import json
import re
from pathlib import Path

import pytest

from ordain.kubeyaml import MANIFESTS, read

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "go_answers.json").read_text(encoding="utf-8"))
TEXTS = dict(json.loads((HERE / "texts.json").read_text(encoding="utf-8")))

# where kubectl's strict reader refuses what its everyday reader takes: we answer as the everyday one
LENIENT = {"merge overridden below", "merge of a list"}
# where we take what kubectl refuses: the escape is JSON's, and kubectl reads JSON files as JSON
OURS_ALONE = {"slash escape"}
# where kubectl takes what libyaml refuses: brackets and commas in a tag, and \' in double quotes
REFUSED_BY_US = re.compile(r"(^|[\s?:])![^\s]*[,\[\]{}]|\\'")


def answer(text: str) -> list[object]:
    stream = read(text.encode(), "f.yaml", MANIFESTS)
    if stream.problems:
        return []
    return [stream.documents[0].value if stream.documents else None]


def same(ours: object, theirs: object) -> bool:
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, int):
        return ours == float(theirs)
    return ours == theirs and isinstance(ours, str) == isinstance(theirs, str)


@pytest.mark.parametrize("name", [name for name in TEXTS if name not in OURS_ALONE])
def test_reads_a_text_as_kubectl_does(name: str) -> None:
    """Each text of the table has the value that Go gives it, or is refused where Go refuses it."""
    strict, lenient = next(rest for first, *rest in ANSWERS["texts"] if first == name)
    expected = lenient if name in LENIENT else strict
    assert same(answer(TEXTS[name]), expected), (answer(TEXTS[name]), expected)


def test_fuzzed_scalars_mean_what_they_mean_to_kubectl() -> None:
    """Hostile scalars, as a value and as a key, never get a value that Go does not give them."""
    different = []
    for scalar, value, key in ANSWERS["scalars"]:
        for text, expected in ((f"a: {scalar}\n", value), (f"{scalar}: 1\n", key)):
            ours = answer(text)
            if not ours and (REFUSED_BY_US.search(text) or not _is_whole_map(expected)):
                continue
            if not same(ours, expected):
                different.append((text, ours, expected))
    assert different == []


def _is_whole_map(expected: list[object]) -> bool:
    """Say whether kubectl read a map: else it stopped behind a first value and never saw the rest of the line."""
    return bool(expected) and isinstance(expected[0], dict) and bool(expected[0])


def test_the_answers_cover_each_text() -> None:
    """No text of the table is without a stored answer, and none is stored that is not in the table."""
    assert sorted(TEXTS) == sorted(name for name, *_ in ANSWERS["texts"])
