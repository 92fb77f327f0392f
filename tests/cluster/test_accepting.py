"""What a real server says of all that ordain renders."""

import yaml

from tests.cluster.api import RefusedError
from tests.cluster.demo import CRDS, ROOT
from tests.cluster.servers import Server

CASES = ROOT / "tests/kinds"


def test_strict_apply_takes_what_every_kind_renders(newest: Server) -> None:
    """Every manifest of every case is accepted, but of cases with an error: those are never published."""
    for part in CRDS:
        newest.install_crds(part)
    refused: dict[str, str] = {}
    rows: set[str] = set()
    for golden in sorted(CASES.glob("*/*/expected/manifests.yaml")):
        if " error " in (golden.parent / "findings.txt").read_text(encoding="utf-8"):
            continue
        for body in filter(None, yaml.safe_load_all(golden.read_text(encoding="utf-8"))):
            if namespace := body["metadata"].get("namespace"):
                newest.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, force=True)
            try:
                newest.apply(body, manager="argocd-controller", dry_run=True, force=True)
            except (RefusedError, KeyError) as error:  # KeyError: no CRD of that kind is among CRDS
                refused[f"{golden.parents[1].relative_to(CASES)}: {body['kind']}/{body['metadata']['name']}"] = repr(
                    error
                )
            rows.add(golden.parents[2].name)
    assert refused == {}
    assert rows >= {path.name for path in (ROOT / "templates").iterdir() if any(path.glob("*.yaml.j2"))}
