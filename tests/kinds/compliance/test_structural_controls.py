"""Each structural control over its table of cases: in every list of containers, in every kind that holds a pod."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from ordain.kinds.compliance import KIND
from ordain.kinds.compliance.breach import Level, refused
from ordain.kinds.compliance.checks import STRUCTURAL, breaches
from ordain.kinds.compliance.pods import POD_KINDS, pod_of
from ordain.model.finding import Finding
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, ObjectRef, Objects, Source
from tests.kinds.compliance.structural_cases import LISTS, TABLES, cases, holder

OUTLOOK = Outlook(datetime(2026, 11, 24, tzinfo=UTC), {})


def surroundings(item: KubeObject, case: dict[str, Any]) -> Objects:
    """Return the object, with the service account `default` where the case has one."""
    if "default account" not in case:
        return Objects.of([item])
    body = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "shop"},
        "automountServiceAccountToken": case["default account"],
    }
    return Objects.of([item, KubeObject(ObjectRef.of(body), body, Source.FILE)])


def judged(objects: Objects, code: str) -> list[Finding]:
    """Return what one control finds."""
    return [finding for finding in KIND.check(Evidence(objects, OUTLOOK)) if finding.code == code]


def expected_fields(case: dict[str, Any], pod_path: str, where: str) -> list[tuple[str, str]]:
    """Return the fields and containers that a case expects."""
    if "fails of pod" in case:
        return [(f"{pod_path}.{case['fails of pod']}", "")]
    if "fails by annotation" in case:
        metadata = f"{pod_path.removesuffix('spec')}metadata"
        return [(f"{metadata}.annotations[{case['fails by annotation']}]", "app")]
    fails = case.get("fails", [])
    return [(f"{pod_path}.{where}[app].{field}", "app") for field in ([fails] if isinstance(fails, str) else fails)]


OF_PODS = [item for item in cases() if item.values[0] != "COM013"]


@pytest.mark.parametrize(("code", "case"), OF_PODS)
def test_a_case_of_a_pod_is_found_in_every_kind_and_list(code: str, case: dict[str, Any]) -> None:
    """The control finds exactly the expected fields and containers, and nothing in a case that passes."""
    for kind in case.get("kinds", POD_KINDS):
        for where in case.get("in", LISTS):
            item = holder(kind, case, where)
            pod = pod_of(item)
            assert pod
            pod_path = ".".join(str(step) for step in pod.path)
            found = judged(surroundings(item, case), code)
            assert [(one.field, one.container) for one in sorted(found, key=lambda one: one.field)] == expected_fields(
                case, pod_path, where
            ), (kind, where)


@pytest.mark.parametrize(("code", "case"), OF_PODS)
def test_a_case_is_refused_by_the_pod_security_standard_that_its_table_names(code: str, case: dict[str, Any]) -> None:
    """The level of each breach is that of the published standard, and of the version that the table names."""
    item = holder("Deployment", case, case.get("in", LISTS)[0])
    own = [breach for breach in breaches(item, pod_of(item), surroundings(item, case)) if breach.control.code == code]
    version = next((tuple(map(int, key.split()[-1].split("."))) for key in case if " before " in key), None)
    before = (version[0], version[1] - 1) if version else None
    found = {level for level in Level if any(refused(breach, level, before) for breach in own)}
    level = next((value for key, value in case.items() if key == "level" or key.startswith("silent level")), None)
    order = list(Level)
    assert found == (set(order[order.index(Level(level)) :]) if level else set())
    if version:
        assert not any(refused(breach, Level.BASELINE, (version[0], version[1])) for breach in own)
        assert not any(refused(breach, Level.BASELINE, None) for breach in own)


@pytest.mark.parametrize(("code", "case"), list(cases("COM013")))
def test_a_case_of_a_role_is_found(code: str, case: dict[str, Any]) -> None:
    """The control finds exactly the expected fields of a Role or ClusterRole."""
    role = dict(case["role"])
    kind, group = role.pop("kind"), role.pop("group", "rbac.authorization.k8s.io")
    namespace = {"namespace": "shop"} if kind == "Role" else {}
    metadata = {"name": role.pop("name", "deployer"), **namespace}
    body = {"apiVersion": f"{group}/v1", "kind": kind, "metadata": metadata, **role}
    found = judged(Objects.of([KubeObject(ObjectRef.of(body), body, Source.FILE)]), code)
    fails = case.get("fails", [])
    assert sorted(one.field for one in found) == ([fails] if isinstance(fails, str) else fails)


@pytest.mark.parametrize("kind", POD_KINDS)
@pytest.mark.parametrize("where", LISTS)
def test_a_good_pod_has_no_finding(kind: str, where: str) -> None:
    """What the tables start from is clean, so each finding is the case's own."""
    assert list(KIND.check(Evidence(Objects.of([holder(kind, {}, where)]), OUTLOOK))) == []


def test_every_structural_control_has_cases_that_pass_and_fail() -> None:
    """A control without both would be tested by nobody; COM009 needs a policy and has a case folder."""
    for control in STRUCTURAL:
        if control.code != "COM009":
            table = yaml.safe_load((TABLES / f"{control.code}.yaml").read_text(encoding="utf-8"))
            assert {any(key.startswith("fails") for key in case) for case in table} == {True, False}, control.code


def test_the_value_of_a_secret_is_in_no_finding() -> None:
    """Neither message, hint, field nor fingerprint's input shows what the control found."""
    canary = "canary-7c1f"
    case = {
        "container": {"env": [{"name": "DB_PASSWORD", "value": canary}, {"name": "X", "value": f"a://b:{canary}@c"}]}
    }
    found = judged(Objects.of([holder("Deployment", case, "containers")]), "COM011")
    assert len(found) == 2
    assert canary not in repr(found)


def test_a_pod_of_a_workload_is_judged_at_its_owner() -> None:
    """A ReplicaSet's pod, and a Deployment's ReplicaSet, would only repeat what their owner shows."""
    item = holder("Pod", {"pod": {"hostPID": True}}, "containers")
    item.body["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "web-1", "controller": True}]
    assert judged(Objects.of([item]), "COM005") == []


@pytest.mark.parametrize("spoilt", [None, 7, "text", [], [7], {}])
@pytest.mark.parametrize(
    "field", ["securityContext", "env", "ports", "image", "resources", "lifecycle", "readinessProbe"]
)
def test_a_field_of_another_shape_stops_nothing(field: str, spoilt: object) -> None:
    """What the schema refuses is the schema's to report: the controls go on, on the pod and on its containers."""
    item = holder("Deployment", {}, "containers")
    spec = item.body["spec"]["template"]["spec"]
    spec["containers"][1][field] = spoilt
    spec[field] = spoilt
    spec["volumes"] = spoilt
    list(KIND.check(Evidence(Objects.of([item]), OUTLOOK)))
