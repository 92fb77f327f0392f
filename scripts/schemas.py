"""Writes the JSON schemas of policies, settings and reports from the models; `--check` says when they are stale."""

import json
import sys
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema

from ordain.kinds import all_kinds
from ordain.report.document import report_schema
from ordain.settings import Project

FOLDER = Path(__file__).parents[1] / "schemas"


def schemas() -> dict[str, str]:
    """Return the text of each schema file by its name."""
    models = {kind.row: (kind.name, kind.document) for kind in all_kinds().values()} | {"project": ("Project", Project)}
    texts = {}
    for row, (name, model) in models.items():
        body = model.model_json_schema()
        texts[row] = {"$schema": GenerateJsonSchema.schema_dialect, **body, "title": name}
    texts["report"] = report_schema()
    return {f"{row}.schema.json": json.dumps(body, indent=2, ensure_ascii=False) + "\n" for row, body in texts.items()}


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
