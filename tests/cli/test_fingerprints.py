"""One defect has one name, wherever it is seen."""

import json
from typing import Any

BLOCKED = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: cart, namespace: shop}
spec:
  minAvailable: 3
  selector: {matchLabels: {app: cart}}
"""


def _names(shop: Any, *arguments: str) -> set[tuple[str, str, str]]:
    document = json.loads(shop.ordain(*arguments, "-o", "json").out)
    groups = [document["findings"], *(section["findings"] for section in document["sections"])]
    found = [finding for group in groups for finding in group if finding["subject"]]
    return {(finding["code"], finding["subject"]["name"], finding["fingerprint"]) for finding in found}


def test_a_defect_has_one_name_in_a_file_a_manifest_and_a_cluster(shop: Any) -> None:
    """A budget that blocks every drain has the same fingerprint as a source file, rendered by a policy, and live."""
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "  disruption: {minAvailable: 3}\n")
    planned = _names(shop, "plan")
    cart = {name for name in planned if name[1] == "cart"}
    assert cart
    shop.write("source/cart.yaml", (shop.folder / "clusters/prod.yaml").read_text() + BLOCKED)
    assert cart <= _names(shop, "check", "source")
    shop.append("clusters/prod.yaml", BLOCKED)
    assert cart <= _names(shop, "check", "--cluster", "prod")
