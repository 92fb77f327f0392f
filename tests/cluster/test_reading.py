"""The demo on real servers, the newest and the oldest: read with get and list alone, planned, applied, compared."""

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.conftest import SHARED
from tests.cluster.demo import NOW, SECRET, Desk, create_demo, objects
from tests.cluster.servers import Server, start_server

pytestmark = pytest.mark.xdist_group("cluster-demo")


@pytest.fixture(scope="module", params=list(SHARED.values()))
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of its own with the demo's objects: other tests' objects would be read, too."""
    with start_server(request.param, tmp_path_factory.mktemp("demo")) as server:
        create_demo(server)
        yield server


@pytest.fixture
def desk(demo: Server, tmp_path: Path) -> Desk:
    """Give the demo's policies, which read that server."""
    return Desk.of(tmp_path, demo)


def result(text: str) -> str:
    """Return a report without the two lines that say where and when it was read; all its other bytes count."""
    return re.sub(r'(?m)^ *"(source|takenAt)": .*\n', "", text)


def test_a_run_on_the_snapshot_is_the_live_run(desk: Desk) -> None:
    """Plan and manifests are the same from the server and from its snapshot, and so is a snapshot of the snapshot."""
    recorded = desk.ordain("snapshot", "--out", "demo.gz")
    assert (recorded.returncode, recorded.stdout) == (0, ""), recorded.stderr
    live, replay = desk.plan("-o", "json"), desk.plan("-o", "json", "--snapshot", "demo.gz")
    assert (live.returncode, live.stderr) == (replay.returncode, replay.stderr)
    assert result(live.stdout) == result(replay.stdout) != live.stdout
    rendered = desk.ordain("render", "--now", NOW)
    assert rendered.stdout == desk.ordain("render", "--now", NOW, "--snapshot", "demo.gz").stdout != ""
    desk.ordain("snapshot", "--snapshot", "demo.gz", "--out", "again.gz")
    assert (desk.folder / "again.gz").read_bytes() == (desk.folder / "demo.gz").read_bytes()


def test_a_publish_from_the_snapshot_is_the_live_one(desk: Desk) -> None:
    """Two copies of one output repository get the same commit: files, words and trailers, the state's digest too."""
    assert desk.ordain("snapshot", "--out", "demo.gz").returncode == 0
    subprocess.run(["git", "clone", "-q", "--bare", "out.git", "copy.git"], cwd=desk.folder, check=True)
    commits = []
    for repository, source in (("out.git", ()), ("copy.git", ("--snapshot", "demo.gz"))):
        done = desk.ordain("publish", "--now", NOW, "--repository", repository, *source)
        assert done.returncode == 0, done.stdout + done.stderr
        rev = ["git", "-C", repository, "rev-parse", "main"]
        commits.append(subprocess.run(rev, cwd=desk.folder, check=True, capture_output=True, text=True).stdout)
    assert commits[0] == commits[1]


def test_what_is_read_is_what_is_there(desk: Desk) -> None:
    """Every object of the demo that a policy looks at is in the snapshot, and nothing of the Secrets."""
    from ordain.cluster.snapshot import read_snapshot

    assert desk.ordain("snapshot", "--out", "demo.gz").returncode == 0
    assert SECRET not in gzip.decompress((desk.folder / "demo.gz").read_bytes()).decode()
    with (desk.folder / "demo.gz").open("rb") as file:
        live = read_snapshot(file, file.read(2), "demo.gz")
    assert live.kubernetes_version == ".".join(desk.server.version.split(".")[:2])
    kinds = {kind.kind for kind in live.read}
    there = {
        (body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"])
        for body in objects()
        if body["kind"] in kinds
    }
    read = {(item.ref.kind, item.ref.namespace, item.ref.name) for item in live.objects}
    assert there <= read
    ours = {namespace for _, namespace, _ in there if namespace}  # outside of them Kubernetes has objects of its own
    assert {item for item in read if item[1] in ours} == {item for item in there if item[1]}
    assert "keda.sh/v1alpha1" in live.schemas


def test_check_judges_what_lives(desk: Desk) -> None:
    """`ordain check` reads the same server with the same rights."""
    done = desk.ordain("check", "--cluster", "demo", "--now", NOW, "-o", "json")
    assert done.returncode in (0, 1), done.stderr
    [section] = json.loads(done.stdout)["sections"]
    assert section["source"] == f"the API server {desk.server.url} (test)"
    assert desk.server.version.startswith(section["kubernetesVersion"])


def test_no_rights(desk: Desk) -> None:
    """Without the role it is exit code 2, with the command that prints it."""
    server = desk.server
    path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/readers"
    binding = server.request("GET", path).expect()
    server.request("DELETE", path).expect()
    try:
        server.reader.wait_for("/apis/apps/v1/deployments", status=403)
        done = desk.plan()
    finally:
        server.create({**binding, "metadata": {"name": "readers"}})
        server.reader.wait_for("/apis/apps/v1/deployments")
    assert (done.returncode, done.stdout) == (2, "")
    assert "you may not read this (403)" in done.stderr
    assert "ordain print-rbac" in done.stderr


def prune(server: Server, manifests: list[dict[str, Any]]) -> None:
    """Delete what is marked as ordain's and is not rendered, as Argo CD does: the demo has one such object."""
    kept = {server.admin.path_of(body) for body in manifests}
    for body in objects():
        ours = body["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "ordain"
        if ours and (path := server.admin.path_of(body)) not in kept:
            server.request("DELETE", path).expect()


def test_applied_and_published_is_no_change(desk: Desk) -> None:
    """Strict server-side apply takes all that is rendered; then nothing differs, also beside a foreign manager."""
    manifests = list(desk.rendered())
    assert manifests
    for body in manifests:
        desk.server.apply(body, manager="argocd-controller", force=True)
    prune(desk.server, manifests)
    published = desk.ordain("publish", "--now", NOW)
    assert published.returncode == 0, published.stdout + published.stderr
    assert "No changes." in desk.plan().stdout
    autoscaler = next(body for body in manifests if body["kind"] == "HorizontalPodAutoscaler")
    foreign = {
        "apiVersion": autoscaler["apiVersion"],
        "kind": autoscaler["kind"],
        "metadata": {
            "name": autoscaler["metadata"]["name"],
            "namespace": autoscaler["metadata"]["namespace"],
            "labels": {"cost-centre": "42"},
        },
        "spec": {
            "maxReplicas": autoscaler["spec"]["maxReplicas"],
            "scaleTargetRef": autoscaler["spec"]["scaleTargetRef"],
        },
    }
    desk.server.apply(foreign, manager="finance")
    assert "No changes." in desk.plan().stdout
