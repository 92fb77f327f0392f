"""The same verdicts as kubeconform -strict on the same schemas, where kubeconform is installed."""

import importlib.util
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.apischemas import bundle
from tests.needs import tool

ROOT = Path(__file__).parents[2]
REAL_MANIFESTS = Path(os.environ.get("ORDAIN_REAL_MANIFESTS", "."))


def kubeconform() -> Path:
    """Return where kubeconform is, or skip the test."""
    return tool("kubeconform", install="go install it, as .ci/run does", variable="ORDAIN_REQUIRE_KUBECONFORM")


@pytest.fixture(scope="module", params=["1.30", "1.37"])
def schemas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Give the version, and the folder of its schemas as kubeconform reads them."""
    kubeconform()
    spec = importlib.util.spec_from_file_location("kubeconform_schemas", ROOT / "benchmarks" / "kubeconform_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = tmp_path_factory.mktemp("schemas")
    script.write(request.param, folder)
    return request.param, folder


def test_mutants_get_the_same_verdict(schemas: tuple[str, Path], mutants: list[dict[str, Any]], tmp_path: Path) -> None:
    """No manifest of a thousand broken ones is judged otherwise than kubeconform judges it."""
    version, folder = schemas
    assert disagreements(mutants, version, folder, tmp_path) == []


@pytest.mark.skipif("ORDAIN_REAL_MANIFESTS" not in os.environ, reason="ORDAIN_REAL_MANIFESTS names no folder")
def test_real_manifests_get_the_same_verdict(schemas: tuple[str, Path], tmp_path: Path) -> None:
    """Manifests of public projects are judged as kubeconform judges them, custom resources left aside."""
    version, folder = schemas
    files = sorted(REAL_MANIFESTS.rglob("*.yaml"))
    bodies = [body for path in files for body in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    known = [body for body in bodies if body and bundle(version).knows(body["apiVersion"], body["kind"])]
    assert len(known) > 50
    assert disagreements(known, version, folder, tmp_path) == []


def disagreements(bodies: list[dict[str, Any]], version: str, schemas: Path, folder: Path) -> list[Any]:
    for number, body in enumerate(bodies):
        (folder / f"{number:05}.json").write_text(json.dumps(body), encoding="utf-8")
    location = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    command = [kubeconform(), "-strict", "-output", "json", "-verbose", "-schema-location", location, str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    theirs = {int(Path(row["filename"]).stem): row for row in json.loads(answer.stdout)["resources"]}
    assert len(theirs) == len(bodies)
    assert {row["status"] for row in theirs.values()} <= {"statusValid", "statusInvalid", "statusError"}
    assert not [row for row in theirs.values() if "could not find schema" in row["msg"]]
    ours = [bundle(version).is_valid(body) for body in bodies]
    return [
        (body, is_valid, theirs[number])
        for number, (body, is_valid) in enumerate(zip(bodies, ours, strict=True))
        if is_valid is not (theirs[number]["status"] == "statusValid")
    ]
