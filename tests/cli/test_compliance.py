"""Compliance through the command line: what is judged where, one fingerprint everywhere, no secret anywhere."""

from typing import Any

import pytest

NOW = ("--now", "2026-11-24T18:00:00Z")
POLICY = """\
apiVersion: ordain.dev/v1alpha1
kind: CompliancePolicy
metadata: {name: house}
spec:
  targets: [{namespaces: [NAMESPACE]}]
  podSecurity: {level: baseline}
"""
CANARY = "canary-93a7"
POD = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec:
  hostPID: true
  containers:
    - name: app
      image: web
      env:
        - {{name: DB_PASSWORD, value: {CANARY}}}
        - {{name: DATABASE, value: "postgres://shop:{CANARY}@db/orders"}}
"""


def fingerprints(report: Any) -> set[str]:
    """Return the fingerprints of a report's structural findings."""
    every = [*report["findings"], *(item for section in report["sections"] for item in section["findings"])]
    return {item["fingerprint"] for item in every if item["code"].startswith("COM")}


def test_a_plan_judges_live_objects_only_where_a_policy_asks_for_it(shop: Any) -> None:
    """Nobody is told about pods of namespaces that no CompliancePolicy targets."""
    assert fingerprints(shop.report("plan", *NOW)) == set()
    shop.write("policies/house.yaml", POLICY.replace("NAMESPACE", "bank"))
    assert fingerprints(shop.report("plan", *NOW)) == set()
    shop.write("policies/house.yaml", POLICY.replace("NAMESPACE", "shop"))
    assert len(fingerprints(shop.report("plan", *NOW))) > 3


def test_a_finding_has_one_fingerprint_live_and_in_a_file(shop: Any) -> None:
    """The same objects give the same names of findings, whether read from a cluster, planned over, or in a file."""
    shop.write("policies/house.yaml", POLICY.replace("NAMESPACE", "shop"))
    live = fingerprints(shop.report("check", "--cluster", "prod", *NOW))
    planned = fingerprints(shop.report("plan", *NOW))
    in_files = fingerprints(shop.report("check", "clusters/prod.yaml", *NOW))
    assert live == planned == in_files
    assert live


def test_a_namespace_outlives_its_policy(shop: Any) -> None:
    """When the policy goes its file goes, and the plan says that the namespace stays."""
    house = shop.write("policies/house.yaml", POLICY.replace("NAMESPACE", "shop"))
    shop.publish()
    house.unlink()
    (change,) = shop.report("plan", *NOW)["sections"][0]["plan"]["changes"]
    assert (change["action"], change["object"]["kind"]) == ("delete", "Namespace")
    assert change["reason"] == "no policy asks for it any more; the object stays in the cluster (Prune=false)"


@pytest.mark.parametrize("written", ["Namespace/shop", "namespaces/shop"])
def test_a_namespace_can_be_explained(shop: Any, written: str) -> None:
    """What holds for a namespace is asked for by its kind and name: it lies in none itself."""
    shop.write("policies/house.yaml", POLICY.replace("NAMESPACE", "shop"))
    lines = shop.ordain("explain", "--workload", written).out.splitlines()
    assert lines[0] == "# CompliancePolicy of Namespace/shop in prod"
    assert lines[1].split() == [
        "podSecurity.level:",
        "baseline",
        "#",
        "CompliancePolicy/house",
        "(policies/house.yaml:6:24)",
    ]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "markdown", "github", "html"])
def test_a_secret_is_in_no_report(empty: Any, form: str) -> None:
    """The control says where a secret stands, in every format, and never what it is."""
    done = empty.ordain("check", "-", "-v", "-o", form, stdin=POD.encode())
    assert done.code == 1
    assert "COM011" in done.out
    assert CANARY not in done.out + done.err
