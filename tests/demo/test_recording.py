"""The recorded cluster is what its reviewable sources say, and holds what the demo promises."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.apischemas import bundle

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "policies" / "cluster"
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob")


@pytest.fixture(scope="module")
def objects() -> list[Any]:
    """Read all objects of the recorded cluster, as they stand in the files."""
    files = sorted((CLUSTER / "objects").rglob("*.yaml"))
    return [body for file in files for body in yaml.load_all(file.read_bytes(), Loader=yaml.CSafeLoader)]


def test_snapshot_is_fresh(environment: dict[str, str]) -> None:
    """The committed snapshot and series are what scripts/record_demo.py makes."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "record_demo.py"), "--check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_no_object_twice(objects: list[Any]) -> None:
    """No two objects of the files have one name."""
    names = Counter((body["kind"], body["metadata"].get("namespace"), body["metadata"]["name"]) for body in objects)
    assert [name for name, count in names.items() if count > 1] == []


def test_objects_are_valid(objects: list[Any]) -> None:
    """A server of the recorded version would take every object; it alone knows those of KEDA and Prometheus."""
    schemas = bundle("1.33")
    custom = [body for body in objects if not schemas.has_group(body["apiVersion"])]
    assert [body["kind"] for body in custom] == ["Prometheus", "ScaledObject"]
    assert [error for body in objects if body not in custom for error in schemas.errors(body)] == []


def test_three_namespaces(objects: list[Any]) -> None:
    """Every object is in one of the three namespaces, and they are there."""
    there = {body["metadata"]["name"] for body in objects if body["kind"] == "Namespace"}
    used = {body["metadata"]["namespace"] for body in objects if body["kind"] != "Namespace"}
    assert {"shop", "payments", "platform"} == there == used


def test_workloads_of_all_kinds(objects: list[Any]) -> None:
    """There are at least a dozen workloads, of every kind."""
    counted = Counter(body["kind"] for body in objects if body["kind"] in WORKLOADS)
    assert set(WORKLOADS) == set(counted)
    assert counted.total() >= 12


def test_secrets_have_no_data(objects: list[Any]) -> None:
    """A recorded Secret is a name and a type."""
    secrets = [body for body in objects if body["kind"] == "Secret"]
    assert secrets
    assert [body["metadata"]["name"] for body in secrets if {"data", "stringData"} & body.keys()] == []


def test_volumes_are_claimed(objects: list[Any]) -> None:
    """Each pod of a StatefulSet has its claim."""
    claims = {
        (body["metadata"]["namespace"], body["metadata"]["name"])
        for body in objects
        if body["kind"] == "PersistentVolumeClaim"
    }
    wanted = {
        (body["metadata"]["namespace"], f"{template['metadata']['name']}-{body['metadata']['name']}-{index}")
        for body in objects
        if body["kind"] == "StatefulSet"
        for template in body["spec"]["volumeClaimTemplates"]
        for index in range(body["spec"]["replicas"])
    }
    assert wanted
    assert set() == wanted - claims


@pytest.mark.parametrize("file", sorted((CLUSTER / "series").glob("*.csv")), ids=lambda file: file.stem)
def test_series_span_two_weeks(file: Path) -> None:
    """A series has a point every five minutes for two weeks; at most a gap is missing."""
    times = [int(line.partition(",")[0]) for line in file.read_text().splitlines()[1:]]
    assert times[-1] - times[0] == 14 * 86400 - 300
    assert sorted(set(times)) == times
    assert len(times) > 0.98 * 14 * 288


def test_recording_is_small() -> None:
    """All of it together stays below a megabyte."""
    assert sum(file.stat().st_size for file in CLUSTER.rglob("*") if file.is_file()) < 1_000_000
