"""A large cluster is read page by page."""

from pathlib import Path

from ordain.cluster.snapshot import read_snapshot
from tests.cluster.demo import Desk, create_many, grant
from tests.cluster.servers import start_server

COUNT = 10_000


def test_ten_thousand_objects(tmp_path: Path) -> None:
    """All of them are in the snapshot, whichever page they came in, and a plan reads them as well."""
    with start_server("1.37", tmp_path / "server") as server:
        namespace = server.create_namespace("large")
        create_many(server, namespace, COUNT)
        grant(server)
        desk = Desk.of(tmp_path, server)
        recorded = desk.ordain("snapshot", "--out", "large.gz")
        planned = desk.plan("-v")
    assert recorded.returncode == 0, recorded.stderr
    with (tmp_path / "large.gz").open("rb") as file:
        live = read_snapshot(file, file.read(2), "large.gz")
    budgets = live.objects.of_kind("PodDisruptionBudget", namespace=namespace)  # Kubernetes has objects of its own
    assert [item.ref.name for item in budgets] == [f"app-{number:05}" for number in range(COUNT)]
    assert planned.returncode == 0, planned.stdout + planned.stderr
