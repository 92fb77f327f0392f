"""A large cluster is read page by page."""

from pathlib import Path

from tests.cluster.demo import command, create_many, grant
from tests.cluster.servers import start_server

COUNT = 10_000


def test_ten_thousand_objects(tmp_path: Path) -> None:
    """All of them are in the snapshot, whichever page they came in."""
    with start_server("1.37", tmp_path / "server") as server:
        create_many(server, server.create_namespace("large"), COUNT)
        grant(server)
        out = str(tmp_path / "large.gz")
        done = command("snapshot", "--kubeconfig", str(server.reader_kubeconfig), "--cluster", "large", "--out", out)
    assert (done.returncode, done.stderr) == (0, f"Wrote {COUNT} objects of large to {out}.\n")
