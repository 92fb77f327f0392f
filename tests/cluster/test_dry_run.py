"""`plan --engine server` on real servers, the newest and the oldest: with the rights that `print-rbac` prints, or not."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.manuals import blocks, section
from tests.cluster.api import PATIENCE
from tests.cluster.conftest import SHARED
from tests.cluster.demo import NOW, Desk, command, create_demo, grant
from tests.cluster.servers import Server, start_server

pytestmark = pytest.mark.xdist_group("cluster-dry-run")

BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"


@pytest.fixture(scope="module", params=list(SHARED.values()))
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of its own with the demo's objects, to whose reader a dry run is granted."""
    with start_server(request.param, tmp_path_factory.mktemp("dry-run")) as server:
        create_demo(server)
        grant(server, "--engine", "server", name="dry-runners")
        yield server


@pytest.fixture
def desk(demo: Server, tmp_path: Path) -> Desk:
    """Give the demo's policies, which read that server."""
    return Desk.of(tmp_path, demo)


def versions(server: Server) -> dict[str, str]:
    """Return the resourceVersion of every object of the kinds that ordain renders."""
    lists = (
        "/api/v1/namespaces",
        "/apis/autoscaling/v2/horizontalpodautoscalers",
        "/apis/batch/v1/cronjobs",
        "/apis/monitoring.coreos.com/v1/prometheusrules",
        "/apis/networking.k8s.io/v1/networkpolicies",
        "/apis/policy/v1/poddisruptionbudgets",
    )
    items = [item for path in lists for item in server.request("GET", path).expect()["items"]]
    return {item["metadata"]["uid"]: item["metadata"]["resourceVersion"] for item in items}


def live(done: subprocess.CompletedProcess[str]) -> dict[str, set[tuple[str, str | None, str | None]]]:
    """Return the live differences of a plan in JSON: path, live and desired value, by object."""
    [found] = json.loads(done.stdout)["sections"]
    return {
        f"{change['kind']} {change.get('namespace')}/{change['name']}": {
            (field["path"], field.get("before"), field.get("after")) for field in change["fields"]
        }
        for change in found["plan"]["live"]
    }


def test_both_engines_plan_the_same(desk: Desk) -> None:
    """With exactly the rights of `print-rbac --engine server` the demo's plan is that of the offline engine."""
    before = versions(desk.server)
    offline, server = desk.plan("-o", "json"), desk.plan("-o", "json", "--engine", "server")
    assert (server.returncode, server.stderr) == (offline.returncode, offline.stderr)
    assert live(server) == live(offline) != {}
    assert versions(desk.server) == before
