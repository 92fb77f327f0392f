import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "distill_schemas.py"
PUBLISHED = "#/components/schemas/"
GOLDEN = (Path(__file__).parent / "distilled.json").read_text(encoding="utf-8")
SHIPPED = sorted((SCRIPT.parents[1] / "schemas" / "kubernetes").glob("*.json"))


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "v3"
    folder.mkdir()
    body = {"content": {"*/*": {"schema": {"$ref": f"{PUBLISHED}Thing"}}}}
    named = {"group": "example.com", "version": "v1", "kind": "Thing"}
    one = "/apis/example.com/v1/namespaces/{namespace}/things/{name}"
    paths = {
        "/apis/example.com/v1/things": {"get": {"x-kubernetes-group-version-kind": named}},
        one: {"put": {"requestBody": body, "x-kubernetes-group-version-kind": named}},
        f"{one}/scale": {"put": {"requestBody": body, "x-kubernetes-group-version-kind": {**named, "kind": "Scale"}}},
    }
    document = {"paths": paths, "components": {"schemas": _definitions()}}
    (folder / "apis__example.com__v1_openapi.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def test_bundle_text(published: Path, tmp_path: Path) -> None:
    """Of made-up documents only what is reached and judged is kept, sorted, one definition a line."""
    assert _run("1.40.3", published, tmp_path).returncode == 0
    assert (tmp_path / "1.40.json").read_text(encoding="utf-8") == GOLDEN


def test_fresh(published: Path, tmp_path: Path) -> None:
    """A bundle that was just written is fresh."""
    _run("v1.40.3", published, tmp_path)
    assert _run("--check", "1.40.3", published, tmp_path).returncode == 0


@pytest.mark.parametrize("text", [None, GOLDEN.replace("small", "large"), GOLDEN.rstrip()])
def test_stale(published: Path, tmp_path: Path, text: str | None) -> None:
    """A bundle that is missing or differs is stale: the check fails, says what to run and writes nothing."""
    target = tmp_path / "1.40.json"
    if text is not None:
        target.write_text(text, encoding="utf-8")
    answer = _run("--check", "1.40.3", published, tmp_path)
    assert (answer.returncode, answer.stderr.split(":")[0]) == (1, "1.40.json is stale")
    assert (target.read_text(encoding="utf-8") if target.exists() else None) == text


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without documents is refused, with the name of the right one."""
    answer = _run("1.40.3", tmp_path / "v3", tmp_path)
    assert answer.returncode == 1
    assert "api/openapi-spec/v3" in answer.stderr


@pytest.mark.parametrize("bundle", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_committed_bundle_is_fresh(bundle: Path) -> None:
    """A committed bundle is what its source gives, where the Go module cache has that source."""
    source = json.loads(bundle.read_text(encoding="utf-8"))["source"]
    module_cache = Path(os.environ.get("GOMODCACHE", Path.home() / "go" / "pkg" / "mod"))
    published = module_cache / source / "api" / "openapi-spec" / "v3"
    if not published.is_dir():
        pytest.skip(f"{source} is not in the Go module cache")
    answer = _run("--check", source.partition("@v")[2], published, bundle.parent)
    assert (answer.returncode, answer.stderr) == (0, "")


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    *first, out = arguments
    command = [sys.executable, str(SCRIPT), "--out", str(out), *map(str, first)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _definitions() -> dict[str, Any]:
    part = {"allOf": [{"$ref": f"{PUBLISHED}Part"}], "default": {}, "description": "prose"}
    return {
        "Thing": {
            "description": "prose",
            "type": "object",
            "required": ["parts"],
            "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Thing", "version": "v1"}],
            "properties": {
                "metadata": {"allOf": [{"$ref": f"{PUBLISHED}Meta"}], "default": {}},
                "parts": {
                    "type": "array",
                    "items": part,
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["size"],
                    "x-kubernetes-patch-merge-key": "size",
                },
                "tags": {"type": "object", "additionalProperties": {"type": "string", "default": ""}},
            },
        },
        "Meta": {"type": "object", "properties": {"name": {"type": "string", "description": "prose"}}},
        "Part": {
            "type": "object",
            "properties": {
                "size": {"type": "string", "default": "small"},
                "zero": {"type": "integer", "default": 0},
            },
        },
        "Unreached": {"type": "object"},
    }
