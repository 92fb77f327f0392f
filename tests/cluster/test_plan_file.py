"""A saved plan on a real server: what the cluster writes by itself does not stop it, a change of a spec does."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.demo import NOW, command
from tests.cluster.servers import Server

LATER = "2026-11-24T19:00:00Z"
HPA = "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers/web"
PDB = "/apis/policy/v1/namespaces/{}/poddisruptionbudgets/web"
DEPLOYMENT = "/apis/apps/v1/namespaces/{}/deployments/web"


@dataclass(frozen=True)
class Desk:
    """A policy repository for one namespace of a server."""

    folder: Path
    server: Server
    namespace: str

    def ordain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command here."""
        return command(*arguments, cwd=self.folder, XDG_CACHE_HOME=str(self.folder / "cache"))

    def patch(self, path: str, body: dict[str, Any], *, manager: str) -> None:
        """Change an object or a subresource of the namespace, as somebody would."""
        url = f"{path.format(self.namespace)}?fieldManager={manager}"
        self.server.request("PATCH", url, body, content_type="application/merge-patch+json").expect()

    def tip(self) -> str:
        """Return the output branch's commit."""
        return subprocess.run(
            ["git", "-C", "out.git", "rev-parse", "main"], cwd=self.folder, capture_output=True, text=True, check=True
        ).stdout


@pytest.fixture
def desk(newest: Server, tmp_path: Path) -> Desk:
    """Give a workload that is published and synced, and a saved plan that raises its maximum."""
    namespace = newest.create_namespace("plan")
    labels = {"app": "web"}
    container = {"name": "app", "image": "registry.example.org/web:1", "resources": {"requests": {"cpu": "500m"}}}
    newest.create(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {
                "replicas": 3,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
        },
        manager="team",
    )
    policy = {
        "apiVersion": "ordain.dev/v1alpha1",
        "kind": "ScalingPolicy",
        "metadata": {"name": "web"},
        "spec": {
            "targets": [{"namespaces": [namespace]}],
            "replicas": {"min": 3, "max": 9},
            "disruption": {"maxUnavailable": 1},
        },
    }
    spec = {
        "policies": ["web.yaml"],
        "clusters": [{"name": "prod", "kubernetes": {"kubeconfig": str(newest.kubeconfig)}}],
        "output": {"repository": "out.git"},
    }
    project = {"apiVersion": "ordain.dev/v1alpha1", "kind": "Project", "metadata": {"name": "shop"}, "spec": spec}
    (tmp_path / "web.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    (tmp_path / "ordain.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "out.git"], cwd=tmp_path, check=True)
    desk = Desk(tmp_path, newest, namespace)
    done = desk.ordain("publish", "--now", NOW)
    assert done.returncode == 0, done.stdout + done.stderr
    for body in filter(None, yaml.safe_load_all(desk.ordain("render", "--now", NOW).stdout)):
        newest.apply(body, manager="argocd-controller")
    policy["spec"]["replicas"]["max"] = 12  # type: ignore[index]  # yaml's nested mappings
    (tmp_path / "web.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    saved = desk.ordain("plan", "--now", NOW, "--out", "plan.json")
    assert saved.returncode == 0, saved.stdout + saved.stderr
    return desk


def test_what_a_cluster_writes_by_itself_does_not_stop_a_plan(desk: Desk) -> None:
    """Status writes and an autoscaler's scaling move resourceVersions; the plan still holds, and is published."""
    replicas = {"currentReplicas": 3, "desiredReplicas": 8}
    desk.patch(f"{HPA}/status", {"status": replicas}, manager="kube-controller-manager")
    desk.patch(f"{DEPLOYMENT}/scale", {"spec": {"replicas": 8}}, manager="kube-controller-manager")
    desk.patch(f"{DEPLOYMENT}/status", {"status": {"replicas": 8}}, manager="kube-controller-manager")
    desk.patch(f"{PDB}/status", {"status": {"disruptionsAllowed": 1}}, manager="kube-controller-manager")
    desk.patch(HPA, {"metadata": {"annotations": {"team": "shop"}}}, manager="kubectl")
    before = desk.tip()
    done = desk.ordain("publish", "plan.json", "--now", LATER)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "Published: 0 created, 1 updated, 0 deleted.",
    ), done.stdout + done.stderr
    assert before != desk.tip()


def test_a_change_of_a_compared_field_stops_a_plan(desk: Desk) -> None:
    """Whoever changes what the plan compared stops it: object, path and both values are named."""
    desk.patch(HPA, {"spec": {"minReplicas": 5}}, manager="kubectl-edit")
    before = desk.tip()
    done = desk.ordain("publish", "plan.json", "--now", LATER)
    assert (done.returncode, done.stdout, before) == (2, "", desk.tip())
    name = f"{desk.namespace}/HorizontalPodAutoscaler/web"
    assert f"1 thing moved\n  prod: {name}: live spec.minReplicas: 3 -> 5\n" in done.stderr
    desk.patch(HPA, {"spec": {"minReplicas": 3}}, manager="kubectl-edit")
    assert desk.ordain("publish", "plan.json", "--now", LATER, "--dry-run").returncode == 0


def test_an_object_that_is_deleted_stops_a_plan(desk: Desk) -> None:
    """A live object that goes after the plan was made is named."""
    desk.server.request("DELETE", PDB.format(desk.namespace)).expect()
    done = desk.ordain("publish", "plan.json", "--now", LATER)
    assert done.returncode == 2
    name = f"prod: {desk.namespace}/PodDisruptionBudget/web"
    assert f"\n  {name}: live: as desired -> not in the cluster\n" in done.stderr


def test_the_server_is_the_only_thing_that_is_not_in_the_file(desk: Desk) -> None:
    """The token of the kubeconfig is nowhere in the plan, nor is a resourceVersion."""
    text = (desk.folder / "plan.json").read_text()
    assert desk.server.token not in text
    assert "resourceVersion" not in text
    assert json.loads(text)["plan"]["clusters"][0]["source"].startswith("the API server https://127.0.0.1:")
