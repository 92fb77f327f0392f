"""`ordain publish`: one commit, or none at all."""

from typing import Any

import pytest

from tests.cli.saving import publish as publish_plan
from tests.cli.saving import save

NOW = "2026-11-24T18:00:00Z"


def test_publish_makes_one_commit(shop: Any) -> None:
    """All manifests and the inventory come in one commit; the last line says what was done."""
    done = shop.publish()
    assert done.last == "Published: 6 created, 0 updated, 0 deleted."
    assert shop.commits() == 1
    assert set(shop.files()) == {
        "prod/.ordain-inventory",
        *(
            f"prod/shop/{kind}-{name}.yaml"
            for kind in ("horizontalpodautoscaler", "poddisruptionbudget")
            for name in ("cart", "checkout", "search")
        ),
    }


def test_publish_twice_makes_one_commit(shop: Any) -> None:
    """The second run finds nothing to do, whatever the time is."""
    shop.publish()
    before = shop.bytes_of()
    done = shop.ordain("publish", "--now", "2027-01-01")
    assert done.code == 0
    assert "Nothing to publish: branch main of out.git is up to date." in done.out
    assert (before, shop.commits()) == (shop.bytes_of(), 1)


def test_a_dry_run_leaves_the_bytes_of_the_repository(shop: Any) -> None:
    """`--dry-run` says what would be committed and changes no file at all."""
    before = shop.bytes_of(".")
    done = shop.ordain("publish", "--dry-run")
    assert (done.code, before) == (0, shop.bytes_of("."))
    assert done.last.endswith("Nothing was written: this was a dry run.")
    shop.publish()
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    before = shop.bytes_of(".")
    assert shop.ordain("publish", "--dry-run").code == 0
    assert before == shop.bytes_of(".")


def test_a_finding_at_the_gate_writes_nothing(shop: Any) -> None:
    """An error stops the publish with exit code 1 and leaves the repository as it is."""
    shop.publish()
    shop.edit("policies/web.yaml", "disruption: {maxUnavailable: 1}", "disruption: {minAvailable: 3}")
    before = shop.bytes_of()
    done = shop.ordain("publish")
    assert (done.code, before) == (1, shop.bytes_of())
    assert "SCL005" in done.out
    assert "note: Nothing was written: mend the findings at the gate first." in done.out


def test_a_lower_gate_stops_a_warning(shop: Any) -> None:
    """`--gate warning` and the project's `gate` make warnings count."""
    shop.write(
        "policies/gone.yaml",
        (shop.folder / "policies/web.yaml").read_text().replace("web", "gone").replace("[shop]", "[gone]"),
    )
    assert shop.ordain("publish", "--gate", "warning").code == 1
    shop.edit("ordain.yaml", "spec:\n", "spec:\n  gate: warning\n")
    assert shop.ordain("publish").code == 1
    assert shop.git("for-each-ref") == ""
    assert shop.ordain("publish", "--gate", "error").code == 0


def test_exit_code_stops_before_writing(shop: Any) -> None:
    """With `--exit-code` changes are reported, exit code 1, and not written."""
    before = shop.bytes_of()
    done = shop.ordain("publish", "--exit-code")
    assert (done.code, before) == (1, shop.bytes_of())
    assert "note: Nothing was written: --exit-code, and there are changes." in done.out


def test_updates_and_deletes_are_committed(shop: Any) -> None:
    """A policy's change reaches Git: changed files, and none of what no policy asks for."""
    shop.publish()
    shop.sync()
    before = shop.files()
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    done = shop.publish()
    assert done.last == "Published: 0 created, 3 updated, 3 deleted."
    after = shop.files()
    assert {path for path in before if path not in after} == {
        f"prod/shop/poddisruptionbudget-{name}.yaml" for name in ("cart", "checkout", "search")
    }
    assert all(before[path] != after[path] for path in after)


def test_files_of_others_stay(shop: Any) -> None:
    """What ordain did not publish is not touched, in the cluster's folder and beside it."""
    shop.publish()
    shop.commit_by_hand(**{"README.md": "hello\n", "prod/shop/notes.txt": "mine\n", "stage/x.yaml": "a: 1\n"})
    before = shop.files()
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    shop.publish()
    after = shop.files()
    for path in ("README.md", "prod/shop/notes.txt", "stage/x.yaml"):
        assert before[path] == after[path]


def test_the_commit_says_where_it_comes_from(shop: Any) -> None:
    """Author, time and trailers are those of the settings and of `--now`."""
    shop.edit(
        "ordain.yaml", "{repository: out.git}", "{repository: out.git, author: {name: Bot, email: bot@example.org}}"
    )
    shop.publish()
    who, when, subject, trailers = (
        shop.git("log", "-1", "main", f"--format={form}").strip() for form in ("%an <%ae>", "%aI", "%s", "%(trailers)")
    )
    assert (who, when, subject) == ("Bot <bot@example.org>", NOW.replace("Z", "+00:00"), "Publish prod: 6 created")
    names = [line.partition(":")[0] for line in trailers.splitlines()]
    assert names == [
        "Ordain-Policies-Digest",
        "Ordain-Templates-Digest",
        "Ordain-Settings-Digest",
        "Ordain-Snapshot-Digest",
        "Ordain-Plan-Digest",
        "Ordain-Now",
        "Ordain-Engine",
    ]


def test_a_branch_that_is_checked_out_is_refused(shop: Any) -> None:
    """A work tree must not fall behind its branch: publish says so and writes nothing."""
    shop.publish()
    shop.git("worktree", "add", "-q", str(shop.folder / "tree"), "main")
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    tip = shop.git("rev-parse", "main")
    done = shop.ordain("publish")
    assert done.code == 2
    assert "the branch main is checked out in tree" in done.err
    assert tip == shop.git("rev-parse", "main")


@pytest.mark.parametrize("folder", ["env/live", "prod"])
def test_a_folder_in_the_repository(shop: Any, folder: str) -> None:
    """`spec.output.folder` holds a folder for each cluster."""
    shop.edit("ordain.yaml", "{repository: out.git}", f"{{repository: out.git, folder: {folder}}}")
    shop.publish()
    assert all(path.startswith(f"{folder}/prod/") for path in shop.files())


def test_a_plan_may_be_published_twice(shop: Any) -> None:
    """Where Git holds all that a plan would write, a second publish has nothing to do: a retried job does not fail."""
    save(shop)
    assert publish_plan(shop).code == 0
    before = shop.bytes_of("out.git")
    again = publish_plan(shop)
    assert (again.code, "Nothing to publish: branch main of out.git is up to date." in again.out) == (0, True)
    assert before == shop.bytes_of("out.git")
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    assert publish_plan(shop).code == 2
