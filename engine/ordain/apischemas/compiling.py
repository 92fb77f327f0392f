"""From a bundle's definitions to one strict JSON Schema (2020-12) for one kind.

The rules are those by which kubeconform's usual schemas are made, so that verdicts agree:

- an object with named properties allows no other, unless the definition says so; an alternative inside of it, as
  custom kinds have them (`oneOf: [{required: [a]}, …]`), only adds conditions and closes nothing;
- `null` is allowed in list items, map values and optional properties, and in all properties of the top level;
- a quantity is a string or a number and an int-or-string an integer or a string, neither is ever null
  (there the usual schemas say `oneOf` two nullable types, which null fails by matching both).
"""

from collections.abc import Mapping
from typing import Any

Definitions = Mapping[str, Mapping[str, Any]]

PREFIX = "#/definitions/"
JUDGED = (
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maximum",
    "maxProperties",
    "minItems",
    "minLength",
    "minimum",
    "minProperties",
    "multipleOf",
    "pattern",
    "required",
    "uniqueItems",
)
"""The keywords that are judged as a bundle states them: a bundle must keep each of them."""
_NOT_NULL: dict[str, Any] = {"not": {"type": "null"}}


def strict_schema(definitions: Definitions, root: str) -> dict[str, Any]:
    """Return the schema of the definition `root`, with the definitions that it reaches and no others."""
    reached: dict[str, Any] = {}
    waiting: list[str] = []
    schema = _strict(definitions[root], waiting, is_root=True)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = _strict(definitions[name], waiting)
    return {**schema, "definitions": reached}


def scalar_union(node: Mapping[str, Any]) -> list[str] | None:
    """Return the types of a node that is `oneOf` or `anyOf` plain types, such as a quantity; else None."""
    if node.get("x-kubernetes-int-or-string"):
        return ["integer", "string"]
    parts = node.get("oneOf") or node.get("anyOf")
    if parts and all(part.keys() <= {"type"} and isinstance(part.get("type"), str) for part in parts):
        return [part["type"] for part in parts]
    return None


def _strict(
    node: Mapping[str, Any], waiting: list[str], *, is_root: bool = False, is_closed: bool = True
) -> dict[str, Any]:
    """Rewrite one node, with `null` allowed; the names of the definitions that it refers to go into `waiting`.

    With `is_closed` false it is an alternative of an object, which allows the properties that it does not name.
    """
    if "$ref" in node:
        waiting.append(node["$ref"].removeprefix(PREFIX))
        return {"$ref": node["$ref"]}
    schema = {key: node[key] for key in JUDGED if key in node}
    union = scalar_union(node)
    if union is not None:
        return {**schema, "type": union}
    if "type" in node:
        schema["type"] = node["type"] if is_root else [node["type"], "null"]
    if "enum" in schema and not is_root:
        schema["enum"] = [*schema["enum"], None]
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), Mapping):
            schema[key] = _strict(node[key], waiting, is_closed=is_closed)
        elif key in node:
            schema[key] = node[key]
    for key in ("oneOf", "anyOf", "allOf"):
        if key in node:
            schema[key] = [_strict(part, waiting, is_closed="type" in part) for part in node[key]]
    if "properties" in node:
        required = () if is_root else node.get("required", ())
        schema["properties"] = {
            name: _strict(field, waiting, is_closed=is_closed) | (_NOT_NULL if name in required else {})
            for name, field in node["properties"].items()
        }
        if is_closed and not node.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
    return schema
