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
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ordain.apischemas.distilling import distilled

Schema = dict[str, Any]

OUT = Path(__file__).parents[1] / "schemas" / "kubernetes"


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
    found = distilled(*_read(folder))
    sections = (
        ("definitions", found["definitions"]),
        ("kinds", found["kinds"]),
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
    """Return all published definitions and all paths of the documents in `folder`."""
    documents = sorted(folder.glob("*.json"))
    if not documents:
        raise SystemExit(f"{folder} holds no OpenAPI document; name the folder api/openapi-spec/v3")
    definitions: dict[str, Schema] = {}
    paths: dict[str, Schema] = {}
    for path in documents:
        document = json.loads(path.read_text(encoding="utf-8"))
        definitions.update(document.get("components", {}).get("schemas", {}))
        paths.update(document.get("paths", {}))
    return definitions, paths


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
