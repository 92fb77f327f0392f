#!/usr/bin/env python3
"""Distil `schemas/kubernetes/<minor>.json` from the OpenAPI v3 documents that Kubernetes publishes.

    python scripts/distill_schemas.py 1.37.2 FOLDER           write schemas/kubernetes/1.37.json
    python scripts/distill_schemas.py --check 1.37.2 FOLDER   exit 1 when the committed file is stale

FOLDER is `api/openapi-spec/v3` of the Kubernetes source tree of that version; the Go module has it:
`go mod download -json k8s.io/kubernetes@v1.37.2` prints its folder as `Dir`.

Kept are the kinds that a client can create or replace, and every definition that they reach, with all that
validation and comparison need; prose is dropped. One kind and one definition a line, sorted: a new Kubernetes
version is a readable diff.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ordain.apischemas.compiling import JUDGED

Schema = dict[str, Any]

OUT = Path(__file__).parents[1] / "schemas" / "kubernetes"

_KEPT_AS_IS = frozenset(
    {
        *JUDGED,
        "$ref",
        "default",
        "format",
        "nullable",
        "type",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
    }
)
_PUBLISHED_PREFIX = "#/components/schemas/"
_OWN_PREFIX = "#/definitions/"
_TOP_LEVEL_PATH = re.compile(
    r"/(?:api/(?P<core>[^/]+)|apis/(?P<group>[^/]+/[^/]+))(?P<namespace>/namespaces/\{namespace\})?"
    r"/(?P<plural>[a-z0-9]+)(?:/\{name\})?"
)
_ZERO_VALUES: tuple[object, ...] = ("", 0, False)


def main(arguments: list[str]) -> int:
    """Write or check one bundle; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", help="the full version, such as 1.37.2")
    parser.add_argument("folder", type=Path, help="the folder api/openapi-spec/v3 of that version")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder of the bundles")
    options = parser.parse_args(arguments)

    version = options.version.removeprefix("v")
    minor = ".".join(version.split(".")[:2])
    target: Path = options.out / f"{minor}.json"
    text = bundle_text(version, options.folder)
    if not options.check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"{target.name}: {len(text)} bytes, from Kubernetes {version}")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        print(f"{target.name} is fresh")
        return 0
    print(f"{target.name} is stale: run scripts/distill_schemas.py {version} {options.folder}", file=sys.stderr)
    return 1


def bundle_text(version: str, folder: Path) -> str:
    """Return the bundle of the OpenAPI documents in `folder` as text, the same for the same documents."""
    published, kinds = _read(folder)
    definitions = {name: _distilled(published[name]) for name in _reachable(kinds, published)}
    sections = (
        ("definitions", definitions),
        ("kinds", kinds),
        ("source", f"k8s.io/kubernetes@v{version}"),
        ("version", ".".join(version.split(".")[:2])),
    )
    body = ",\n".join(f"{_json(key)}: {_lines(value)}" for key, value in sections)
    return f"{{\n{body}\n}}\n"


def _lines(value: object) -> str:
    if not isinstance(value, Mapping):
        return _json(value)
    entries = ",\n".join(f"{_json(key)}: {_json(value[key])}" for key in sorted(value))
    return f"{{\n{entries}\n}}"


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _read(folder: Path) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return all published definitions, and the table of top-level kinds, of the documents in `folder`."""
    documents = sorted(folder.glob("*.json"))
    if not documents:
        raise SystemExit(f"{folder} holds no OpenAPI document; name the folder api/openapi-spec/v3")
    definitions: dict[str, Schema] = {}
    kinds: dict[str, Schema] = {}
    for path in documents:
        document = json.loads(path.read_text(encoding="utf-8"))
        definitions.update(document.get("components", {}).get("schemas", {}))
        kinds.update(_kinds(document.get("paths", {})))
    return definitions, kinds


def _kinds(paths: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    """Yield `"apps/v1 Deployment"` and its row for each kind that is created or replaced at a top-level path."""
    for path, operations in paths.items():
        place = _TOP_LEVEL_PATH.fullmatch(path)
        if place is None:
            continue
        for method in ("post", "put"):
            operation = operations.get(method, {})
            named = operation.get("x-kubernetes-group-version-kind")
            contents = operation.get("requestBody", {}).get("content", {}).values()
            references = {content["schema"].get("$ref") for content in contents if "schema" in content}
            if named is None or len(references) != 1:
                continue
            yield (
                f"{place['group'] or place['core']} {named['kind']}",
                {
                    "definition": str(references.pop()).removeprefix(_PUBLISHED_PREFIX),
                    "namespaced": place["namespace"] is not None,
                    "plural": place["plural"],
                },
            )


def _reachable(kinds: Mapping[str, Schema], published: Mapping[str, Schema]) -> set[str]:
    """Return the names of all definitions that the kinds reach."""
    waiting = [row["definition"] for row in kinds.values()]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(published[name])
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_PUBLISHED_PREFIX)
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _distilled(node: Schema, *, default_counts: bool = False) -> Schema:
    """Return the schema without prose; `allOf` of one `$ref` becomes the plain `$ref`.

    The zero value of list items and map values, and `{}` for objects, are written by the OpenAPI generator for
    every Go struct; they are no default that a server fills in, and are left out.
    """
    kept: Schema = {key: value for key, value in node.items() if key in _KEPT_AS_IS}
    if "default" in kept and (kept["default"] == {} or (not default_counts and kept["default"] in _ZERO_VALUES)):
        del kept["default"]
    all_of = node.get("allOf")
    if isinstance(all_of, list) and len(all_of) == 1:
        kept.update(_distilled(all_of[0]))
    elif all_of:
        kept["allOf"] = [_distilled(part) for part in all_of]
    for key in ("oneOf", "anyOf"):
        if key in node:
            kept[key] = [_distilled(part) for part in node[key]]
    for key in ("items", "additionalProperties", "not"):
        if key in node:
            kept[key] = _distilled(node[key]) if isinstance(node[key], dict) else node[key]
    if "properties" in node:
        kept["properties"] = {
            name: _distilled(field, default_counts=True) for name, field in node["properties"].items()
        }
    if str(kept.get("$ref", "")).startswith(_PUBLISHED_PREFIX):
        kept["$ref"] = _OWN_PREFIX + kept["$ref"].removeprefix(_PUBLISHED_PREFIX)
    return kept


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
