"""Marks: a real editor underlines one place for one mistake, and nothing in a good policy."""

from pathlib import Path
from typing import Any

import pytest

from ordain.kinds import all_kinds
from ordain.manuals import example

ROOT = Path(__file__).parents[2]
CASES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "tests/bad_policies/cases").glob("*.yaml")}
GOOD = [
    *((ROOT / "tests/kinds").glob("*/*/policy.yaml")),
    *(path for path in (ROOT / "policies").rglob("*.yaml") if "cluster" not in path.parts),
]
HEAD = "apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata: {name: web}\nspec:\n"
MORE_THAN_ONE = {
    "planned-prometheus": "the server underlines each unknown field, where the library has one error for all of them",
}
"""Cases that are one mistake for ordain and several marks in the editor, with the reason."""


def layer(text: str) -> str:
    """Return the layer that refuses a case, as its first line names it."""
    return text.partition("\n")[0].removeprefix("# refused by: ")


def test_one_mistake_is_one_mark(editor: Any) -> None:
    """Each policy of a bad shape is underlined at one place, but for the listed ones."""
    marks = editor.underlined({f"policies/{name}.yaml": CASES[name] for name in CASES if layer(CASES[name]) == "shape"})
    assert len(marks) > 40
    several = {Path(name).stem: found for name, found in marks.items() if len(found) != 1}
    assert several.keys() == MORE_THAN_ONE.keys(), several
    assert all(several.values())


def test_what_the_shape_allows_has_no_mark(editor: Any) -> None:
    """What only ordain can know (a minimum above the maximum) is not underlined as a mistake of shape."""
    late = {name: text for name, text in CASES.items() if layer(text) in ("meaning", "resolved")}
    assert found(editor.underlined({f"policies/{name}.yaml": text for name, text in late.items()})) == {}


def test_a_good_policy_has_no_mark(editor: Any) -> None:
    """The demo's policies, those of the tests and the manuals' examples are good in an editor too."""
    texts = {f"policies/{path.relative_to(ROOT)}": path.read_text(encoding="utf-8") for path in GOOD}
    texts |= {f"policies/{kind.row}.yaml": example(kind.row) for kind in all_kinds().values()}
    assert len(texts) > 20
    assert found(editor.underlined(texts)) == {}


def found(marks: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the files that have marks."""
    return {name: lines for name, lines in marks.items() if lines}


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("  targets: [{names: [Web]}]", "5:22 a name is needed, with * and ? for any letters"),
        (
            "  targets: [{names: [web]}]\n  disruption: {maxUnavailable: 300%}",
            "6:32 a count of pods or a percentage up to 100% is needed, such as 1 or 25%",
        ),
        (
            "  targets: [{names: [web]}]\n  metrics: [{resource: cpu, averageValue: 5 cores}]",
            "6:43 a quantity above 0 is needed, such as 100, 500m or 1.5Gi",
        ),
        ("  targets: [{names: [web]}]\n  replica: {min: 2}", "6:3 Property replica is not allowed."),
        ("  replicas: {min: 2}", '4:1 Missing property "targets".'),
    ],
)
def test_a_mark_speaks_plainly(editor: Any, line: str, mark: str) -> None:
    """A mark says what is needed, never a regular expression."""
    assert {"policies/web.yaml": [mark]} == editor.underlined({"policies/web.yaml": HEAD + line + "\n"})
