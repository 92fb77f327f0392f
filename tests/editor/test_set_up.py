"""How an editor learns which schema is for which file: one line of settings, or one line in the file."""

from typing import Any

import pytest

BAD = "apiVersion: ordain.dev/v1alpha1\nkind: Waiver\nmetadata: {name: Web}\nspec: {}\n"


def marked(editor: Any, name: str, text: str) -> bool:
    """Tell whether an editor finds the bad name."""
    return any("lower-case" in line for line in editor.underlined({name: text})[name])


@pytest.mark.parametrize(
    "name", ["policies/web.yaml", "policies/teams/shop/web.yaml", "ordain.yaml", "tests/web/test.yaml"]
)
def test_one_line_of_settings_is_for_all_kinds(editor: Any, name: str) -> None:
    """The combined schema is mapped once, to policies, tests and the project's file."""
    assert marked(editor, name, BAD)


@pytest.mark.parametrize("name", ["charts/values.yaml", "clusters/prod.yaml", "tests/web/objects.yaml"])
def test_other_files_are_left_alone(editor: Any, name: str) -> None:
    """Manifests and values in the same repository are none of ordain's files."""
    assert not marked(editor, name, BAD)


@pytest.mark.parametrize("schema", ["../schemas/policy.schema.json", "../schemas/waiver.schema.json", "file"])
def test_a_line_in_the_file_does_it_too(editor: Any, schema: str) -> None:
    """The first line names a schema: by its path from the file's folder, or by its address."""
    editor.map({})
    address = (editor.folder / "schemas/policy.schema.json").as_uri() if schema == "file" else schema
    assert not marked(editor, "policies/web.yaml", BAD)
    assert marked(editor, "policies/web.yaml", f"# yaml-language-server: $schema={address}\n{BAD}")


def test_kinds_in_one_file(editor: Any) -> None:
    """Each document of a file is read by its own kind."""
    good = BAD.replace("Waiver", "ScalingPolicy").replace("Web", "web").replace("{}", "{targets: [{names: [web]}]}")
    lines = editor.underlined({"policies/web.yaml": f"{good}---\n{BAD}"})["policies/web.yaml"]
    assert lines
    assert all(line.split(":")[0] in ("8", "9") for line in lines)
