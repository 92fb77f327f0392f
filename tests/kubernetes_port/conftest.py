"""A small cluster on a fake server, and a port to it that never really waits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.cluster.kubernetes import LiveCluster
from ordain.cluster.transport import Patience
from ordain.model.kind import Reading
from ordain.model.live import LiveState
from tests.kubernetes_port.fake import FakeServer, Reply, served

DEPLOYMENTS = Reading("apps/v1", "Deployment", "deployments")
SECRETS = Reading("v1", "Secret", "secrets")
SCALED = Reading("keda.sh/v1alpha1", "ScaledObject", "scaledobjects", optional=True)
PATH = "/apis/apps/v1/deployments"


def group(name: str, *resources: tuple[str, str], version: str = "v1", freshness: str = "Current") -> dict[str, Any]:
    """Return a group of the aggregated discovery."""
    listed = [
        {"resource": resource, "responseKind": {"kind": kind}, "scope": "Namespaced"} for resource, kind in resources
    ]
    return {"metadata": {"name": name}, "versions": [{"version": version, "freshness": freshness, "resources": listed}]}


def groups(*items: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of the aggregated discovery."""
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": list(items)}


def deployment(name: str) -> dict[str, Any]:
    """Return an object as a typed list holds it: without apiVersion and kind."""
    return {"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": {"replicas": 1}, "status": {}}


def page(*items: Any, token: str = "", kind: str = "DeploymentList") -> dict[str, Any]:
    """Return one page of a list."""
    return {"kind": kind, "apiVersion": "v1", "metadata": {"continue": token} if token else {}, "items": list(items)}


def paged(*names: str) -> Callable[[dict[str, str]], Reply]:
    """Return pages of one object each; the tokens are the names that come next."""

    def answer(query: dict[str, str]) -> Reply:
        at = names.index(query["continue"]) if "continue" in query else 0
        following = names[at + 1] if at + 1 < len(names) else ""
        return Reply(page(deployment(names[at]), token=following))

    return answer


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """Give a healthy server of Kubernetes 1.37 with two Deployments, one Secret and no KEDA."""
    fake = FakeServer()
    fake.gives("/version", {"major": "1", "minor": "37+"})
    fake.gives("/api", groups(group("", ("secrets", "Secret"))))
    fake.gives("/apis", groups(group("apps", ("deployments", "Deployment"))))
    fake.gives(PATH, page(deployment("cart"), deployment("api")))
    with served(fake):
        yield fake


@dataclass
class Port:
    """A port to the fake server; `slept` are the pauses that it asked for, `told` what it said on the way."""

    kubeconfig: Path
    name: str = "prod"
    slept: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def read(self, *wanted: Reading, **patience: Any) -> LiveState:
        """Read kinds, by default the Deployments."""
        clock = {"sleep": self.slept.append, **patience}
        return self.cluster(Patience(**clock)).read(wanted or (DEPLOYMENTS,))

    def cluster(self, patience: Patience) -> LiveCluster:
        """Return the port itself."""
        return LiveCluster(self.name, None, str(self.kubeconfig), told=self.told.append, patience=patience)

    def names(self, *wanted: Reading) -> Sequence[str]:
        """Return the names of what was read."""
        return [item.ref.name for item in self.read(*wanted).objects]


def kubeconfig(path: Path, url: str, user: dict[str, Any] | None = None, **cluster: Any) -> Path:
    """Write a kubeconfig with one context, `dev`."""
    content = {
        "current-context": "dev",
        "clusters": [{"name": "dev", "cluster": {"server": url, **cluster}}],
        "users": [{"name": "dev", "user": user or {"token": "secret-token"}}],
        "contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "dev"}}],
    }
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture
def port(server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Give a port to the server, with a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Port(kubeconfig(tmp_path / "config", server.url))
