from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.apischemas import SchemaError, bundle

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
RUNS = [(case, version) for case in CASES for version in ("1.30", "1.37") if case.get("only", version) == version]


@pytest.mark.parametrize(("case", "version"), RUNS, ids=[f"{case['shows']} ({version})" for case, version in RUNS])
def test_case(case: dict[str, Any], version: str) -> None:
    """A manifest has exactly the errors that its case says, and the quick path agrees."""
    schemas = bundle(version)
    expected = [text.replace("{version}", version) for text in case["errors"]]
    assert [_line(error) for error in schemas.errors(case["body"])] == expected
    assert schemas.is_valid(case["body"]) is not bool(expected)


def test_an_unknown_field_is_named() -> None:
    """An error about an unknown field carries the field's name and leads to it."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "dada": {}}
    error = SchemaError(("dada",), "unknown field `dada`, did you mean `data`?", unknown_field="dada")
    assert bundle("1.37").errors(body) == [error]


def _line(error: SchemaError) -> str:
    return f"{'.'.join(map(str, error.path))}: {error.message}"
