"""The shared servers are what tests take them for: real ones, of the right version, that refuse what they should."""

import json
import ssl
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cluster.api import Api, RefusedError
from tests.cluster.processes import runs
from tests.cluster.servers import Server, start_server

CONFIG = {"apiVersion": "v1", "kind": "ConfigMap"}


def config_map(namespace: str, **data: str) -> dict[str, object]:
    return {**CONFIG, "metadata": {"name": "settings", "namespace": namespace}, "data": data}


def test_its_version(server: Server) -> None:
    """A server calls itself by the version that was built, not v0.0.0."""
    assert server.request("GET", "/version").expect()["gitVersion"] == f"v{server.version}"


def test_a_stranger_is_refused(server: Server) -> None:
    """Who has no token may read nothing, and who has a wrong one is nobody."""
    nobody = Api(server.url, server.ca, None).request("GET", "/api/v1/namespaces")
    forger = Api(server.url, server.ca, "wrong").request("GET", "/api/v1/namespaces")
    assert (nobody.status, forger.status) == (403, 401)


def test_the_reader_reads_what_is_granted(server: Server) -> None:
    """The reader may get nothing, until RBAC grants it, and then no more than that."""
    namespace = server.create_namespace()
    server.apply(config_map(namespace, a="b"))
    path = f"/api/v1/namespaces/{namespace}/configmaps/settings"
    assert server.request("GET", path, as_reader=True).status == 403
    rbac = "rbac.authorization.k8s.io"
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]}
    meta = {"name": "read", "namespace": namespace}
    server.apply({"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": meta, "rules": [rule]})
    server.apply(
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "RoleBinding",
            "metadata": meta,
            "subjects": [{"kind": "Group", "name": "readers", "apiGroup": rbac}],
            "roleRef": {"kind": "Role", "name": "read", "apiGroup": rbac},
        }
    )
    assert server.reader.wait_for(path).expect(200)["data"] == {"a": "b"}
    assert server.request("DELETE", path, as_reader=True).status == 403


def test_unknown_fields_are_refused(server: Server) -> None:
    """A strict server refuses the fields that a kind does not have: all of them at creation, one when applied."""
    manifest = {**config_map(server.create_namespace()), "extra": 1, "more": 2}
    with pytest.raises(RefusedError) as refused:
        server.create(manifest, dry_run=True)
    assert refused.value.status == 400
    assert all(f'unknown field "{name}"' in refused.value.message for name in ("extra", "more"))
    with pytest.raises(RefusedError, match=r"\.(extra|more): field not declared in schema"):
        server.apply(manifest)
    assert "extra" not in server.create(manifest, strict=False)


def test_a_dry_run_keeps_nothing(server: Server) -> None:
    """A dry run answers with the object as it would be, and the server has none afterwards."""
    namespace = server.create_namespace()
    assert server.apply(config_map(namespace, a="b"), dry_run=True)["data"] == {"a": "b"}
    assert server.request("GET", f"/api/v1/namespaces/{namespace}/configmaps/settings").status == 404


def test_another_manager_conflicts(server: Server) -> None:
    """Two managers do not share a field with different values, unless one insists."""
    namespace = server.create_namespace()
    server.apply(config_map(namespace, a="b"), manager="first")
    with pytest.raises(RefusedError, match='conflict with "first"') as refused:
        server.apply(config_map(namespace, a="c"), manager="second")
    assert refused.value.status == 409
    assert server.apply(config_map(namespace, a="c"), manager="second", force=True)["data"] == {"a": "c"}


def test_published_crds_are_served(server: Server) -> None:
    """The Prometheus Operator's kinds are there once their CRDs are installed, and are validated."""
    server.install_crds("prometheus-operator-crds")
    meta = {"name": "rules", "namespace": server.create_namespace()}
    rule = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": meta}
    groups = [{"name": "g", "rules": [{"record": "a:b", "expr": "up"}]}]
    assert server.apply({**rule, "spec": {"groups": groups}})["spec"]["groups"] == groups
    with pytest.raises(RefusedError, match=r"spec\.groups"):
        server.apply({**rule, "spec": {"groups": "none"}})


@pytest.mark.parametrize(
    "part", ["argo-cd-crds", "argo-rollouts-crds", "keda-crds", "velero-crds", "vertical-pod-autoscaler-crds"]
)
def test_other_published_crds_are_served(newest: Server, part: str) -> None:
    """The CRDs of the other projects that ordain writes objects for are accepted as they were published."""
    newest.install_crds(part)


def test_kubeconfigs_open_the_server(newest: Server) -> None:
    """Each kubeconfig has all that a client needs: an address, a certificate that proves it, a user's token."""
    for path, name in ((newest.kubeconfig, "admin"), (newest.reader_kubeconfig, "reader")):
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]
        request = urllib.request.Request(
            f"{cluster['server']}/apis/authentication.k8s.io/v1/selfsubjectreviews",
            json.dumps({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}).encode(),
            {"Authorization": f"Bearer {user['user']['token']}", "Content-Type": "application/json"},
        )
        proof = ssl.create_default_context(cafile=cluster["certificate-authority"])
        with urllib.request.urlopen(request, context=proof) as answer:
            assert json.load(answer)["status"]["userInfo"]["username"] == name == user["name"]


@pytest.mark.parametrize("end", [Server.stop, Server.kill])
def test_a_server_ends_and_comes_back(end: Callable[[Server], None], tmp_path: Path) -> None:
    """A server that was stopped or killed leaves no process, and knows its objects when it is started again."""
    with start_server("1.37", tmp_path) as server:
        namespace = server.create_namespace()
        pids = [each for process in server.processes for each in (process.pid, process.guard.pid)]
        assert all(runs(pid) for pid in pids)
        end(server)
        assert not any(runs(pid) for pid in pids)
        server.restart()
        assert server.request("GET", f"/api/v1/namespaces/{namespace}").status == 200
        pids = [each for process in server.processes for each in (process.pid, process.guard.pid)]
    assert not any(runs(pid) for pid in pids)


def test_a_failed_start_leaves_nothing(tmp_path: Path) -> None:
    """A server that cannot start says why in its own words, and leaves no process."""
    with pytest.raises(AssertionError, match="unknown flag: --no-such-flag"):
        start_server("1.37", tmp_path, flags=["--no-such-flag"])
    assert [path.name for path in tmp_path.rglob("etcd")] == []
