"""The output branch is not as it was left: moved, forked, edited by hand, or with an inventory that does not fit."""

import json
from typing import Any

import pytest

import ordain.pipeline

HPA = "prod/shop/horizontalpodautoscaler-cart.yaml"
LIVE_HPA = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
  minReplicas: 1
  maxReplicas: 5
"""


@pytest.fixture
def changed(published: Any) -> Any:
    """Return the shop after a publish, with a policy that has changed since."""
    published.edit("policies/web.yaml", "max: 9", "max: 12")
    return published


def refused(bench: Any, *messages: str) -> None:
    """Publish, which must fail with these words and leave the repository as it is."""
    before = bench.bytes_of()
    done = bench.ordain("publish")
    assert done.code == 2, done.out
    assert before == bench.bytes_of()
    for message in messages:
        assert message in done.err
    assert "hint: " in done.err
    assert "defect" not in done.err


def test_a_branch_that_moved_while_the_plan_was_made(changed: Any) -> None:
    """Somebody committed between reading and publishing: theirs stays, ours is refused."""
    original = ordain.pipeline.publish_outputs

    def late(*arguments: Any, **options: Any) -> Any:
        changed.commit_by_hand(**{"README.md": "theirs\n"})
        return original(*arguments, **options)

    changed.patch.setattr(ordain.pipeline, "publish_outputs", late)
    done = changed.ordain("publish")
    assert done.code == 2
    assert "the branch main moved while the new state was made; nothing was published" in done.err
    assert "hint: run it again, on the new state" in done.err
    assert changed.git("show", "main:README.md") == "theirs\n"
    assert "maxReplicas: 9" in changed.git("show", f"main:{HPA}")


def test_a_branch_that_was_deleted_meanwhile(changed: Any) -> None:
    """A branch that is gone is not made anew on an old plan."""
    original = ordain.pipeline.publish_outputs

    def late(*arguments: Any, **options: Any) -> Any:
        changed.git("update-ref", "-d", "refs/heads/main")
        return original(*arguments, **options)

    changed.patch.setattr(ordain.pipeline, "publish_outputs", late)
    done = changed.ordain("publish")
    assert done.code == 2
    assert "moved while the new state was made" in done.err
    assert changed.git("for-each-ref") == ""


def test_a_branch_that_was_replaced_by_a_foreign_history(changed: Any) -> None:
    """A forced push of something else leaves no inventory: what lies there is not overwritten."""
    changed.git("update-ref", "-d", "refs/heads/main")
    tree = changed.git("hash-object", "-t", "tree", "-w", "/dev/null")
    foreign = changed.git("-c", "user.name=Eve", "-c", "user.email=e@e", "commit-tree", "-m", "new", tree.strip())
    changed.git("update-ref", "refs/heads/main", foreign.strip())
    done = changed.ordain("publish")
    assert (done.code, done.last.partition(" live")[0]) == (0, "Published: 6 created, 0 updated, 0 deleted.")
    assert changed.git("rev-parse", "main^").strip() == foreign.strip()


def test_a_generated_file_that_was_edited_by_hand(changed: Any) -> None:
    """It is named, and stays until somebody says what shall be."""
    changed.commit_by_hand(**{HPA: "kind: Mine\n"})
    refused(changed, "shop/horizontalpodautoscaler-cart.yaml is changed by hand")
    assert changed.git("show", f"main:{HPA}") == "kind: Mine\n"


def test_a_dry_run_names_it_too(changed: Any) -> None:
    """`--dry-run` finds what a publish would find."""
    changed.commit_by_hand(**{HPA: "kind: Mine\n"})
    done = changed.ordain("publish", "--dry-run")
    assert done.code == 2
    assert "shop/horizontalpodautoscaler-cart.yaml is changed by hand" in done.err


def test_a_generated_file_that_was_deleted_by_hand(changed: Any) -> None:
    """That is how to ask for it anew."""
    changed.commit_by_hand(**{HPA: None})
    assert changed.ordain("publish").code == 0
    assert "maxReplicas: 12" in changed.git("show", f"main:{HPA}")


def test_a_hand_edited_file_that_no_policy_wants_is_not_deleted(changed: Any) -> None:
    """A deletion, too, stops at what somebody has changed."""
    budget = "prod/shop/poddisruptionbudget-cart.yaml"
    changed.commit_by_hand(**{budget: "kind: Mine\n"})
    changed.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    refused(changed, "shop/poddisruptionbudget-cart.yaml is changed by hand")
    assert budget in changed.files()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "not json",
        "[" * 100_000,
        '{"format": "ordain.dev/inventory", "version": 99}',
        '{"format": "other", "version": 1}',
        '{"format": "ordain.dev/inventory", "version": 1, "engine": "", "templates": "", "files": {"a": 1}}',
        json.dumps(
            {
                "format": "ordain.dev/inventory",
                "version": 1,
                "engine": "",
                "templates": "",
                "files": {"../../README.md": {"sha256": "0" * 64, "inputs": ""}},
            }
        ),
    ],
    ids=["empty", "no-fields", "text", "deep", "newer", "other", "wrong-types", "leads-out"],
)
def test_an_inventory_that_does_not_fit(changed: Any, content: str) -> None:
    """Without a sound inventory nobody knows what may be deleted: nothing is."""
    changed.commit_by_hand(**{"prod/.ordain-inventory": content})
    refused(changed, "prod/.ordain-inventory: ")


def test_an_inventory_that_was_deleted(changed: Any) -> None:
    """The files are nobody's then: they are in the way, and stay."""
    changed.commit_by_hand(**{"prod/.ordain-inventory": None})
    refused(changed, "shop/horizontalpodautoscaler-cart.yaml", "in the way, and ordain did not publish them")


def test_an_inventory_that_lists_the_files_of_others(changed: Any) -> None:
    """A file whose bytes are not those that were published is not deleted, listed or not."""
    inventory = json.loads(changed.git("show", "main:prod/.ordain-inventory"))
    inventory["files"]["notes.txt"] = {"sha256": "0" * 64, "inputs": ""}
    changed.commit_by_hand(**{"prod/.ordain-inventory": json.dumps(inventory), "prod/notes.txt": "mine\n"})
    refused(changed, "notes.txt is changed by hand")


def test_a_missing_repository(changed: Any) -> None:
    """Publish makes no repository; the error says how."""
    (changed.folder / "out.git").rename(changed.folder / "gone.git")
    done = changed.ordain("publish")
    assert done.code == 2
    assert "out.git: there is no Git repository here\nhint: `git init --bare out.git` makes one" in done.err
    assert not (changed.folder / "out.git").exists()


def test_a_branch_that_is_no_commit(changed: Any) -> None:
    """A ref to something else is an error, not an empty branch."""
    blob = changed.git("rev-parse", f"main:{HPA}").strip()
    (changed.folder / "out.git/refs/heads/main").write_text(f"{blob}\n")
    refused(changed, "refs/heads/main")


def test_a_file_where_the_folder_of_the_cluster_belongs(changed: Any) -> None:
    """A file of the cluster's name is in the way."""
    changed.edit("ordain.yaml", "name: prod", "name: readme")
    changed.commit_by_hand(readme="hello\n")
    refused(changed, "readme is a file")


def test_a_live_object_that_is_not_ours(shop: Any) -> None:
    """POL012 stops, --adopt takes over and shows what changes, and the next plan needs no flag."""
    shop.append("clusters/prod.yaml", LIVE_HPA)
    before = shop.bytes_of()
    done = shop.ordain("publish")
    assert (done.code, before) == (1, shop.bytes_of())
    assert "POL012 error shop/HorizontalPodAutoscaler/cart is in the cluster already" in done.out
    assert "hint: take it over with --adopt shop/HorizontalPodAutoscaler/cart, once" in done.out
    adopted = shop.ordain("publish", "--adopt", "shop/HorizontalPodAutoscaler/cart")
    assert adopted.code == 0
    assert "adopts shop/HorizontalPodAutoscaler/cart" in adopted.out
    again = shop.ordain("plan")
    assert (again.code, "POL012" in again.out) == (0, False)


def test_a_second_autoscaler_cannot_be_adopted(shop: Any) -> None:
    """An autoscaler of another name on our target is an error that --adopt does not silence."""
    shop.append("clusters/prod.yaml", LIVE_HPA.replace("name: cart, namespace", "name: old, namespace"))
    done = shop.ordain("plan", "--adopt", "shop/HorizontalPodAutoscaler/old")
    assert done.code != 0
    assert "SCL007" in shop.ordain("plan").out
