"""Writes the JSON schemas of policies, settings and reports from the models; `--check` says when they are stale."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from ordain.kinds import all_kinds
from ordain.model.spec import API_VERSION
from ordain.report.document import document_schema, report_schema
from ordain.report.impact import ImpactReport
from ordain.report.usertests import TestReport
from ordain.settings import PolicyTest, Project
from ordain.stages.planfile import plan_schema

FOLDER = Path(__file__).parents[1] / "schemas"


def schemas() -> dict[str, str]:
    """Return the text of each schema file by its name."""
    models = {kind.row: (kind.name, kind.document) for kind in all_kinds().values()}
    models |= {"project": ("Project", Project), "policytest": ("PolicyTest", PolicyTest)}
    texts: dict[str, Any] = {}
    for row, (name, model) in models.items():
        body = model.model_json_schema()
        texts[row] = {"$schema": GenerateJsonSchema.schema_dialect, **body, "title": name}
    texts["policy"] = any_kind(dict(models.values()))
    texts["report"] = report_schema()
    texts["plan"] = plan_schema()
    texts["test-report"] = document_schema(TestReport)
    texts["impact-report"] = document_schema(ImpactReport)
    return {f"{row}.schema.json": json.dumps(body, indent=2, ensure_ascii=False) + "\n" for row, body in texts.items()}


def any_kind(models: dict[str, type[BaseModel]]) -> dict[str, Any]:
    """Return one schema for files of every kind: `kind` chooses, so an editor needs one line of settings."""
    refs, definitions = models_json_schema([(model, "validation") for model in models.values()])
    texts = [model.__doc__ for model in models.values()]
    kind = {"title": "kind", "description": "The kind of policy.", "enum": list(models), "enumDescriptions": texts}
    fields: dict[str, dict[str, Any]] = {  # what an editor offers while the kind is not written yet
        "apiVersion": {"description": "The version of the policy language.", "examples": [API_VERSION]},
        "metadata": {"description": "Name and labels.", "type": "object"},
        "spec": {"description": "What is wanted.", "type": "object"},
    }
    titled = {name: {"title": name, **field} for name, field in fields.items()}
    body: dict[str, Any] = {"properties": titled}
    for name, model in reversed(models.items()):
        chosen = {"type": "object", "properties": {"kind": {"const": name}}, "required": ["kind"]}
        body = {"if": chosen, "then": refs[model, "validation"], "else": body}
    about = "A file of ordain's own: any kind of policy, a test of policies, or the settings of a project."
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": "Policy", "description": about, "type": "object"}
    always = {"properties": {"kind": kind}, "allOf": [{"required": ["kind"]}]}
    return head | always | body | definitions


def main() -> int:
    """Write the files, or with --check name those that are not as they should be."""
    stale = [
        name
        for name, text in schemas().items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        for name in stale:
            print(f"schemas/{name} is stale: run scripts/schemas.py")
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(schemas()[name], encoding="utf-8")
        print(f"wrote schemas/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
