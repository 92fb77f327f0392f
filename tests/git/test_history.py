"""The history of the output branch: which versions of a file there were, and who wrote them."""

from pathlib import Path

import pytest

from ordain.errors import UserError
from ordain.git import Repo, Update, open_repo
from ordain.git.history import COMMITS, VERSIONS
from tests.git.conftest import NOW, WHO, Run


def commit(repo: Repo, writes: dict[str, bytes], deletes: tuple[str, ...] = ()) -> str:
    """Commit to the branch, as a publish does."""
    parent = repo.tip("main", "prod").commit
    return repo.commit("main", Update(parent, writes, deletes, "Publish", WHO, WHO, NOW))


def test_versions_are_newest_first(repo: Repo) -> None:
    """Each version has its commit, its time in UTC, its author and its bytes."""
    first = commit(repo, {"prod/shop/a.yaml": b"one\n"})
    second = commit(repo, {"prod/shop/a.yaml": b"two\n", "prod/shop/b.yaml": b"else\n"})
    found = repo.tip("main", "prod").history(["shop/a.yaml"])
    assert [(item.commit, item.content) for item in found["shop/a.yaml"]] == [(second, b"two\n"), (first, b"one\n")]
    assert {(item.when, item.author) for item in found["shop/a.yaml"]} == {("2026-11-24T18:00:00Z", WHO.name)}


def test_only_what_was_asked_for_is_there(repo: Repo) -> None:
    """Other files, other folders and files that never were are not in the answer."""
    commit(repo, {"prod/a.yaml": b"1\n", "prod/b.yaml": b"2\n", "stage/a.yaml": b"3\n"})
    found = repo.tip("main", "prod").history(["a.yaml", "never.yaml"])
    assert {path: [item.content for item in versions] for path, versions in found.items()} == {"a.yaml": [b"1\n"]}


def test_a_deleted_file_has_a_version_without_content(repo: Repo) -> None:
    """A deletion is a version, too: it says who deleted the file."""
    commit(repo, {"prod/a.yaml": b"1\n", "prod/b.yaml": b"2\n"})
    gone = commit(repo, {}, ("prod/a.yaml",))
    newest, oldest = repo.tip("main", "prod").history(["a.yaml"])["a.yaml"]
    assert (newest.commit, newest.content, oldest.content) == (gone, None, b"1\n")


def test_history_is_bounded(repo: Repo) -> None:
    """Of a file that changes with every commit the newest versions are read, and no more."""
    for number in range(VERSIONS + 3):
        commit(repo, {"prod/a.yaml": b"%d\n" % number})
    versions = repo.tip("main", "prod").history(["a.yaml"])["a.yaml"]
    assert [item.content for item in versions] == [b"%d\n" % number for number in range(VERSIONS + 2, 2, -1)]
    assert COMMITS >= VERSIONS


def test_names_that_git_would_quote(repo: Repo, bare: Path, tmp_path: Path, run: Run) -> None:
    """Files that somebody else put beside ours, with whatever names, hide no version."""
    commit(repo, {"prod/a.yaml": b"1\n"})
    work = tmp_path / "work"
    run(tmp_path, "clone", "--quiet", str(bare), str(work))
    names = ["a.yaml", "\ncommit x", ":000 1 2 3 M", "\x01", "ü.yaml"]
    for name in names:
        (work / "prod" / name).write_text("2\n", encoding="utf-8")
    run(work, "add", "-A")
    run(work, "commit", "--quiet", "-m", "by hand")
    run(work, "push", "--quiet", "origin", "HEAD:main")
    found = repo.tip("main", "prod").history(names)
    assert {path: len(versions) for path, versions in found.items()} == dict.fromkeys(names, 1) | {"a.yaml": 2}


def test_a_branch_that_is_not_there_has_no_history(repo: Repo) -> None:
    """Before the first publish there are no versions."""
    assert repo.tip("main", "prod").history(["a.yaml"]) == {}


def test_a_merge_counts_as_what_it_brought(repo: Repo, bare: Path, tmp_path: Path, run: Run) -> None:
    """Of merges only the first parent's line is followed: a pull request is one version."""
    commit(repo, {"prod/a.yaml": b"1\n"})
    work = tmp_path / "work"
    run(tmp_path, "clone", "--quiet", str(bare), str(work))
    run(work, "switch", "--quiet", "-c", "topic")
    for number in (2, 3):
        (work / "prod/a.yaml").write_text(f"{number}\n", encoding="utf-8")
        run(work, "commit", "--quiet", "-am", f"{number}")
    run(work, "switch", "--quiet", "main")
    run(work, "merge", "--quiet", "--no-ff", "-m", "merge", "topic")
    run(work, "push", "--quiet", "origin", "main")
    versions = repo.tip("main", "prod").history(["a.yaml"])["a.yaml"]
    assert [item.content for item in versions] == [b"3\n", b"1\n"]


def test_a_repository_with_a_work_tree(tmp_path: Path, run: Run) -> None:
    """History is read by the branch, whatever is checked out and wherever one stands."""
    run(tmp_path, "init", "--quiet", "--initial-branch=other", "out")
    repo = open_repo(tmp_path / "out", shown="out")
    first = commit(repo, {"prod/a.yaml": b"1\n"})
    versions = repo.tip("main", "prod").history(["a.yaml"])["a.yaml"]
    assert [(item.commit, item.content) for item in versions] == [(first, b"1\n")]


def test_a_damaged_history_is_said(repo: Repo, bare: Path, run: Run) -> None:
    """A commit that is missing is an error with git's words, not an empty history."""
    first = commit(repo, {"prod/a.yaml": b"1\n"})
    commit(repo, {"prod/a.yaml": b"2\n"})
    tip = repo.tip("main", "prod")
    run(bare, "repack", "-adq")
    for pack in (bare / "objects/pack").iterdir():
        pack.unlink()
    with pytest.raises(UserError, match="its history cannot be read"):
        tip.history(["a.yaml"])
    assert first
