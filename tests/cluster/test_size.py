"""A large cluster is read page by page."""

from pathlib import Path

from ordain.cluster.snapshot import read_snapshot
from tests.cluster.demo import command, create_many, grant
from tests.cluster.servers import start_server

COUNT = 10_000


def test_ten_thousand_objects(tmp_path: Path) -> None:
    """All of them are in the snapshot, whichever page they came in; beside them is what Kubernetes itself creates."""
    out = tmp_path / "large.gz"
    with start_server("1.37", tmp_path / "server") as server:
        namespace = server.create_namespace("large")
        create_many(server, namespace, COUNT)
        grant(server)
        kubeconfig = str(server.reader_kubeconfig)
        done = command("snapshot", "--kubeconfig", kubeconfig, "--cluster", "large", "--out", str(out))
    assert done.returncode == 0, done.stderr
    with out.open("rb") as file:
        live = read_snapshot(file, file.read(2), "large.gz")
    assert done.stderr == f"Wrote {len(live.objects)} objects of large to {out}.\n"
    names = {item.ref.name for item in live.objects.of_kind("PodDisruptionBudget")}
    assert names == {f"app-{number:05}" for number in range(COUNT)}
