"""A server's answer against what lives, without a server; tests/cluster/test_engines.py does it with real ones."""

from typing import Any

from ordain.apischemas import bundle
from ordain.model.comparison import Applier, Conflict
from ordain.model.objects import KubeObject, ObjectRef, RawObject, Source
from ordain.model.plan import OnSync
from ordain.stages.diff.rehearsed import Sent, rehearsed_changes

ARGO_CD = "argocd-controller"


def scaler(spec: RawObject, *managed: RawObject, **metadata: Any) -> RawObject:
    """Return an autoscaler, with who holds what of it."""
    named = {"name": "web", "namespace": "shop", "managedFields": list(managed), **metadata}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": named, "spec": spec}


def held(manager: str, *fields: str, operation: str = "Apply", **metadata: Any) -> RawObject:
    """Return an entry of managedFields."""
    below = {"f:spec": {f"f:{name}": {} for name in fields}}
    owned = {**below, **({"f:metadata": metadata} if metadata else {})}
    return {"manager": manager, "operation": operation, "time": "2026-11-01T10:00:00Z", "fieldsV1": owned}


def changes(
    desired: RawObject, live: RawObject, forced: RawObject, *conflicts: Conflict, force: bool = True
) -> list[tuple[str, str | None, str | None, OnSync | None]]:
    """Return path, live and desired value, and what a sync does."""
    field_type = bundle("1.37").field("autoscaling/v2", "HorizontalPodAutoscaler")
    sent = Sent(desired, conflicts, field_type, Applier(force=force))
    found = rehearsed_changes(sent, forced, KubeObject(ObjectRef.of(live), live, Source.LIVE))
    return [(item.path, item.live, item.desired, item.on_sync) for item in found]


def test_what_others_hold_is_a_conflict() -> None:
    """The server names who holds a field; with force it is taken over, without it the apply is refused."""
    live = scaler({"maxReplicas": 30}, held("tuner", "maxReplicas"))
    forced = scaler({"maxReplicas": 9}, held(ARGO_CD, "maxReplicas"))
    desired, conflict = scaler({"maxReplicas": 9}), Conflict("tuner", ".spec.maxReplicas")
    assert changes(desired, live, forced, conflict) == [("spec.maxReplicas", "30", "9", OnSync.TAKEN_OVER)]
    refused = changes(desired, live, forced, conflict, force=False)
    assert refused == [("spec.maxReplicas", "30", "9", OnSync.CONFLICT)]


def test_an_equal_value_is_no_conflict() -> None:
    """A conflict on a value in another spelling is none: nothing differs."""
    both = scaler({"maxReplicas": 9}, held("tuner", "maxReplicas"), held(ARGO_CD, "maxReplicas"))
    assert changes(scaler({"maxReplicas": 9}), both, both, Conflict("tuner", ".spec.maxReplicas")) == []


def test_what_is_dropped_goes_or_falls_back() -> None:
    """A field that we held and would not any more: the server's default comes back, or nothing."""
    window = {"behavior": {"scaleUp": {"stabilizationWindowSeconds": 5}}}
    entry = held(ARGO_CD, "minReplicas")
    entry["fieldsV1"]["f:spec"]["f:behavior"] = {"f:scaleUp": {"f:stabilizationWindowSeconds": {}}}
    live = scaler({"maxReplicas": 9, "minReplicas": 3, **window}, entry)
    forced = scaler({"maxReplicas": 9, "minReplicas": 1})
    assert changes(scaler({"maxReplicas": 9}), live, forced) == [
        ("spec.behavior.scaleUp.stabilizationWindowSeconds", "5", None, OnSync.REMOVED),
        ("spec.minReplicas", "3", "1", OnSync.RESET),
    ]


def test_what_another_manager_holds_too_stays() -> None:
    """The server keeps a dropped field that another manager applies."""
    live = scaler({"minReplicas": 3}, held(ARGO_CD, "minReplicas"), held("platform", "minReplicas"))
    assert changes(scaler({}), live, scaler({"minReplicas": 3}, held("platform", "minReplicas"))) == []


def test_an_object_of_the_client_side() -> None:
    """A dry run keeps what only last-applied knows; what Git has dropped of it goes all the same."""
    applied = held("last-applied", "minReplicas", "maxReplicas", operation="LastApplied")
    live = scaler({"maxReplicas": 9, "minReplicas": 3}, applied)
    forced = scaler({"maxReplicas": 9, "minReplicas": 3}, held(ARGO_CD, "maxReplicas"))
    found = changes(scaler({"maxReplicas": 9}), live, forced)
    assert found == [("spec.minReplicas", "3", "1", OnSync.RESET)]


def test_a_set_of_several_owners() -> None:
    """Our entry of a set goes, that of others stays, and they are told together."""
    ours, theirs = {"f:finalizers": {'v:"ours"': {}}}, {"f:finalizers": {'v:"theirs"': {}}}
    live = scaler({}, held(ARGO_CD, **ours), held("cleaner", **theirs), finalizers=["ours", "theirs"])
    forced = scaler({}, held("cleaner", **theirs), finalizers=["theirs"])
    found = changes(scaler({}), live, forced)
    assert found == [("metadata.finalizers", "[ours, theirs]", "[theirs]", OnSync.REMOVED)]


def test_what_the_server_sets_of_itself() -> None:
    """A field that is ours in the answer and that Git does not have is the server's doing, and so is tracking."""
    label, tracked = {"f:labels": {"f:cost": {}}}, {"argocd.argoproj.io/tracking-id": "a"}
    live = scaler({}, held(ARGO_CD, **{"f:annotations": {"f:argocd.argoproj.io/tracking-id": {}}}), annotations=tracked)
    assert changes(scaler({}), live, scaler({}, held(ARGO_CD, **label), labels={"cost": "42"})) == []
