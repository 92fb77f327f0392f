"""What kinds say together: promises of service levels beside restores and drains."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kinds.test_cases import run


def workload(name: str, kind: str = "Deployment") -> dict[str, Any]:
    labels = {"app": name}
    spec = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {}}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop", "labels": labels},
        "spec": spec,
    }


def budget(selector: Any) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "budget", "namespace": "shop"},
        "spec": {"maxUnavailable": 1, "selector": selector},
    }


def levels(name: str, target: float, kind: str = "Deployment", needs: Any = (), **indicator: Any) -> dict[str, Any]:
    counted = indicator or {"requests": {"errors": f"{name}_errors_total", "total": f"{name}_total"}}
    objective = {"name": "o", "target": target, "window": "30d", "indicator": counted}
    spec = {"targets": [{"names": [name], "kinds": [kind]}], "objectives": [objective], "pods": {"availability": 99.99}}
    if needs:
        spec["dependsOn"] = list(needs)
    return policy("ServiceLevelPolicy", name, spec)


def backup(name: str, rto: str | None) -> dict[str, Any]:
    objectives = {"rpo": "26h", "retention": {"daily": 7}, **({"rto": rto} if rto else {})}
    return policy(
        "BackupPolicy",
        name,
        {
            "targets": [{"names": [name]}],
            "objectives": objectives,
            "source": {"postgres": {"service": name, "database": name, "credentials": {"secret": name}}},
            "schedule": {"cron": "17 1 * * *"},
            "repository": {"restic": "s3:https://s3.example.org/b", "credentials": {"secret": name}},
            "image": "registry.example.org/backup:1",
        },
    )


def policy(kind: str, name: str, spec: Any) -> dict[str, Any]:
    return {"apiVersion": "ordain.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def found(folder: Path, code: str, policies: list[Any], objects: list[Any]) -> list[str]:
    """Return the first words of each finding of a code, in the order of the subjects' names."""
    (folder / "policy.yaml").write_text(yaml.safe_dump_all(policies), encoding="utf-8")
    (folder / "live.yaml").write_text(yaml.safe_dump_all(objects), encoding="utf-8")
    lines = run(folder)["findings.txt"].splitlines()
    return sorted(line.partition(" warning ")[2] for line in lines if f" {code} " in line)


BUDGETS = {
    "none": ([], True),
    "of-its-pods": ([budget({"matchLabels": {"app": "web"}})], False),
    "of-all-pods": ([budget({})], False),
    "of-other-pods": ([budget({"matchLabels": {"app": "other"}})], True),
    "without-a-selector": ([budget(None)], True),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_promise_needs_a_budget_of_its_own_pods(tmp_path: Path, name: str) -> None:
    """A budget guards a promise where its selector fits the pods."""
    budgets, reported = BUDGETS[name]
    lines = found(tmp_path, "REL001", [levels("web", 99.9)], [workload("web"), *budgets])
    assert [line.partition(" promises")[0] for line in lines] == ["shop/Deployment/web"] * reported


SPARE = {"service": "db", "instances": {"needed": 1, "of": 2}}
RESTORES = {
    # 99.9 % over 30 days leaves 43 min 12 s, 99 % 7 h 12 min
    "longer-than-its-own-budget": ([levels("db", 99.9, "StatefulSet")], "2h", ["db"]),
    "within-its-own-budget": ([levels("db", 99, "StatefulSet")], "2h", []),
    "just-within": ([levels("db", 99.9, "StatefulSet")], "43m", []),
    "no-rto": ([levels("db", 99.9, "StatefulSet")], None, []),
    "nobody-promises": ([levels("web", 99.9)], "2h", []),
    "of-who-needs-it": (
        [levels("db", 99, "StatefulSet"), levels("web", 99.9, needs=[{"service": "db"}])],
        "2h",
        ["web"],
    ),
    "of-who-needs-who-needs-it": (
        [
            levels("db", 99, "StatefulSet"),
            levels("api", 99, needs=[{"service": "db"}]),
            levels("web", 99.9, needs=[{"service": "api"}]),
        ],
        "2h",
        ["web"],
    ),
    "only-the-nearest": (
        [levels("db", 99.9, "StatefulSet"), levels("web", 99.95, needs=[{"service": "db"}])],
        "2h",
        ["db"],
    ),
    "not-of-who-has-a-spare": ([levels("db", 99, "StatefulSet"), levels("web", 99.9, needs=[SPARE])], "2h", []),
    "in-a-circle": (
        [
            levels("db", 99, "StatefulSet", needs=[{"service": "web"}]),
            levels("web", 99, needs=[{"service": "db"}]),
        ],
        "2h",
        [],
    ),
    "not-of-latency": (
        [levels("db", 99.9, "StatefulSet", latency={"histogram": "db_seconds", "threshold": "1s"})],
        "2h",
        [],
    ),
}


@pytest.mark.parametrize("name", RESTORES)
def test_a_restore_within_the_error_budget(tmp_path: Path, name: str) -> None:
    """A restore that spends the whole budget is reported at the promise nearest the data."""
    policies, rto, reported = RESTORES[name]
    objects = [workload("db", "StatefulSet"), workload("api"), workload("web")]
    lines = found(tmp_path, "REL002", [*policies, backup("db", rto)], objects)
    assert [line.partition(" of ")[2].partition("30d of ")[2].partition(" leaves")[0] for line in lines] == reported
