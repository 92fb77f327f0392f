"""`ordain drift` on a real server: what Argo CD applied, what somebody edited since then, and what Git moved."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.conftest import SHARED
from tests.cluster.demo import command, grant
from tests.cluster.servers import Server, start_server

pytestmark = pytest.mark.xdist_group("cluster-drift")

PROJECT = {"apiVersion": "ordain.dev/v1alpha1", "kind": "Project", "metadata": {"name": "shop"}}
POLICY = """\
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: web}
spec:
  targets: [{namespaces: [shop]}]
  replicas: {min: 3, max: 9}
  disruption: {maxUnavailable: 1}
"""
WEB = yaml.safe_load("""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app, image: "registry.example.org/web:1", resources: {requests: {cpu: 500m, memory: 1Gi}}}]
""")
AUTOSCALER = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web"
BUDGET = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web"
MERGE = "application/merge-patch+json"


class Shop:
    """A policy repository for one namespace of a real server, and Argo CD's part played by server-side apply."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        spec: dict[str, Any] = {
            "policies": ["policies"],
            "clusters": [{"name": "prod", "kubernetes": {"kubeconfig": str(server.reader_kubeconfig)}}],
            "output": {"repository": "out.git"},
        }
        (folder / "policies").mkdir()
        (folder / "ordain.yaml").write_text(yaml.safe_dump(PROJECT | {"spec": spec}), encoding="utf-8")
        (folder / "policies/web.yaml").write_text(POLICY, encoding="utf-8")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "out.git"], cwd=folder, check=True)

    def ordain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command here."""
        return command(*arguments, cwd=self.folder, XDG_CACHE_HOME=str(self.folder / "cache"))

    def publish(self) -> None:
        """Publish."""
        done = self.ordain("publish")
        assert done.returncode == 0, done.stdout + done.stderr

    def sync(self) -> None:
        """Apply what is rendered, as Argo CD does."""
        for body in yaml.safe_load_all(self.ordain("render").stdout):
            self.server.apply(body, manager="argocd-controller", force=True)

    def edit(self, path: str, patch: dict[str, Any], manager: str) -> None:
        """Change an object as `kubectl edit` does."""
        self.server.request("PATCH", f"{path}?fieldManager={manager}", patch, content_type=MERGE).expect()

    def drift(self, engine: str) -> tuple[int, Any]:
        """Return the exit code and the section of the cluster."""
        done = self.ordain("drift", "--engine", engine, "-o", "json")
        assert not done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout)["sections"][0]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of its own, to whose reader a dry run is granted."""
    with start_server(SHARED["newest"], tmp_path_factory.mktemp("drift")) as server:
        grant(server, "--engine", "server", name="dry-runners")
        yield server


@pytest.fixture
def shop(own: Server, tmp_path: Path) -> Iterator[Shop]:
    """Give a shop whose first publish is synced."""
    own.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}, force=True)
    own.apply(WEB, force=True)
    shop = Shop(tmp_path, own)
    shop.publish()
    shop.sync()
    yield shop
    for path in (AUTOSCALER, BUDGET):
        own.request("DELETE", path)


def moved(section: Any) -> list[tuple[str, ...]]:
    """Return object, path, live and held value, manager and who moved."""
    return [
        (change["object"]["kind"], *(field[key] for key in ("path", "before", "after", "manager", "moved")))
        for change in section["plan"]["live"]
        for field in change["fields"]
    ]


@pytest.mark.parametrize("engine", ["offline", "server"])
def test_what_is_synced_has_not_drifted(shop: Shop, engine: str) -> None:
    """After a sync the server's defaults, and whoever writes status, are no drift."""
    code, section = shop.drift(engine)
    assert (code, section["plan"]["live"]) == (0, [])


@pytest.mark.parametrize("engine", ["offline", "server"])
def test_an_edit_is_named_with_manager_and_time(shop: Shop, engine: str) -> None:
    """Who edited a field, when by the server's clock, and that the next sync takes it over."""
    shop.edit(AUTOSCALER, {"spec": {"maxReplicas": 30}}, "kubectl-edit")
    live = shop.server.request("GET", AUTOSCALER).expect()
    (time,) = [entry["time"] for entry in live["metadata"]["managedFields"] if entry["manager"] == "kubectl-edit"]
    code, section = shop.drift(engine)
    assert moved(section) == [("HorizontalPodAutoscaler", "spec.maxReplicas", "30", "9", "kubectl-edit", "cluster")]
    (found,) = section["findings"]
    assert (code, found["code"], found["where"]["line"]) == (1, "DRF001", 6)
    assert found["message"] == (
        "shop/HorizontalPodAutoscaler/web is not as Git holds it: spec.maxReplicas is 30, Git has 9, "
        f"changed in the cluster by kubectl-edit on {time}, the sync takes it over"
    )
    shop.sync()
    assert shop.drift(engine)[0] == 0


@pytest.mark.parametrize("engine", ["offline", "server"])
def test_a_publish_that_is_not_synced(shop: Shop, engine: str) -> None:
    """What the applier still holds was moved by Git; an edit of another field stays the cluster's."""
    policy = shop.folder / "policies/web.yaml"
    policy.write_text(POLICY.replace("min: 3", "min: 4"), encoding="utf-8")
    shop.publish()
    shop.edit(AUTOSCALER, {"spec": {"maxReplicas": 30}}, "kubectl-edit")
    shop.server.request("DELETE", BUDGET).expect()
    _, section = shop.drift(engine)
    assert moved(section) == [
        ("HorizontalPodAutoscaler", "spec.maxReplicas", "30", "9", "kubectl-edit", "cluster"),
        ("HorizontalPodAutoscaler", "spec.minReplicas", "3", "4", "argocd-controller", "git"),
    ]
    assert sorted(item["code"] for item in section["findings"]) == ["DRF001", "DRF002"]


@pytest.mark.parametrize(
    ("engine", "rule"),
    [
        ("offline", "managers: ['kubectl-*']"),
        ("server", "managers: ['kubectl-*']"),
        ("server", "paths: [spec.maxReplicas]"),
    ],
)
def test_a_rule_leaves_an_edit_alone(shop: Shop, engine: str, rule: str) -> None:
    """Both engines leave alone what a rule names, and list it with the rule's line."""
    settings = shop.folder / "ordain.yaml"
    text = settings.read_text(encoding="utf-8").rstrip()
    settings.write_text(f"{text}\n  ignore:\n  - {rule}\n", encoding="utf-8")
    shop.edit(AUTOSCALER, {"spec": {"maxReplicas": 30}}, "kubectl-edit")
    code, section = shop.drift(engine)
    (left,) = section["plan"]["ignored"]
    assert (code, section["plan"]["live"]) == (0, [])
    assert [(field["path"], field["ignored"].split(":")[0]) for field in left["fields"]] == [
        ("spec.maxReplicas", "ordain.yaml")
    ]


def test_a_field_that_others_added_is_no_drift(shop: Shop) -> None:
    """A label of another manager, and one that Argo CD writes, are nobody's drift."""
    labels = {"example.org/cost-centre": "42", "app.kubernetes.io/instance": "shop"}
    shop.edit(AUTOSCALER, {"metadata": {"labels": labels}}, "finops")
    assert shop.drift("offline")[0] == shop.drift("server")[0] == 0
