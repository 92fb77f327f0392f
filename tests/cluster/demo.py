"""The demo cluster on a real server, and the command line that reads it."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
import yaml

from ordain.kinds import all_kinds
from ordain.model.kind import Reading
from tests.cluster.servers import Server

ROOT = Path(__file__).parents[2]
NOW = "2026-11-24T18:00:00Z"
CRDS = ("keda-crds", "vertical-pod-autoscaler-crds", "argo-rollouts-crds", "prometheus-operator-crds", "velero-crds")
SECRET = "aHVudGVyMg=="
"""What each Secret of the demo holds here, and nobody may find elsewhere."""
_GIVEN_BY_A_SERVER = ("resourceVersion", "uid", "generation", "creationTimestamp", "selfLink")


def objects() -> Iterator[dict[str, Any]]:
    """Return the demo's objects as a server takes them, namespaces first."""
    files = sorted((ROOT / "policies/cluster/objects").rglob("*.yaml"))
    bodies = [body for file in files for body in yaml.safe_load_all(file.read_text(encoding="utf-8")) if body]
    for body in sorted(bodies, key=lambda body: body["kind"] != "Namespace"):
        for name in _GIVEN_BY_A_SERVER:
            body["metadata"].pop(name, None)
        if body["kind"] == "Service" and body["spec"].get("clusterIP") != "None":
            body["spec"].pop("clusterIP", None)
            body["spec"].pop("clusterIPs", None)
        if body["kind"] == "Secret":
            body["data"] = dict.fromkeys(("tls.crt", "tls.key", "password"), SECRET)
        yield body


def create_demo(server: Server) -> None:
    """Create the CRDs and all objects of the demo, and let the reader read what `print-rbac` grants."""
    for part in CRDS:
        server.install_crds(part)
    assert unknown_kinds(server) == [], "the recipe of scripts/parts has no CRD for them"
    for body in objects():
        server.create(body, manager="kubectl", strict=False)  # old demo objects may say what a newer server dropped
    grant(server)


def unknown_kinds(server: Server) -> list[Reading]:
    """Return the custom kinds that policies look at and that no CRD of the parts defines."""
    readings = dict.fromkeys(reading for kind in all_kinds().values() for reading in kind.reads if reading.optional)
    return [
        reading
        for reading in readings
        if server.request("GET", f"/apis/{reading.api_version}/{reading.resource}").status == 404
    ]


def grant(server: Server, *arguments: str, name: str = "readers") -> None:
    """Bind the group of the reader to exactly what `ordain print-rbac` prints, by a binding of that name."""
    role = yaml.safe_load(command("print-rbac", *arguments).stdout)
    server.apply(role, force=True)
    api = "rbac.authorization.k8s.io"
    binding = {
        "apiVersion": f"{api}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": role["metadata"]["name"]},
        "subjects": [{"apiGroup": api, "kind": "Group", "name": "readers"}],
    }
    server.apply(binding, force=True)
    server.reader.wait_for("/apis/apps/v1/deployments")


def create_many(server: Server, namespace: str, count: int) -> None:
    """Create small objects of a kind that is read, several at once."""
    pool = urllib3.PoolManager(ca_certs=str(server.ca), maxsize=8)
    url = f"{server.url}/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"

    def create(number: int) -> int:
        spec = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": f"app-{number}"}}}
        body = {"metadata": {"name": f"app-{number:05}"}, "spec": spec}
        return pool.request("POST", url, json=body, headers={"Authorization": f"Bearer {server.token}"}).status

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(create, range(count))) == {201}


def command(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `ordain` and return what it said; it does not hang."""
    paths = os.pathsep.join([str(ROOT / "engine"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "ordain", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Desk:
    """The demo's policies: they read a real server as its reader, and publish to a repository of their own."""

    folder: Path
    server: Server

    @classmethod
    def of(cls, folder: Path, server: Server) -> "Desk":
        """Write the settings."""
        spec: dict[str, Any] = {
            "policies": [str(ROOT / "policies/organisation"), str(ROOT / "policies/teams")],
            "clusters": [
                {
                    "name": "demo",
                    "kubernetes": {"kubeconfig": str(server.reader_kubeconfig)},
                    "series": str(ROOT / "policies/cluster/series"),
                }
            ],
            "output": {"repository": "out.git"},
        }
        project = {"apiVersion": "ordain.dev/v1alpha1", "kind": "Project", "metadata": {"name": "demo"}, "spec": spec}
        (folder / "ordain.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
        subprocess.run(["git", "init", "-q", "--bare", "out.git"], cwd=folder, check=True)
        return cls(folder, server)

    def ordain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command here, with a cache of its own."""
        return command(*arguments, cwd=self.folder, XDG_CACHE_HOME=str(self.folder / "cache"))

    def plan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Plan at a fixed time."""
        return self.ordain("plan", "--now", NOW, *arguments)

    def rendered(self, *arguments: str) -> Iterable[dict[str, Any]]:
        """Return the manifests of a run."""
        return [body for body in yaml.safe_load_all(self.ordain("render", "--now", NOW, *arguments).stdout) if body]
