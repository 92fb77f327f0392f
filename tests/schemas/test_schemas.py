"""The published schemas: fresh, sound, documented, and in agreement with every example."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES, read
from ordain.manuals import example
from ordain.published import schema_files, schema_text

ROOT = Path(__file__).parents[2]
SCHEMAS = {kind: json.loads(schema_text(kind)) for kind in schema_files()}
POLICY_FILES = sorted(path for path in (ROOT / "policies").rglob("*.yaml") if "cluster" not in path.parts)


def _fresh() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("schemas_script", ROOT / "scripts" / "schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    texts: dict[str, str] = module.schemas()
    return texts


def test_the_committed_schemas_are_those_of_the_models() -> None:
    """Whoever changes a model runs scripts/schemas.py."""
    for name, text in _fresh().items():
        assert (ROOT / "schemas" / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_sound(kind: str) -> None:
    """Each published schema is valid JSON Schema of the draft that it names."""
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, part in [("", schema), *schema.get("$defs", {}).items()]:
        for name, field in part.get("properties", {}).items():
            yield f"{where}.{name}", field


@pytest.mark.parametrize("kind", [*all_kinds(), "Project", "PolicyTest"])
def test_every_field_has_title_and_description(kind: str) -> None:
    """An editor has something to say about every field."""
    for name, field in _fields(SCHEMAS[kind]):
        assert field["title"], name
        assert field["description"], name


@pytest.mark.parametrize("kind", [*all_kinds(), "Project", "PolicyTest"])
def test_examples_and_defaults_fit_their_own_field(kind: str) -> None:
    """What the schema shows as an example is no mistake."""
    schema = SCHEMAS[kind]
    for name, field in _fields(schema):
        validator = Draft202012Validator({**field, "$defs": schema.get("$defs", {})})
        for shown in [*field.get("examples", []), *([field["default"]] if "default" in field else [])]:
            assert validator.is_valid(shown), (name, shown)


@pytest.mark.parametrize("kind", [*all_kinds(), "Project", "PolicyTest"])
def test_an_enumeration_explains_its_values(kind: str) -> None:
    """Each value of an enumeration has its text."""
    for name, field in _fields(SCHEMAS[kind]):
        if "enum" in field:
            assert len(field["enumDescriptions"]) == len(field["enum"]), name


@pytest.mark.parametrize("kind", all_kinds())
def test_unknown_fields_are_refused_everywhere(kind: str) -> None:
    """A misspelt field is never silently ignored."""
    for name, part in SCHEMAS[kind].get("$defs", {}).items():
        if "properties" in part:
            assert part["additionalProperties"] is False, name


@pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.name)
def test_the_manuals_example_fits_the_schema(kind: Any) -> None:
    """`ordain init` writes what every editor accepts."""
    documents = read(example(kind.row).encode(), "example", POLICIES).documents
    for document in documents:
        assert list(Draft202012Validator(SCHEMAS[kind.name]).iter_errors(document.value)) == []


@pytest.mark.parametrize("path", POLICY_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_demos_policies_fit_the_schema(path: Path) -> None:
    """Each policy of the demo is accepted by the published schema of its kind."""
    for document in read(path.read_bytes(), path.name, POLICIES).documents:
        assert list(Draft202012Validator(SCHEMAS[document.value["kind"]]).iter_errors(document.value)) == []
