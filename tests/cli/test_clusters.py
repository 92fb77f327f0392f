"""Several clusters in one project: a section each, one commit for all."""

from typing import Any

import pytest

NOW = "2026-11-24T18:00:00Z"


@pytest.fixture
def two(shop: Any) -> Any:
    """Return the shop with a second cluster, whose policy allows less."""
    prod = (shop.folder / "clusters/prod.yaml").read_text()
    shop.write("clusters/stage.yaml", prod.replace("search", "finder"))
    shop.edit(
        "ordain.yaml",
        "  output:",
        "    - name: stage\n      snapshot: clusters/stage.yaml\n      kubernetesVersion: '1.37'\n"
        f"      assumeAbsent: [{shop.absent}]\n  output:",
    )
    shop.write(
        "policies/stage.yaml",
        "apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata: {name: stage}\n"
        "spec:\n  targets: [{clusters: ['st*']}]\n  priority: 200\n  replicas: {min: 2}\n",
    )
    return shop


def test_a_section_for_each_cluster(two: Any) -> None:
    """Each cluster has its own section, in the order of the settings, and its own policies."""
    report = two.report("plan")
    sections = [(item["cluster"], item["kubernetesVersion"]) for item in report["sections"]]
    assert sections == [("prod", "1.33"), ("stage", "1.37")]
    done = two.ordain("plan")
    assert done.last == "Plan: 12 to create, 0 to update, 0 to delete."
    assert done.out.index("Cluster prod:") < done.out.index("Cluster stage:")


def test_one_cluster_can_be_picked(two: Any) -> None:
    """`--cluster` leaves the others out."""
    assert [item["cluster"] for item in two.report("plan", "--cluster", "stage")["sections"]] == ["stage"]
    done = two.ordain("plan", "--cluster", "stag")
    assert done.code == 2
    assert "there is no cluster stag in ordain.yaml\nhint: did you mean stage?" in done.err


def test_one_commit_for_both(two: Any) -> None:
    """A publish of two clusters is one commit, and each has its own inventory."""
    done = two.publish()
    assert done.last == "Published: 12 created, 0 updated, 0 deleted."
    assert two.commits() == 1
    assert {path.partition("/")[0] for path in two.files()} == {"prod", "stage"}
    assert {"prod/.ordain-inventory", "stage/.ordain-inventory"} <= set(two.files())
    assert "minReplicas: 2" in two.git("show", "main:stage/shop/horizontalpodautoscaler-cart.yaml")
    assert "minReplicas: 3" in two.git("show", "main:prod/shop/horizontalpodautoscaler-cart.yaml")


def test_publishing_one_leaves_the_other(two: Any) -> None:
    """Files of a cluster that was not picked are not touched, let alone deleted."""
    two.publish()
    before = two.files()
    two.edit("policies/web.yaml", "max: 9", "max: 12")
    two.publish("--cluster", "stage")
    after = two.files()
    assert {path for path in before if before[path] != after[path]} == {
        "stage/.ordain-inventory",
        *(f"stage/shop/horizontalpodautoscaler-{name}.yaml" for name in ("cart", "checkout", "finder")),
    }


def test_trouble_in_one_cluster_stops_both(two: Any) -> None:
    """A publish is of all picked clusters or of none."""
    two.publish()
    before = two.bytes_of()
    two.edit("policies/web.yaml", "max: 9", "max: 12")
    two.edit("policies/stage.yaml", "min: 2", "min: 20")
    done = two.ordain("publish")
    assert (done.code, before) == (1, two.bytes_of())
    assert [item["cluster"] for item in two.report("plan")["sections"] if item["findings"]] == ["stage"]


def test_a_snapshot_flag_is_for_one_cluster(two: Any) -> None:
    """`--snapshot` with several clusters asks which one is meant."""
    done = two.ordain("plan", "--snapshot", "clusters/stage.yaml")
    assert done.code == 2
    assert "hint: add --cluster NAME" in done.err


def test_two_clusters_of_one_name_are_refused(two: Any) -> None:
    """They would share a folder."""
    two.edit("ordain.yaml", "name: stage", "name: prod")
    done = two.ordain("plan")
    assert done.code == 2
    assert "two clusters are named prod" in done.err


def test_names_that_ignore_case_share_no_folder(two: Any) -> None:
    """Cluster names are lower case, so no two differ by case alone."""
    two.edit("ordain.yaml", "name: stage", "name: Prod")
    assert two.ordain("plan").code == 2


def test_a_snapshot_of_another_cluster_is_refused(two: Any) -> None:
    """A recorded state says whose it is: it cannot be taken for another cluster's."""
    two.ordain("snapshot", "--cluster", "stage", "--out", "stage.gz")
    two.edit("ordain.yaml", 'clusters/prod.yaml\n      kubernetesVersion: "1.33"\n', "stage.gz\n")
    done = two.ordain("publish")
    assert done.code == 2
    assert "this is a snapshot of the cluster stage, not of prod" in done.err
    assert two.git("for-each-ref") == ""
