from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ordain.errors import Span, UserError
from ordain.git import Identity, Repo, object_path, parse_inventory
from ordain.git.source import PoliciesSource
from ordain.model.objects import GroupKind, ObjectRef
from ordain.model.plan import Manifest, Published, Recommendation
from ordain.stages.observe import Destination
from ordain.stages.publish import ClusterOutput, Provenance, Wording, in_the_way, intended, publish

SOURCE = PoliciesSource(
    repo_url="https://git.example.com/p",
    commit="c" * 40,
    dirty=False,
    author="A <a@b>",
    date="2026-01-01T00:00:00Z",
    subject="Raise the limit",
    body="",
    references={},
)
PROVENANCE = Provenance("0.1.0", "templates-digest", SOURCE, {"Ordain-Engine": "0.1.0", "Ordain-Policies-Commit": "c"})
WORDING = Wording(Identity("Ordain", "o@example.com"), datetime(2026, 11, 24, tzinfo=UTC), "Publish demo")


def manifest(name: str, text: str = "a: 1\n", namespace: str = "shop") -> Manifest:
    ref = ObjectRef(namespace, "Service", name)
    wanted = Recommendation(
        row="services",
        template="service.yaml.j2",
        expects=GroupKind("", "Service"),
        subject=ref,
        name=name,
        values={},
        reason="because",
        set_by={},
        policies=("Service/web",),
        where=Span("policies/shop.yaml"),
        inputs=f"inputs of {name}",
    )
    return Manifest(ref, {}, text, object_path(ref), wanted, lambda _path: Span("template"))


def publish_all(
    repo: Repo, *manifests: Manifest, folders: Sequence[str] = ("demo",), dry_run: bool = False,
    provenance: Provenance = PROVENANCE, wording: Wording = WORDING,
) -> Published:  # fmt: skip
    outputs = [
        ClusterOutput(Destination(repo, "out.git", "main", folder), repo.tip("main", folder), manifests)
        for folder in folders
    ]
    return publish(outputs, provenance, wording, dry_run=dry_run)


def files(run, bare: Path) -> list[str]:
    return run(bare, "ls-tree", "-r", "--name-only", "main").split()


def commits(run, bare: Path) -> int:
    return int(run(bare, "rev-list", "--count", "main"))


def test_the_first_publish_writes_files_and_records(bare: Path, repo: Repo, run) -> None:
    """One object is one file; the inventory and the metadata lie beside them; the trailers are read by git."""
    done = publish_all(repo, manifest("web"), manifest("api"))
    assert (done.written, done.deleted, done.dry_run) == (2, 0, False)
    assert files(run, bare) == [
        "demo/.ordain-inventory", "demo/hydrator.metadata", "demo/shop/service-api.yaml", "demo/shop/service-web.yaml",
    ]  # fmt: skip
    inventory = parse_inventory(run(bare, "show", "main:demo/.ordain-inventory").encode(), "x")
    assert inventory == intended([manifest("web"), manifest("api")], engine="0.1.0", templates="templates-digest")
    trailers = run(bare, "interpret-trailers", "--parse", feed=run(bare, "show", "-s", "--format=%B", "main"))
    assert trailers == "Ordain-Engine: 0.1.0\nOrdain-Policies-Commit: c\n"


def test_two_publishes_make_one_commit(bare: Path, repo: Repo, run) -> None:
    """Where no manifest differs nothing is committed, whatever the time, engine or policies' commit."""
    publish_all(repo, manifest("web"))
    other = replace(PROVENANCE, engine="0.2.0", source=replace(SOURCE, commit="d" * 40))
    later = replace(WORDING, now=datetime(2027, 1, 1, tzinfo=UTC))
    done = publish_all(repo, manifest("web"), provenance=other, wording=later)
    assert (done.commit, done.written) == (None, 0)
    assert commits(run, bare) == 1


def test_only_what_differs_is_written(bare: Path, repo: Repo, run) -> None:
    """A change rewrites its file and the records; what is no longer wanted goes, other files stay."""
    publish_all(repo, manifest("web"), manifest("api"), manifest("old"))
    tip = repo.tip("main", "demo").commit
    done = publish_all(repo, manifest("web"), manifest("api", "a: 2\n"))
    assert (done.written, done.deleted) == (1, 1)
    changed = run(bare, "diff", "--name-status", f"{tip}..main").split("\n")
    assert [line for line in changed if "shop" in line] == [
        "M\tdemo/shop/service-api.yaml", "D\tdemo/shop/service-old.yaml",
    ]  # fmt: skip


def test_files_of_others_are_never_deleted(bare: Path, repo: Repo, run, change) -> None:
    """A file that no inventory of this cluster lists survives, in its folder and in others."""
    writes = {"demo/shop/own.yaml": b"x", "README": b"r", "demo2/shop/service-web.yaml": b"y"}
    repo.commit("main", change(None, writes))
    publish_all(repo, manifest("web"))
    publish_all(repo, manifest("api"))
    assert set(writes) < set(files(run, bare))
    assert "demo/shop/service-web.yaml" not in files(run, bare)


def test_all_clusters_go_in_one_commit(bare: Path, repo: Repo, run) -> None:
    """Several clusters share one commit, and only the changed ones get new records."""
    done = publish_all(repo, manifest("web"), folders=("up/east", "up/west"))
    assert done.written == 2
    assert commits(run, bare) == 1
    east, west = (
        ClusterOutput(Destination(repo, "out.git", "main", folder), repo.tip("main", folder), [manifest("web", text)])
        for folder, text in (("up/east", "a: 1\n"), ("up/west", "a: 2\n"))
    )
    publish([east, west], replace(PROVENANCE, engine="0.2.0"), WORDING, dry_run=False)
    assert '"0.1.0"' in run(bare, "show", "main:up/east/.ordain-inventory")
    assert '"0.2.0"' in run(bare, "show", "main:up/west/.ordain-inventory")


@pytest.mark.parametrize("wanted", ["changed", "unchanged", "no more"])
def test_a_hand_edited_file_is_refused_by_name(bare: Path, repo: Repo, run, change, wanted: str) -> None:
    """An edit of a generated file stops the publish, whether it would be overwritten or deleted."""
    publish_all(repo, manifest("web"), manifest("api"))
    edited = repo.commit("main", change(repo.tip("main", "demo").commit, {"demo/shop/service-web.yaml": b"mine\n"}))
    text = {"changed": "a: 2\n", "unchanged": "a: 1\n"}
    now = [manifest("api")] + ([manifest("web", text[wanted])] if wanted in text else [])
    for dry_run in (True, False):
        with pytest.raises(UserError, match=r"shop/service-web.yaml is changed by hand") as caught:
            publish_all(repo, *now, dry_run=dry_run)
    assert "undo the edit" in caught.value.hint
    assert run(bare, "rev-parse", "main").strip() == edited


def test_an_edit_that_is_now_wanted_is_taken_over(repo: Repo, change) -> None:
    """A file that somebody has already changed to what the policies ask for becomes ours again, once."""
    publish_all(repo, manifest("web"))
    repo.commit("main", change(repo.tip("main", "demo").commit, {"demo/shop/service-web.yaml": b"a: 2\n"}))
    done = publish_all(repo, manifest("web", "a: 2\n"))
    assert done.commit
    assert done.written == 0
    assert publish_all(repo, manifest("web", "a: 2\n")).commit is None
    assert publish_all(repo, manifest("web", "a: 3\n")).written == 1


def test_a_lost_inventory_is_made_again(repo: Repo, change) -> None:
    """Where the inventory was deleted and all files are as wanted, the next publish writes it again."""
    publish_all(repo, manifest("web"))
    repo.commit("main", change(repo.tip("main", "demo").commit, {}, "demo/.ordain-inventory"))
    assert publish_all(repo, manifest("web")).commit
    assert repo.tip("main", "demo").inventory == intended(
        [manifest("web")], engine="0.1.0", templates="templates-digest"
    )


def test_a_deleted_file_is_written_again(bare: Path, repo: Repo, run, change) -> None:
    """Deleting a generated file by hand is how to have it written again."""
    publish_all(repo, manifest("web"), manifest("api"))
    repo.commit("main", change(repo.tip("main", "demo").commit, {}, "demo/shop/service-web.yaml"))
    assert publish_all(repo, manifest("web"), manifest("api")).written == 1
    assert "demo/shop/service-web.yaml" in files(run, bare)


@pytest.mark.parametrize("path", ["demo/shop/service-web.yaml", "demo/shop", "demo/shop/service-web.yaml/x"])
def test_a_foreign_file_in_the_way_is_refused(bare: Path, repo: Repo, run, change, path: str) -> None:
    """A file that ordain did not publish is not overwritten, nor its folder or the files in it."""
    first = repo.commit("main", change(None, {path: b"mine\n"}))
    assert in_the_way(repo.tip("main", "demo"), [manifest("web")]) == (path.removeprefix("demo/"),)
    with pytest.raises(UserError, match="in the way"):
        publish_all(repo, manifest("web"))
    assert run(bare, "rev-parse", "main").strip() == first


def test_many_names_are_cut(repo: Repo, change) -> None:
    """A long list names ten files and counts the rest."""
    names = [f"w{number:02}" for number in range(13)]
    repo.commit("main", change(None, {f"demo/shop/service-{name}.yaml": b"mine" for name in names}))
    with pytest.raises(UserError, match=r"service-w09.yaml and 3 more are in the way"):
        publish_all(repo, *map(manifest, names))


def test_an_empty_desired_state_deletes_nothing(bare: Path, repo: Repo, run) -> None:
    """Where nothing is asked for and files are published, the publish stops."""
    publish_all(repo, manifest("web"))
    for dry_run in (True, False):
        with pytest.raises(UserError, match="does not delete them all"):
            publish_all(repo, dry_run=dry_run)
    assert commits(run, bare) == 1


def test_nothing_to_publish_makes_no_branch(bare: Path, repo: Repo, run) -> None:
    """Without manifests and without an earlier publish nothing happens."""
    assert publish_all(repo).commit is None
    assert run(bare, "for-each-ref") == ""


def test_a_dry_run_changes_nothing_at_all(bare: Path, repo: Repo, snapshot_of) -> None:
    """With `dry_run` the numbers are told and every byte of the repository stays."""
    publish_all(repo, manifest("web"), manifest("old"))
    before = snapshot_of(bare)
    done = publish_all(repo, manifest("web", "a: 2\n"), manifest("new"), dry_run=True)
    assert done == Published("out.git", "main", None, 2, 1, dry_run=True)
    assert snapshot_of(bare) == before


def test_a_dry_run_on_a_missing_branch_makes_none(bare: Path, repo: Repo, snapshot_of) -> None:
    """A dry run of the first publish leaves an empty repository empty."""
    before = snapshot_of(bare)
    assert publish_all(repo, manifest("web"), dry_run=True).written == 1
    assert snapshot_of(bare) == before


def test_a_tip_that_moved_between_clusters_is_refused(repo: Repo, change) -> None:
    """Clusters that were read at different commits are not published together."""
    east = ClusterOutput(Destination(repo, "out.git", "main", "east"), repo.tip("main", "east"), [manifest("web")])
    repo.commit("main", change(None, {"x": b"y"}))
    west = ClusterOutput(Destination(repo, "out.git", "main", "west"), repo.tip("main", "west"), [manifest("web")])
    with pytest.raises(UserError, match="moved while the clusters were read"):
        publish([east, west], PROVENANCE, WORDING, dry_run=False)


def test_metadata_without_a_source_does_not_go_stale(bare: Path, repo: Repo, run) -> None:
    """Policies outside of Git have no metadata, and those of an earlier publish go with the next change."""
    publish_all(repo, manifest("web"))
    publish_all(repo, manifest("web", "a: 2\n"), provenance=replace(PROVENANCE, source=None))
    assert "demo/hydrator.metadata" not in files(run, bare)


def test_two_objects_on_one_path_are_refused(repo: Repo) -> None:
    """Names that differ by letter case only would overwrite each other in some work trees."""
    with pytest.raises(UserError, match="letter case"):
        publish_all(repo, manifest("web"), manifest("Web"))
