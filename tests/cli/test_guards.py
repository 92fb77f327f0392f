"""What stands against a publish: limits and protected objects, and the flags that let it through."""

import json
import re
from typing import Any

import pytest

from tests.cli.conftest import cluster

NOW = "2026-11-24T18:00:00Z"
ONLY_CART = "targets: [{namespaces: [shop], names: [cart]}]"
PROTECTED_TEMPLATE = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{ dict(metadata, annotations=dict(metadata.annotations, **{"KEY": "VALUE"})) }}
spec:
  {{ field }}: {{ count }}
  selector: {{ selector }}
  unhealthyPodEvictionPolicy: {{ unhealthyPodEvictionPolicy }}
"""


def settings(bench: Any, text: str) -> None:
    """Put lines into `spec` of the project."""
    bench.append("ordain.yaml", "".join(f"  {line}\n" for line in text.splitlines()))


def shrink(bench: Any) -> None:
    """Let the policy be for one of the three workloads: four objects are to be deleted, two stay."""
    bench.edit("policies/web.yaml", "targets: [{namespaces: [shop]}]", ONLY_CART)


def findings(report: Any) -> Any:
    """Return all findings of a report, the project's first."""
    return report["findings"] + [item for section in report["sections"] for item in section["findings"]]


def refused(bench: Any, *arguments: str, code: str) -> Any:
    """Publish, which must be refused for one sort of finding, and leave the repository as it is."""
    before = bench.bytes_of()
    done = bench.ordain("publish", "--now", NOW, *arguments, "-o", "json")
    assert (done.code, before) == (1, bench.bytes_of())
    found = [item for item in findings(json.loads(done.out)) if item["severity"] == "error"]
    assert {item["code"] for item in found} == {code}
    return found


def trailer(bench: Any) -> str:
    """Return what the last commit says of what was let through."""
    return str(bench.git("log", "-1", "--format=%(trailers:key=Ordain-Let-Through,valueonly)", "main").strip())


@pytest.mark.parametrize(
    ("limits", "code", "message"),
    [
        ("deletions: {count: 3}", "PUB001", "4 objects would be deleted, and the limit of one publish is 3"),
        ("deletions: {count: 0}", "PUB001", "4 objects would be deleted, and the limit of one publish is 0"),
        (
            "deletions: {percentAbove: 3}",
            "PUB001",
            "prod: 4 objects (of 6 published) would be deleted, and the limit is 25%",
        ),
        (
            "perKind: [{kinds: [PodDisruptionBudget], deletions: {count: 1}}]",
            "PUB001",
            "2 objects of kind PodDisruptionBudget would be deleted, and the limit of one publish is 1",
        ),
        (
            "perKind: [{kinds: [PodDisruptionBudget], deletions: {percent: 66%, percentAbove: 1}}]",
            "PUB001",
            "prod: 2 objects of kind PodDisruptionBudget (of 3 published) would be deleted, and the limit is 66%",
        ),
        (
            "changes: {count: 3}",
            "PUB002",
            "4 objects would be created, changed or deleted, and the limit of one publish is 3",
        ),
        (
            "perKind: [{kinds: [PodDisruptionBudget], changes: {count: 1}}]",
            "PUB002",
            "2 objects of kind PodDisruptionBudget would be created, changed or deleted",
        ),
    ],
)
def test_a_limit_stops_plan_and_publish(published: Any, limits: str, code: str, message: str) -> None:
    """Too much at once is an error with the counts and the flag that lets it through; nothing is written."""
    settings(published, f"limits:\n  {limits}")
    shrink(published)
    (finding,) = refused(published, code=code)
    assert finding["message"].startswith(message)
    assert "--dangerous-exceed-limits" in finding["hint"]
    assert finding["where"]["file"] == "ordain.yaml"
    assert published.ordain("plan", "--now", NOW).code == 1
    done = published.publish("--dangerous-exceed-limits")
    assert done.last.startswith("Published: 0 created, 0 updated, 4 deleted.")
    assert f"note: Let through by --dangerous-exceed-limits: {message}" in done.out
    assert trailer(published) == code


@pytest.mark.parametrize(
    "limits",
    [
        "deletions: {count: 4}",
        "deletions: {percentAbove: 4}",
        "deletions: {percent: 67%, percentAbove: 0}",
        "perKind: [{kinds: [HorizontalPodAutoscaler, PodDisruptionBudget], deletions: {count: 2}}]",
        "perKind: [{kinds: [Service], changes: {count: 0}}]",
    ],
)
def test_a_limit_that_is_reached_and_not_exceeded_stops_nothing(published: Any, limits: str) -> None:
    """A limit is the most that is let through."""
    settings(published, f"limits:\n  {limits}")
    shrink(published)
    assert published.publish().last.startswith("Published: 0 created, 0 updated, 4 deleted.")
    assert trailer(published) == ""


def test_without_settings_few_deletions_pass_and_many_do_not(shop: Any) -> None:
    """By default a quarter of what is published may go at once, and five objects whatever share they are."""
    shop.write("clusters/prod.yaml", cluster(*(f"app{number}" for number in range(10))))
    shop.publish()
    shop.edit("policies/web.yaml", "{namespaces: [shop]}", "{namespaces: [shop], names: ['app[0-6]']}")
    (finding,) = refused(shop, code="PUB001")
    assert finding["message"] == "prod: 6 objects (of 20 published) would be deleted, and the limit is 25%"
    shop.edit("policies/web.yaml", "app[0-6]", "app[0-7]")
    assert shop.publish().last.startswith("Published: 0 created, 0 updated, 4 deleted.")


def test_the_first_publish_has_no_limits(shop: Any) -> None:
    """Where nothing is published nothing can be lost, and all that comes is new."""
    settings(shop, "limits: {changes: {count: 1, percent: 1%, percentAbove: 0}}")
    assert shop.publish().last.startswith("Published: 6 created, 0 updated, 0 deleted.")


def test_the_first_publish_of_another_cluster_has_no_limits(published: Any) -> None:
    """A cluster that joins counts for none of the limits of those that are there."""
    settings(published, "limits: {changes: {count: 0}}")
    published.edit(
        "ordain.yaml",
        "  output:",
        "    - name: dev\n      snapshot: clusters/prod.yaml\n      kubernetesVersion: '1.33'\n"
        f"      assumeAbsent: [{published.absent}]\n  output:",
    )
    assert published.publish().last.startswith("Published: 6 created, 0 updated, 0 deleted.")


def test_an_empty_result_is_refused_whatever_the_flags(published: Any) -> None:
    """All of a cluster's files never go at once: no flag and no confirmation is for that."""
    settings(published, "protect: [{}]")
    published.write("clusters/prod.yaml", cluster("other").replace("namespace: shop", "namespace: other"))
    before = published.bytes_of()
    done = published.ordain("publish", "--now", NOW, "--dangerous-exceed-limits", "--dangerous-publish-in-freeze")
    assert (done.code, before) == (2, published.bytes_of())
    assert "6 files are published: ordain does not delete them all" in done.err


def digest_in(found: Any) -> str:
    """Return the confirmation that a hint shows."""
    shown = re.search("--confirm ([0-9a-f]{12}),", found[0]["hint"])
    assert shown, found
    return shown[1]


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("ordain.dev/protect", "true", 'its annotation ordain.dev/protect: "true"'),
        ("argocd.argoproj.io/sync-options", "Prune=false", "the sync option Prune=false"),
        ("argocd.argoproj.io/sync-options", "ServerSideApply=true, Prune=confirm", "the sync option Prune=confirm"),
        ("argocd.argoproj.io/sync-options", "Delete=false", "the sync option Delete=false"),
        ("argocd.argoproj.io/sync-options", "Delete=confirm,Prune=true", "the sync option Delete=confirm"),
    ],
)
def test_an_annotation_protects_an_object(shop: Any, key: str, value: str, why: str) -> None:
    """What the published object says of itself holds until the plan that deletes it is confirmed."""
    shop.edit("ordain.yaml", "spec:\n", "spec:\n  templates: templates\n")
    shop.write("templates/scaling/pdb.yaml.j2", PROTECTED_TEMPLATE.replace("KEY", key).replace("VALUE", value))
    shop.publish()
    shrink(shop)
    found = refused(shop, code="PUB003")
    assert [item["subject"]["name"] for item in found] == ["checkout", "search"]
    assert found[0]["message"].startswith(f"shop/PodDisruptionBudget/checkout is protected by {why}, and would go: no")
    done = shop.publish("--confirm", digest_in(found))
    assert done.last.startswith("Published: 0 created, 0 updated, 4 deleted.")
    assert "note: Let through by --confirm: shop/PodDisruptionBudget/checkout is protected by" in done.out
    assert trailer(shop) == "PUB003"


@pytest.mark.parametrize(
    ("key", "value"), [("ordain.dev/protect", "false"), ("argocd.argoproj.io/sync-options", "Prune=true")]
)
def test_another_annotation_protects_nothing(shop: Any, key: str, value: str) -> None:
    """Only the documented values protect."""
    shop.edit("ordain.yaml", "spec:\n", "spec:\n  templates: templates\n")
    shop.write("templates/scaling/pdb.yaml.j2", PROTECTED_TEMPLATE.replace("KEY", key).replace("VALUE", value))
    shop.publish()
    shrink(shop)
    assert shop.publish().last.startswith("Published: 0 created, 0 updated, 4 deleted.")


@pytest.mark.parametrize(
    ("protect", "names"),
    [
        ("{kinds: [PodDisruptionBudget]}", ["PodDisruptionBudget/checkout", "PodDisruptionBudget/search"]),
        (
            "{names: ['check*'], clusters: ['pr*'], namespaces: [shop]}",
            ["HorizontalPodAutoscaler/checkout", "PodDisruptionBudget/checkout"],
        ),
        ("{names: [cart]}", []),
        ("{clusters: [dev]}", []),
    ],
)
def test_settings_protect_objects(published: Any, protect: str, names: list[str]) -> None:
    """`spec.protect` selects by cluster, namespace, kind and name; what stays is not asked about."""
    settings(published, f"protect:\n- {protect}")
    shrink(published)
    found = findings(published.report("plan", "--now", NOW))
    assert [
        f"{item['subject']['kind']}/{item['subject']['name']}" for item in found if item["code"] == "PUB003"
    ] == names
    assert published.ordain("plan", "--now", NOW).code == bool(names)


def test_a_confirmation_is_for_one_plan(published: Any) -> None:
    """When the plan changes after it was confirmed, it has to be looked at and confirmed again."""
    settings(published, "protect: [{kinds: [PodDisruptionBudget]}]")
    shrink(published)
    digest = digest_in(refused(published, code="PUB003"))
    published.edit("policies/web.yaml", "max: 9", "max: 12")
    found = refused(published, "--confirm", digest, code="PUB003")
    (stale,) = [item for item in found if item["message"].startswith("--confirm")]
    again = re.search(f"--confirm {digest} is not the digest of this plan, which is ([0-9a-f]{{12}})", stale["message"])
    assert again
    assert again[1] != digest
    assert published.publish("--confirm", again[1]).last.startswith("Published: 0 created, 1 updated, 4 deleted.")


def test_a_stale_confirmation_stops_a_plan_that_needs_none(published: Any) -> None:
    """Who confirms a plan means that plan: another one is not published in its place."""
    published.edit("policies/web.yaml", "max: 9", "max: 12")
    (finding,) = refused(published, "--confirm", "0123456789ab", code="PUB003")
    assert "something changed since" in finding["message"]


@pytest.mark.parametrize("digest", ["0123456789a", "0123456789AB", "yes", "0" * 65])
def test_what_is_no_digest_confirms_nothing(published: Any, digest: str) -> None:
    """Fewer than twelve digits could be those of another plan."""
    done = published.ordain("publish", "--confirm", digest)
    assert done.code == 2
    assert f"--confirm {digest} is no digest of a plan" in done.err


def test_a_saved_plan_is_confirmed_when_it_is_published(published: Any) -> None:
    """A plan that deletes a protected object can be saved and shown; its publish needs the digits that it shows."""
    settings(published, "protect: [{kinds: [PodDisruptionBudget]}]")
    shrink(published)
    assert published.ordain("plan", "--now", NOW, "--out", "plan.json").code == 1
    shown = published.ordain("show", "plan.json")
    assert "PUB003" in shown.out
    digest = digest_in(refused(published, "plan.json", code="PUB003"))
    assert f"--confirm {digest}," in shown.out
    done = published.publish("plan.json", "--confirm", digest)
    assert done.last.startswith("Published: 0 created, 0 updated, 4 deleted.")
