#!/usr/bin/env python3
"""Write a bundle of `schemas/kubernetes/` as kubeconform reads schemas, to compare verdicts and time.

    python benchmarks/kubeconform_schemas.py 1.37 FOLDER
    kubeconform -strict -schema-location 'FOLDER/{{.ResourceKind}}{{.KindSuffix}}.json' MANIFESTS

One standalone strict schema a kind, by the rules of kubeconform's own schema collection: references are written out
in full, optional fields, items and values may be null, objects with named fields allow no others. It is written
apart from `ordain.apischemas.compiling` on purpose: two readings of one bundle that have to agree.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

_SCHEMAS = Path(__file__).parents[1] / "schemas" / "kubernetes"
_PREFIX = "#/definitions/"


def main() -> None:
    """Write the schemas of one version into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", help="a minor version, such as 1.37")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    print(f"{write(options.version, options.folder)} schemas written to {options.folder}")


def write(version: str, folder: Path) -> int:
    """Write the schemas of all kinds of a minor version into `folder`; returns how many."""
    bundle = json.loads((_SCHEMAS / f"{version}.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, row in bundle["kinds"].items():
        api_version, kind = name.split(" ")
        schema = standalone(bundle["definitions"], row["definition"], api_version, kind)
        (folder / file_name(api_version, kind)).write_text(json.dumps(schema, sort_keys=True), encoding="utf-8")
    return len(bundle["kinds"])


def file_name(api_version: str, kind: str) -> str:
    """Return `deployment-apps-v1.json`: kind, the group's first word, version, as kubeconform looks them up."""
    group, _, version = api_version.rpartition("/")
    words = [kind.lower(), group.split(".")[0], version]
    return "-".join(word for word in words if word) + ".json"


def standalone(definitions: Mapping[str, Schema], root: str, api_version: str, kind: str) -> Schema:
    """Return the strict schema of one kind with all references written out, but those that recur within themselves."""
    recurring: set[str] = set()
    top = definitions[root]
    schema: Schema = {
        **{key: value for key, value in top.items() if key in ("type", "required")},
        "$schema": "http://json-schema.org/schema#",
        "additionalProperties": False,
        "definitions": {},
        "properties": {
            name: _written_out(field, definitions, (root,), recurring) for name, field in top["properties"].items()
        },
    }
    schema["properties"]["apiVersion"]["enum"] = [api_version]
    schema["properties"]["kind"]["enum"] = [kind]
    while waiting := sorted(recurring - schema["definitions"].keys()):
        for name in waiting:
            schema["definitions"][name] = _written_out(definitions[name], definitions, (name,), recurring)
    return schema


def _written_out(
    node: Schema,
    definitions: Mapping[str, Schema],
    inside: tuple[str, ...],
    recurring: set[str],
    *,
    is_required: bool = False,
) -> Schema:
    """Return a node with its references written out, closed, and nullable unless it is a required field."""
    if "$ref" in node:
        name = node["$ref"].removeprefix(_PREFIX)
        if name in inside:
            recurring.add(name)
            return {"$ref": node["$ref"]}
        return _written_out(definitions[name], definitions, (*inside, name), recurring, is_required=is_required)

    def below(child: Schema, *, is_required: bool = False) -> Schema:
        return _written_out(child, definitions, inside, recurring, is_required=is_required)

    out = dict(node)
    if "type" in node and not is_required:
        out["type"] = [node["type"], "null"]
    if "oneOf" in node:
        out["oneOf"] = [below(part) for part in node["oneOf"]]
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            out[key] = below(node[key])
    if "properties" in node:
        required = node.get("required", ())
        out["properties"] = {
            name: below(field, is_required=name in required) for name, field in node["properties"].items()
        }
        out.setdefault("additionalProperties", False)
    return out


if __name__ == "__main__":
    main()
