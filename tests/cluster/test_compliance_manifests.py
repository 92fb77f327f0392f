"""What CompliancePolicy renders is taken by real servers, field by field."""

from pathlib import Path

import yaml

from tests.cluster.servers import Server

CASES = Path(__file__).parents[1] / "kinds/compliance"


def test_every_rendered_object_is_applied_strictly(server: Server) -> None:
    """Namespaces and network policies of all cases are taken by server-side apply, and keep their labels."""
    kinds = set()
    for golden in sorted(CASES.glob("*/expected/manifests.yaml")):
        for manifest in yaml.safe_load_all(golden.read_text(encoding="utf-8")):
            if manifest is None:
                continue
            namespace = server.create_namespace()
            place = {"namespace": namespace} if manifest["kind"] == "NetworkPolicy" else {"name": namespace}
            applied = server.apply({**manifest, "metadata": {**manifest["metadata"], **place}})
            kinds.add(manifest["kind"])
            assert manifest["metadata"].get("labels", {}).items() <= applied["metadata"].get("labels", {}).items()
            assert manifest.get("spec", {}).items() <= applied["spec"].items()
    assert kinds == {"Namespace", "NetworkPolicy"}
