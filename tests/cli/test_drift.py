"""`ordain drift`: the cluster against Git, and which of Git, a policy and the cluster moved."""

from typing import Any

import pytest
import yaml

CART = "prod/shop/horizontalpodautoscaler-cart.yaml"
EDIT = {
    "manager": "kubectl-edit",
    "operation": "Update",
    "apiVersion": "autoscaling/v2",
    "time": "2026-11-23T03:12:00Z",
    "fieldsType": "FieldsV1",
    "fieldsV1": {"f:spec": {"f:maxReplicas": {}}},
}


@pytest.fixture
def synced(published: Any) -> Any:
    """Give the shop after a publish that the cluster has synced."""
    published.sync()
    return published


def change_live(bench: Any, kind: str, name: str, change: Any) -> None:
    """Change an object of the recorded cluster; a change to None takes it away."""
    path = bench.folder / "clusters/prod.yaml"
    found = filter(None, yaml.safe_load_all(path.read_text(encoding="utf-8")))
    meant = (
        change(body) if (body["kind"], body.get("metadata", {}).get("name")) == (kind, name) else body for body in found
    )
    path.write_text(yaml.safe_dump_all(filter(None, meant)), encoding="utf-8")


def scaled(to: int) -> Any:
    """Return a change of an autoscaler's maxReplicas, made with kubectl edit."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        metadata = {**body["metadata"], "managedFields": [EDIT]}
        return {**body, "metadata": metadata, "spec": {**body["spec"], "maxReplicas": to}}

    return change


def told(report: Any) -> list[tuple[str, ...]]:
    """Return the live differences: object, path, both sides, who moved, whether it only waits for a publish."""
    return [
        (change["object"]["name"], field["path"], field["before"], field["after"], field["moved"], field["pending"])
        for change in report["sections"][0]["plan"]["live"]
        for field in change["fields"]
    ]


def codes(report: Any) -> list[tuple[str, str]]:
    """Return code and object of every finding of the cluster."""
    return [(item["code"], item["subject"]["name"]) for item in report["sections"][0]["findings"]]


def test_no_drift_is_a_full_answer(synced: Any) -> None:
    """Where all lives as Git holds it, the answer says what was compared."""
    done = synced.ordain("drift")
    assert (done.code, done.last) == (
        0,
        "No drift. Compared 6 objects with branch main of out.git and with the live objects of prod.",
    )


def finding(report: Any, number: int = 0) -> Any:
    """Return a finding of the cluster."""
    return report["sections"][0]["findings"][number]


def test_a_hand_edit_in_the_cluster(synced: Any) -> None:
    """Who changed a field, both sides, and the policy line that wants it otherwise."""
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(30))
    report = synced.report("drift")
    assert told(report) == [("cart", "spec.maxReplicas", "30", "9", "cluster", False)]
    assert codes(report) == [("DRF001", "cart")]
    found = finding(report)
    assert found["message"].startswith(
        "shop/HorizontalPodAutoscaler/cart is not as Git holds it: spec.maxReplicas is 30, Git has 9, "
        "changed in the cluster by kubectl-edit on 2026-11-23T03:12:00Z, the sync takes it over"
    )
    assert found["where"] == {"file": "policies/web.yaml", "line": 6, "column": 27}
    assert found["hint"] == "sync to undo it, or ask for it in policies/web.yaml:6:27"
    done = synced.ordain("drift")
    assert (done.code, done.last) == (1, "Drift: 1 different, 0 missing, 0 in the cluster only. 1 error.")


def test_a_publish_that_is_not_synced(synced: Any) -> None:
    """What lives as an earlier commit of the branch had it was moved by Git, and the commit is named."""
    synced.edit("policies/web.yaml", "max: 9", "max: 12")
    synced.publish()
    report = synced.report("drift")
    assert told(report) == [
        (name, "spec.maxReplicas", "9", "12", "git", False) for name in ("cart", "checkout", "search")
    ]
    tip = synced.git("rev-parse", "main")[:12]
    assert finding(report)["message"] == (
        "shop/HorizontalPodAutoscaler/cart is not as Git holds it: spec.maxReplicas is 9, Git has 12, which is not "
        f"synced yet (Git has the file from commit {tip} by ordain, 2026-11-24T18:00:00Z)"
    )
    assert finding(report)["hint"].startswith("let Argo CD sync the branch")


def test_a_sync_that_is_two_publishes_behind(synced: Any) -> None:
    """Any earlier version explains a live value, not only the last one."""
    for count in ("12", "15"):
        text = (synced.folder / "policies/web.yaml").read_text(encoding="utf-8")
        synced.write(
            "policies/web.yaml", text.replace("max: 9", "max: 12") if count == "12" else text.replace("12", "15")
        )
        synced.publish()
    assert told(synced.report("drift"))[0] == ("cart", "spec.maxReplicas", "9", "15", "git", False)


def test_a_value_that_the_applier_still_holds(synced: Any) -> None:
    """What the applier wrote last was moved by nobody in the cluster, also where history does not know it."""
    edit = {**EDIT, "manager": "argocd-controller", "operation": "Apply"}

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return scaled(30)(body) | {"metadata": {**body["metadata"], "managedFields": [edit]}}

    change_live(synced, "HorizontalPodAutoscaler", "cart", change)
    assert told(synced.report("drift")) == [("cart", "spec.maxReplicas", "30", "9", "git", False)]


@pytest.mark.parametrize(("manager", "moved"), [("kubectl-create", "git"), ("argocd-controller", "cluster")])
def test_a_label_that_is_not_there(synced: Any, manager: str, moved: str) -> None:
    """What is missing waits for the sync of a new file; once whoever applies has written it, it was taken away."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        entry = {**EDIT, "manager": manager, "operation": "Apply", "time": "2026-11-24T18:05:00Z"}
        metadata = {name: value for name, value in body["metadata"].items() if name != "labels"}
        return {**body, "metadata": {**metadata, "managedFields": [entry]}}

    change_live(synced, "HorizontalPodAutoscaler", "cart", change)
    assert {item[4] for item in told(synced.report("drift"))} == {moved}


def test_an_edit_back_to_what_git_had(synced: Any) -> None:
    """Who sets an earlier value after it was published otherwise has moved the cluster, not Git."""
    synced.edit("policies/web.yaml", "max: 9", "max: 12")
    synced.publish()

    def change(body: dict[str, Any]) -> dict[str, Any]:
        edit = {**EDIT, "time": "2026-11-24T18:30:00Z"}
        return scaled(9)(body) | {"metadata": {**body["metadata"], "managedFields": [edit]}}

    change_live(synced, "HorizontalPodAutoscaler", "cart", change)
    assert [item[4] for item in told(synced.report("drift"))] == ["cluster", "git", "git"]


def test_the_server_cannot_be_asked_about_a_record(synced: Any) -> None:
    """The server engine needs a live cluster, and says so."""
    done = synced.ordain("drift", "--engine", "server")
    assert (done.code, done.out) == (2, "")
    assert "clusters/prod.yaml is recorded" in done.err


def test_a_policy_change_is_pending_and_no_drift(synced: Any) -> None:
    """What lives as Git holds it has not drifted, whatever the policies ask for now."""
    synced.edit("policies/web.yaml", "max: 9", "max: 12")
    report = synced.report("drift")
    assert told(report)[0] == ("cart", "spec.maxReplicas", "9", "12", "policy", True)
    assert codes(report) == []
    done = synced.ordain("drift")
    assert (done.code, done.last.partition(" Compared")[0]) == (0, "No drift.")
    assert done.last.endswith("3 objects only waiting for a publish.")


def test_a_policy_that_follows_the_cluster(synced: Any) -> None:
    """A hand edit that the policies ask for by now is drift until a publish, and that is said."""
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(12))
    synced.edit("policies/web.yaml", "max: 9", "max: 12")
    report = synced.report("drift")
    assert codes(report) == [("DRF001", "cart")]
    assert "the policies now ask for spec.maxReplicas as it lives: a publish ends this" in finding(report)["message"]


def test_a_hand_edited_file(synced: Any) -> None:
    """Who edits a generated file in Git moves Git; the commit is named, and so is every such file that was synced."""
    text = synced.git("show", f"main:{CART}")
    synced.commit_by_hand(**{CART: text.replace("maxReplicas: 9", "maxReplicas: 20")})
    report = synced.report("drift")
    assert told(report) == [("cart", "spec.maxReplicas", "9", "20", "git", False)]
    tip = synced.git("rev-parse", "main")[:12]
    assert f"its file was edited by hand in Git, commit {tip} by Eve, " in finding(report)["message"]
    assert report["notes"] == ["prod: shop/horizontalpodautoscaler-cart.yaml in Git is not as ordain published it"]


@pytest.mark.parametrize("name", ["text", "json", "markdown", "html", "sarif", "junit", "github"])
def test_a_secret_in_git_is_masked(synced: Any, name: str) -> None:
    """A file that somebody made a Secret of by hand shows no value in any format."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "shop"}}
    text = yaml.safe_dump(secret | {"stringData": {"password": "hunter2"}, "data": {"token": "aHVudGVyMg=="}})
    synced.commit_by_hand(**{CART: text})
    done = synced.ordain("drift", "-v", "-o", name)
    assert done.code == 1
    assert "hunter2" not in done.out + done.err
    assert "aHVudGVyMg" not in done.out + done.err


def test_an_object_that_is_missing(synced: Any) -> None:
    """What was deleted in the cluster is missing there."""
    change_live(synced, "PodDisruptionBudget", "cart", lambda _body: None)
    synced.edit("policies/web.yaml", "max: 9", "max: 12")
    synced.publish()
    report = synced.report("drift")
    assert ("DRF002", "cart") in codes(report)
    message = next(item["message"] for item in report["sections"][0]["findings"] if item["code"] == "DRF002")
    assert message == (
        "shop/PodDisruptionBudget/cart is in Git and not in the cluster (deleted in the cluster, or never synced)"
    )


def test_a_first_publish_that_is_not_synced(published: Any) -> None:
    """What the last commit brought is missing, and may only not be synced yet."""
    report = published.report("drift")
    assert {code for code, _ in codes(report)} == {"DRF002"}
    assert "new with commit " in finding(report)["message"]
    assert published.ordain("drift").last == "Drift: 0 different, 6 missing, 0 in the cluster only. 6 errors."


def test_an_object_that_only_the_cluster_has(synced: Any) -> None:
    """An object with ordain's mark that Git never held; and one that Git holds no more is told apart from it."""
    copy = synced.git("show", f"main:{CART}").replace("name: cart", "name: copy")
    synced.append("clusters/prod.yaml", "---\n" + copy)
    synced.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    synced.publish()
    synced.write("policies/web.yaml", "")
    report = synced.report("drift")
    reasons = {change["object"]["name"]: change["reason"] for change in report["sections"][0]["plan"]["live"]}
    assert reasons["copy"] == "it is marked as ordain's, and Git never held it"
    assert sorted(codes(report)) == [("DRF003", name) for name in ("cart", "checkout", "copy", "search")]


def test_the_last_file_of_a_kind_is_gone_and_its_objects_live_on(synced: Any) -> None:
    """Objects that were never pruned are told by drift and by plan, though neither Git nor a policy has their kind."""
    synced.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    synced.publish()
    assert codes(synced.report("drift")) == [("DRF003", name) for name in ("cart", "checkout", "search")]
    live = synced.report("plan")["sections"][0]["plan"]["live"]
    assert [(item["action"], item["object"]["kind"]) for item in live] == [("delete", "PodDisruptionBudget")] * 3


def test_an_object_that_git_holds_no_more(synced: Any) -> None:
    """The commit that deleted the file is named: the sync or the pruning is behind."""
    synced.edit("policies/web.yaml", "[{namespaces: [shop]}]", "[{namespaces: [shop], names: [cart, checkout]}]")
    synced.publish()
    report = synced.report("drift")
    assert codes(report) == [("DRF003", "search"), ("DRF003", "search")]
    tip = synced.git("rev-parse", "main")[:12]
    assert (
        f"(Git holds it no more (commit {tip} by ordain, 2026-11-24T18:00:00Z): not synced yet, or not pruned)"
        in (finding(report)["message"])
    )


def test_a_file_that_was_deleted_by_hand(synced: Any) -> None:
    """Git holds the object no more, and the policies do not make that right: who deleted the file is named."""
    synced.commit_by_hand(**{CART: None})
    report = synced.report("drift")
    assert codes(report) == [("DRF003", "cart")]
    assert f"(Git holds it no more (commit {synced.git('rev-parse', 'main')[:12]} by Eve" in finding(report)["message"]
    assert report["notes"] == ["prod: shop/horizontalpodautoscaler-cart.yaml in Git is not as ordain published it"]


def test_what_a_publish_will_add(shop: Any) -> None:
    """Before the first publish nothing is in Git: what lives as it will be written only waits."""
    shop.sync()
    done = shop.ordain("drift")
    assert (done.code, done.last.rpartition(". ")[2]) == (0, "6 objects only waiting for a publish.")


def test_all_three_at_once(synced: Any) -> None:
    """Git, a policy and the cluster moved, each another field of one object: each is told for what it is."""
    synced.edit("policies/web.yaml", "min: 3, max: 9", "min: 4, max: 9")
    synced.publish()
    synced.edit("policies/web.yaml", "  disruption", "  behavior: {scaleDown: {stabilization: 600s}}\n  disruption")
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(30))
    report = synced.report("drift")
    assert [item[1:] for item in told(report) if item[0] == "cart"] == [
        ("spec.maxReplicas", "30", "9", "cluster", False),
        ("spec.minReplicas", "3", "4", "git", False),
        ("spec.behavior", None, "{scaleDown: {stabilizationWindowSeconds: 600}}", "policy", True),
    ]
    told_once = [item["message"].count("changed in the cluster") for item in report["sections"][0]["findings"]]
    assert sorted(told_once) == [0, 0, 1]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("max: 9", "max: 9, mox: 3", "the policies have 1 error (`ordain plan` lists them)"),
        ("max: 9", "max: 2", "the policies have 1 error (`ordain plan` lists them)"),
    ],
)
def test_broken_policies_do_not_stop_it(synced: Any, old: str, new: str, why: str) -> None:
    """Live against Git needs no policy; what then is not known is said."""
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(30))
    synced.edit("policies/web.yaml", old, new)
    report = synced.report("drift")
    assert told(report) == [("cart", "spec.maxReplicas", "30", "9", "cluster", False)]
    assert report["notes"] == [f"what waits for a publish is not known: {why}"]


def test_policies_that_are_gone(synced: Any) -> None:
    """Without any policy the cluster and Git are still compared."""
    (synced.folder / "policies/web.yaml").unlink()
    report = synced.report("drift")
    assert codes(report) == []
    assert report["notes"] == ["what waits for a publish is not known: there are no policies in policies"]


WAIVER = """\
apiVersion: ordain.dev/v1alpha1
kind: Waiver
metadata: {name: cart-by-hand}
spec:
  control: DRF001
  targets: [{namespaces: [shop], kinds: [HorizontalPodAutoscaler], names: [cart]}]
  reason: scaled by hand until the sale is over
  owner: payments
  ticket: OPS-12
  expires: 2027-01-31
"""


def test_drift_can_be_waived(synced: Any) -> None:
    """A waiver of a drift counts, is told when it is not needed any more, and is no concern of a plan."""
    synced.write("policies/waiver.yaml", WAIVER)
    assert synced.report("drift")["findings"][0]["code"] == "WVR002"
    assert synced.report("plan")["findings"] == []
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(30))
    done = synced.ordain("drift", "--now", "2026-11-24")
    assert (done.code, done.last) == (0, "Drift: 1 different, 0 missing, 0 in the cluster only. 1 waived.")


def test_an_ignore_rule_leaves_drift_alone(synced: Any) -> None:
    """What a rule of the settings leaves alone is no drift, and no live difference of a plan either."""
    synced.append("ordain.yaml", "  ignore:\n    - {kind: HorizontalPodAutoscaler, managers: [kubectl-*]}\n")
    assert synced.report("plan")["findings"][0]["code"] == "DRF004"
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(30))
    assert synced.ordain("drift").code == 0
    report = synced.report("plan")
    assert (report["findings"], report["sections"][0]["plan"]["live"]) == ([], [])


def test_a_rule_is_checked(synced: Any) -> None:
    """A mistake in a rule is named with its line, and nothing is compared."""
    synced.append(
        "ordain.yaml", "  ignore:\n    - {kind: Deployment, pointers: [spec/replicas]}\n    - {kind: Deployment}\n"
    )
    done = synced.ordain("drift")
    assert done.code == 2
    assert "ordain.yaml:13:37: spec.ignore[0].pointers[0]: a JSON pointer is needed, such as /spec/replicas" in done.err
    assert "ordain.yaml:14:7: spec.ignore[1]: one of pointers, paths, managers is needed" in done.err


@pytest.mark.parametrize("content", ["kind: ConfigMap\n", ""])
def test_files_without_an_application(synced: Any, content: str) -> None:
    """Files that hold no Application are a mistake: their rules would silently be missing."""
    synced.append("ordain.yaml", "  argocd: {applications: [apps.yaml]}\n")
    synced.write("apps.yaml", content)
    done = synced.ordain("drift")
    assert (done.code, done.err.splitlines()[0]) == (2, "ordain: there is no Application of Argo CD in apps.yaml")


def test_a_project_without_an_output(shop: Any) -> None:
    """Without an output branch there is nothing to compare with, and the error says what to add."""
    shop.edit("ordain.yaml", "  output: {repository: out.git}\n", "")
    done = shop.ordain("drift")
    assert (done.code, done.out) == (2, "")
    assert "the project names no output repository" in done.err


def test_drift_writes_nothing(synced: Any) -> None:
    """Neither the repository nor the project changes by a byte."""
    before = synced.bytes_of(".")
    synced.ordain("drift")
    assert before == synced.bytes_of(".")


@pytest.mark.parametrize("name", ["text", "json", "markdown", "html", "sarif", "junit", "github"])
def test_every_format_tells_it(synced: Any, name: str) -> None:
    """Each format names the object, the field and who changed it."""
    change_live(synced, "HorizontalPodAutoscaler", "cart", scaled(30))
    done = synced.ordain("drift", "-o", name)
    assert done.code == 1
    for part in ("cart", "spec.maxReplicas", "kubectl-edit", "DRF001"):
        assert part in done.out, part
