"""`plan --engine server` on real servers, the newest and the oldest, with the rights that `print-rbac` prints."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.manuals import blocks, section
from tests.cluster.conftest import SHARED
from tests.cluster.demo import Desk, create_demo, grant
from tests.cluster.servers import Server, start_server

pytestmark = pytest.mark.xdist_group("cluster-dry-run")

BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
RENDERED = (
    "/api/v1/namespaces",
    "/apis/autoscaling/v2/horizontalpodautoscalers",
    "/apis/batch/v1/cronjobs",
    "/apis/monitoring.coreos.com/v1/prometheusrules",
    "/apis/networking.k8s.io/v1/networkpolicies",
    "/apis/policy/v1/poddisruptionbudgets",
)


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
    items = [item for path in RENDERED for item in server.request("GET", path).expect()["items"]]
    return {item["metadata"]["uid"]: item["metadata"]["resourceVersion"] for item in items}


def planned(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the plan of a report in JSON, of the only cluster."""
    [found] = json.loads(done.stdout)["sections"]
    return found["plan"]


def test_both_engines_plan_the_same(desk: Desk) -> None:
    """With exactly the rights of `print-rbac --engine server` it is the offline engine's plan; nothing is written."""
    before = versions(desk.server)
    offline, server = desk.plan("-o", "json"), desk.plan("-o", "json", "--engine", "server")
    assert (server.returncode, server.stderr) == (offline.returncode, offline.stderr)
    assert planned(server) == planned(offline)
    assert planned(server)["live"]
    assert versions(desk.server) == before


def test_without_the_rights(desk: Desk) -> None:
    """A reader who may not apply gets exit code 2, the server's words, and the command that prints the role."""
    server, path = desk.server, f"{BINDINGS}/dry-runners"
    binding = server.request("GET", path).expect()
    server.request("DELETE", path).expect()
    try:
        review = {"spec": {"resourceAttributes": {"verb": "patch", "resource": "namespaces", "name": "shop"}}}
        reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        for _ in range(100):
            if not server.request("POST", reviews, review, as_reader=True).expect()["status"]["allowed"]:
                break
        done = desk.plan("--engine", "server")
    finally:
        server.create({**binding, "metadata": {"name": "dry-runners"}})
    assert (done.returncode, done.stdout) == (2, "")
    assert "you may not apply this, not even as a dry run (403)" in done.stderr
    assert "`ordain print-rbac --engine server`" in done.stderr


def test_a_snapshot_cannot_answer(desk: Desk) -> None:
    """A recorded state is no server: exit code 2, with the reason and both ways out."""
    assert desk.ordain("snapshot", "--out", "demo.gz").returncode == 0
    done = desk.plan("--engine", "server", "--snapshot", "demo.gz")
    assert (done.returncode, done.stdout) == (2, "")
    assert "demo.gz is recorded" in done.stderr
    assert "leave --engine server out" in done.stderr


def test_another_applier(desk: Desk) -> None:
    """`spec.sync` names who applies: what Argo CD has applied is then another's, and not to be taken by force."""
    manifests = [body for body in desk.rendered() if body["kind"] == "PodDisruptionBudget"]
    for body in manifests:
        desk.server.apply(body, manager="argocd-controller", force=True)
    changed = {**manifests[0], "spec": {**manifests[0]["spec"], "maxUnavailable": 7}}
    desk.server.apply(changed, manager="argocd-controller", force=True)
    settings = yaml.safe_load((desk.folder / "ordain.yaml").read_text(encoding="utf-8"))
    settings["spec"]["sync"] = {"manager": "kustomize-controller", "force": False}
    (desk.folder / "ordain.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    for engine in ("server", "offline"):
        done = desk.plan("-o", "json", "--engine", engine)
        [change] = [each for each in planned(done)["live"] if each["object"]["name"] == changed["metadata"]["name"]
                    and each["object"]["kind"] == "PodDisruptionBudget"]  # fmt: skip
        [field] = change["fields"]
        assert (field["path"], field["before"], field["manager"]) == ("spec.maxUnavailable", "7", "argocd-controller")
        assert field["onSync"] == "conflict"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """Give a server without the demo."""
    with start_server(SHARED["newest"], tmp_path / "server") as server:
        yield server


def play(folder: Path, server: Server, text: str) -> subprocess.CompletedProcess[str]:
    """Put an example's objects on the server, and plan for its policies by the server's own engine."""
    bodies = list(yaml.safe_load_all(text))
    policies = [body for body in bodies if body["apiVersion"].startswith("ordain.dev/")]
    for body in bodies:
        if body not in policies:
            server.apply(body, force=True)
    desk = Desk.of(folder, server)
    (folder / "policies.yaml").write_text(yaml.safe_dump_all(policies), encoding="utf-8")
    arguments = ("--policies", "policies.yaml", "--kubeconfig", str(server.kubeconfig))
    return desk.plan(*arguments, "--engine", "server", "-o", "json")


def test_what_the_server_refuses(empty: Server, tmp_path: Path) -> None:
    """The manual's bad example of MAN005 is found, with the server's words, and its good one is clean."""
    examples = [text for _, text in blocks(section("MAN005") or "")]
    empty.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    found = []
    for name, text in zip(("bad", "good"), examples, strict=True):
        (tmp_path / name).mkdir()
        done = play(tmp_path / name, empty, text)
        for _ in range(50):  # an admission policy holds a moment after it was made
            if name == "good" or "MAN005" in done.stdout:
                break
            done = play(tmp_path / name, empty, text)
        found.append([each for each in json.loads(done.stdout)["sections"][0]["findings"] if each["code"] == "MAN005"])
    [refusal], nothing = found
    assert "at most 8 replicas in this cluster" in refusal["message"]
    assert refusal["where"]["file"].endswith("policies.yaml")
    assert refusal["subject"] == {
        "group": "autoscaling", "kind": "HorizontalPodAutoscaler", "name": "checkout", "namespace": "shop"
    }  # fmt: skip
    assert nothing == []
