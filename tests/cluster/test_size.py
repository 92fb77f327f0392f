"""A large cluster is read page by page."""

from pathlib import Path

from tests.cluster.demo import command, create_many, grant
from tests.cluster.servers import Server

COUNT = 10_000


def test_ten_thousand_objects(newest: Server, tmp_path: Path) -> None:
    """All of them are in the snapshot, whichever page they came in."""
    namespace = newest.create_namespace("large")
    create_many(newest, namespace, COUNT)
    grant(newest)
    out = str(tmp_path / "large.gz")
    done = command("snapshot", "--kubeconfig", str(newest.reader_kubeconfig), "--cluster", "large", "--out", out)
    path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    newest.request("DELETE", path).expect()
    assert done.returncode == 0, done.stderr
    assert int(done.stderr.split()[1].replace(",", "")) >= COUNT
