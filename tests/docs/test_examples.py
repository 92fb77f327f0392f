"""What the prose shows can be used: its policies validate, by the engine and by the published schemas."""

from pathlib import Path

import jsonschema
import pytest

from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES, read
from ordain.manuals import blocks, example, manual
from ordain.settings import PolicyTest, Project

ROOT = Path(__file__).parents[2]
ROWS = [kind.row for kind in all_kinds().values()]


def shown() -> dict[str, str]:
    """Return the YAML blocks with documents of ours, by file and number; of a manual those before its controls."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "policies/README.md", *sorted(ROOT.glob("docs/*.md"))]
    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in pages}
    texts |= {f"manual {row}": manual(row).partition("\n## Controls\n")[0] for row in ROWS}
    found = {
        f"{name} {number}": code
        for name, text in texts.items()
        for number, (language, code) in enumerate(blocks(text), 1)
        if language == "yaml" and "ordain.dev/v1alpha1" in code
    }
    assert found
    return found


def complete(text: str) -> bool:
    """Say whether a reader can use the text alone: a layer without a maximum needs another one."""
    return "max:" in text or "ScalingPolicy" not in text


@pytest.mark.parametrize("name", shown())
def test_a_shown_policy_is_valid(name: str, judge_example) -> None:
    """A reader may copy any policy or settings from the prose."""
    text = shown()[name]
    model = next((model for model in (Project, PolicyTest) if f"kind: {model.__name__}" in text), None)
    if model:
        for document in read(text.encode(), name, POLICIES).documents:
            model.model_validate(document.value)
    else:
        found = [finding.code for finding in judge_example(text)]
        assert found == ([] if complete(text) else ["POL007"])


@pytest.mark.parametrize("row", ROWS)
def test_the_example_fits_the_published_schema(row: str, schema_of) -> None:
    """What `ordain init` writes is right to an editor, too."""
    (document,) = read(example(row).encode(), row, POLICIES).documents
    jsonschema.Draft202012Validator(schema_of(row)).validate(document.value)


@pytest.mark.parametrize("row", ROWS)
def test_the_example_needs_no_other_policy(row: str, judge_example) -> None:
    """What `ordain init` writes is complete: nothing has to come from another layer."""
    found = judge_example(example(row))
    assert found == ()
