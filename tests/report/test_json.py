"""The JSON report and its published schema agree."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from ordain.model.plan import Result
from ordain.report import FORMATS
from ordain.report.document import report_schema
from ordain.report.look import Look

PUBLISHED = Path(__file__).parents[2] / "schemas" / "report.schema.json"


def test_the_report_fits_its_schema(result: Result) -> None:
    """Every report is valid by the schema."""
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    document = json.loads(FORMATS["json"](result, Look()))
    assert not list(Draft202012Validator(schema).iter_errors(document))


def test_the_schema_is_published_as_it_is() -> None:
    """The committed file is the schema that the code gives."""
    assert json.loads(PUBLISHED.read_text()) == report_schema()


def test_every_field_is_described() -> None:
    """A reader of the schema finds a description at each field."""
    schema = report_schema()
    for shape in (schema, *schema["$defs"].values()):
        assert shape["description"]
        assert all(field["description"] for field in shape["properties"].values())


def test_the_summary_counts(results: dict[str, Result]) -> None:
    """Waived findings count as waived only; expected live differences are no drift."""
    summary = json.loads(FORMATS["json"](results["plan"], Look()))["summary"]
    counts = (
        "errors",
        "warnings",
        "notes",
        "waived",
        "create",
        "update",
        "delete",
        "liveDifferences",
        "drifted",
    )
    assert {name: summary[name] for name in counts} == dict(zip(counts, (1, 1, 1, 1, 1, 2, 1, 5, 2), strict=True))
    assert summary["changed"]
    assert summary["exitReasons"] == ["findings"]
