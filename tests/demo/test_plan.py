"""The plan that `make run` shows has the promised shape: each thing worth showing, once or a few times."""

from typing import Any

import pytest

WARNINGS = {
    "POL009": None,
    "REL002": "payments/StatefulSet/ledger-db",
    "SCL015": "shop/Deployment/storefront",
    "SLO005": "shop/Deployment/checkout",
    "SCL009": "shop/Deployment/search",
    "SCL010": "payments/Deployment/payments-api",
    "WVR001": None,
}


def named(item: Any) -> str:
    return f"{item['namespace']}/{item['kind']}/{item['name']}"


SCALING = {"HorizontalPodAutoscaler": "hpa", "PodDisruptionBudget": "pdb"}


def short(item: Any) -> str:
    return f"{item['namespace']}/{SCALING[item['kind']]}-{item['name']}"


def ours(changes: Any) -> list[Any]:
    """Return what ScalingPolicy renders: other kinds have their own story."""
    return [change for change in changes if change["object"]["kind"] in SCALING]


def changes(plan: Any, action: str) -> set[str]:
    found = ours(plan["sections"][0]["plan"]["changes"])
    return {short(change["object"]) for change in found if change["action"] == action}


def findings(plan: Any) -> list[Any]:
    return [*plan["findings"], *plan["sections"][0]["findings"]]


def drifted(plan: Any) -> dict[str, Any]:
    return {short(change["object"]): change for change in ours(plan["sections"][0]["plan"]["live"])}


def test_creates(plan: Any) -> None:
    """What came under a policy since the earlier publish is created."""
    expected = {
        f"{name}"
        for where in ("shop/{}-search-index", "shop/{}-notifications", "platform/{}-edge-proxy")
        for name in (where.format("hpa"), where.format("pdb"))
    }
    assert expected == changes(plan, "create")


def test_updates(plan: Any) -> None:
    """What teams changed since is updated."""
    expected = {"shop/hpa-storefront", "shop/hpa-checkout", "shop/pdb-checkout", "payments/hpa-payments-api"}
    assert expected == changes(plan, "update")


def test_deletes(plan: Any) -> None:
    """The autoscaler whose policy is gone is deleted, and nothing else."""
    assert {"shop/hpa-cart-redis"} == changes(plan, "delete")


def test_unchanged(plan: Any) -> None:
    """The other twelve objects are a count (more, with more kinds)."""
    assert plan["summary"]["unchanged"] >= 12


def test_an_update_names_its_line(plan: Any) -> None:
    """A changed field has both sides and the policy line that set it."""
    fields = {
        short(change["object"]): {field["path"]: field for field in change["fields"]}
        for change in ours(plan["sections"][0]["plan"]["changes"])
    }
    field = fields["shop/hpa-storefront"]["spec.maxReplicas"]
    assert (
        field["before"],
        field["after"],
        field["setBy"]["policy"],
        field["setBy"]["where"]["file"],
    ) == ("10", "12", "ScalingPolicy/storefront", "policies/teams/shop/storefront.yaml")


def test_warnings(plan: Any) -> None:
    """Of the controls that have one story each, each once, on what it is meant for."""
    codes = ("POL", "REL", "SCL", "SLO", "WVR")
    open_ones = [
        finding
        for finding in findings(plan)
        if finding["severity"] == "warning" and not finding["waived"] and finding["code"].startswith(codes)
    ]
    assert sorted(WARNINGS) == sorted(finding["code"] for finding in open_ones)
    assert {
        finding["code"]: named(finding["subject"]) if finding["subject"] else None for finding in open_ones
    } == WARNINGS


def test_data_without_a_backup(plan: Any) -> None:
    """Four volumes have no backup; two of them hold what is rebuilt, and a waiver says so."""
    found = {named(one["subject"]): one["waived"] for one in findings(plan) if one["code"] == "BKP007"}
    assert {name for name, waived in found.items() if not waived} == {
        "platform/StatefulSet/kafka",
        "shop/PersistentVolumeClaim/uploads-back-office-0",
    }
    assert {name for name, waived in found.items() if waived} == {
        "shop/StatefulSet/cart-redis",
        "shop/StatefulSet/search-index",
    }


def test_compliance(plan: Any) -> None:
    """The house's own rule and the structural controls find one workload each."""
    found = {(one["code"], named(one["subject"])) for one in findings(plan) if one["code"].startswith("COM")}
    assert found == {("COM100", "shop/Deployment/back-office"), ("COM007", "shop/Deployment/checkout")}


def test_every_kind_renders(plan: Any) -> None:
    """The plan creates an object of each kind of policy."""
    kinds = {change["object"]["kind"] for change in plan["sections"][0]["plan"]["changes"]}
    assert {"HorizontalPodAutoscaler", "CronJob", "PrometheusRule", "Namespace"} <= kinds


def test_the_forecast_is_in_the_reason(plan: Any) -> None:
    """The floor of checkout comes with its numbers."""
    (change,) = [
        one for one in ours(plan["sections"][0]["plan"]["changes"]) if short(one["object"]) == "shop/hpa-checkout"
    ]
    assert "Monday 19:00 UTC peak 421 expected, 90% up to 470, floor 14 at 34 a pod" in change["reason"]


def test_errors_are_waived(plan: Any) -> None:
    """KEDA's paused ScaledObject is a second autoscaler, a night in March has no 02:30, and waivers say what for."""
    errors = [finding for finding in findings(plan) if finding["severity"] == "error"]
    assert [(finding["code"], named(finding["subject"]), finding["waived"]["name"]) for finding in errors] == [
        ("BKP002", "payments/StatefulSet/ledger-db", "ledger-rpo"),
        ("SCL007", "shop/Deployment/notifications", "notifications-leaves-keda"),
    ]


def test_drift(plan: Any) -> None:
    """Two objects live otherwise than Git says; what the plan itself changes is no drift."""
    found = [name for name, change in drifted(plan).items() if not change["pending"]]
    assert sorted(found) == ["payments/hpa-fraud-scorer", "shop/pdb-cart"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("payments/hpa-fraud-scorer", ("spec.maxReplicas", "6", "8", "argocd-controller")),
        ("shop/pdb-cart", ("spec.maxUnavailable", "3", "1", "kubectl-edit")),
    ],
)
def test_drifted_objects(plan: Any, name: str, field: tuple[str, ...]) -> None:
    """A drifted field has both sides and the manager that holds it."""
    fields = drifted(plan)[name]["fields"]
    assert [field] == [tuple(one[key] for key in ("path", "before", "after", "manager")) for one in fields]


def test_the_plan_is_the_same_twice(demo: Any) -> None:
    """The same input gives the same bytes."""
    arguments = ("plan", "--project", "policies", "--now", "2026-11-23T18:00:00Z")
    assert demo.ordain(*arguments).stdout == demo.ordain(*arguments).stdout


def test_validate_has_nothing_to_say(demo: Any) -> None:
    """Today's policies and the earlier ones are sound on their own."""
    for project in ("policies", "policies/earlier"):
        assert demo.report("validate", "--project", project)["findings"] == []
