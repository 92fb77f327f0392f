"""The published JSON schemas of ordain's own files, as they are committed in `schemas/`."""

import json
from functools import cache
from pathlib import Path

from ordain.model.objects import RawObject
from ordain.packaged import packaged


@cache
def schema_files() -> dict[str, Path]:
    """Return the schema files by the kind that they describe (`ScalingPolicy`, `Project`, `Report`, …)."""
    found = {}
    for path in sorted(packaged("schemas").glob("*.schema.json")):
        found[str(json.loads(path.read_bytes())["title"])] = path
    return found


def schema_text(kind: str) -> str:
    """Return a schema as it is committed."""
    return schema_files()[kind].read_text(encoding="utf-8")


def fields(schema: RawObject, path: tuple[str, ...]) -> list[RawObject]:
    """Return the schemas that a field has (several for alternatives by key); none where there is no such field."""
    found = _opened(schema, schema)
    for step in path:
        found = [
            inner
            for part in found
            if isinstance(part.get("properties", {}).get(step), dict)
            for inner in _opened(part["properties"][step], schema)
        ]
    return found


def _opened(part: RawObject, root: RawObject) -> list[RawObject]:
    """Return a schema with its reference followed, lists as their items, alternatives by key one by one."""
    if "$ref" in part:
        target = root["$defs"][part["$ref"].rpartition("/")[2]]
        return [
            {**opened, **{key: value for key, value in part.items() if key != "$ref"}}
            for opened in _opened(target, root)
        ]
    if part.get("type") == "array" and isinstance(part.get("items"), dict):
        shown: RawObject = {key: part[key] for key in ("title", "description") if key in part}
        return [{**opened, **shown, "list": True} for opened in _opened(part["items"], root)]
    if "required" in part.get("if", {}):
        branches = []
        while "required" in part.get("if", {}):
            branches += _opened(part["then"], root)
            part = part["else"]
        return branches
    return [part]
