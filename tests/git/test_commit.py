import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ordain.errors import UserError
from ordain.git import Repo, open_repo


def test_the_first_commit_makes_the_branch(bare: Path, repo: Repo, run, change) -> None:
    """A missing branch is created with one commit that has no parent."""
    commit = repo.commit("env/prod", change(None, {"demo/shop/a.yaml": b"a\n"}))
    assert run(bare, "rev-list", "--parents", "env/prod").split() == [commit]
    assert run(bare, "show", "env/prod:demo/shop/a.yaml") == "a\n"
    assert run(bare, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/env/prod"]
    run(bare, "fsck", "--strict")


def test_writes_and_deletes_leave_the_rest(bare: Path, repo: Repo, run, change) -> None:
    """A commit changes the named paths only, a file may become a folder, and empty folders go."""
    first = repo.commit("main", change(None, {"README": b"r", "demo/a": b"1", "demo/b/c": b"2", "demo/d": b"3"}))
    second = repo.commit("main", change(first, {"demo/a/x": b"4", "demo/d": b"5"}, "demo/a", "demo/b/c"))
    assert run(bare, "ls-tree", "-r", "--name-only", "main").split() == ["README", "demo/a/x", "demo/d"]
    assert run(bare, "rev-parse", "main~1", "main").split() == [first, second]


def test_a_commit_is_the_same_everywhere(tmp_path: Path, run, change, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same update gives the same commit under another time zone, locale and user."""
    ids = set()
    when = datetime(2026, 11, 24, 20, 0, tzinfo=timezone(timedelta(hours=2)))
    for number, (zone, locale, user) in enumerate([("UTC", "C", "a"), ("Asia/Tokyo", "de_DE.UTF-8", "b")]):
        for name, value in {"TZ": zone, "LANG": locale, "GIT_AUTHOR_NAME": user, "USER": user}.items():
            monkeypatch.setenv(name, value)
        folder = tmp_path / str(number)
        folder.mkdir()
        run(folder, "init", "--quiet", "--bare")
        ids.add(open_repo(folder, shown="x").commit("main", replace(change(None, {"d/a": b"a"}), when=when)))
    assert len(ids) == 1
    shown = run(tmp_path / "0", "show", "-s", "--format=%an <%ae> %ad|%cn <%ce> %cd", "--date=iso-strict", "main")
    who = "Ordain Test <test@example.com> 2026-11-24T18:00:00+00:00"
    assert shown.strip() == f"{who}|{who}"


def test_a_surrounding_git_does_not_leak_in(bare: Path, repo: Repo, run, change, monkeypatch) -> None:
    """Inside a hook of another repository, that repository and its index are left alone."""
    tmp_path = bare.parent
    run(tmp_path, "init", "--quiet", "other")
    for name, value in {
        "GIT_DIR": str(tmp_path / "other/.git"),
        "GIT_INDEX_FILE": str(tmp_path / "other/.git/index"),
        "GIT_WORK_TREE": str(tmp_path / "other"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "other/.git/objects"),
        "GIT_QUARANTINE_PATH": str(tmp_path),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    commit = repo.commit("main", change(None, {"demo/a": b"a"}))
    assert repo.tip("main", "demo").commit == commit
    monkeypatch.undo()
    assert run(bare, "cat-file", "-t", commit).strip() == "commit"
    assert not (tmp_path / "other/.git/index").exists()
    assert not [path for path in (tmp_path / "other/.git/objects").rglob("*") if path.is_file()]


def test_hooks_do_not_run(bare: Path, repo: Repo, tmp_path: Path, change) -> None:
    """A hook of the repository is not run by a publish."""
    for name in ("reference-transaction", "post-commit", "update", "pre-commit"):
        hook = bare / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        hook.chmod(0o755)
    repo.commit("main", change(None, {"demo/a": b"a"}))
    assert not (tmp_path / "ran").exists()


def test_a_moved_tip_loses_nothing(bare: Path, repo: Repo, run, change) -> None:
    """A commit on an old state is refused, and the branch keeps what came in between."""
    first = repo.commit("main", change(None, {"demo/a": b"1"}))
    second = repo.commit("main", change(first, {"demo/a": b"2"}))
    for parent in (first, None):
        with pytest.raises(UserError, match="moved") as caught:
            repo.commit("main", change(parent, {"demo/a": b"3"}))
        assert "again" in caught.value.hint
    assert run(bare, "rev-parse", "main").strip() == second


def test_a_branch_that_moves_during_the_import_is_noticed(bare: Path, repo: Repo, run, change, monkeypatch) -> None:
    """The branch is moved from the old commit only: another writer between read and move wins."""
    from ordain.git import local

    first = repo.commit("main", change(None, {"demo/a": b"1"}))
    tree = run(bare, "rev-parse", "main^{tree}").strip()
    other = run(bare, "commit-tree", "-p", first, "-m", "other", tree).strip()
    real = local.import_commit

    def meanwhile(*arguments: object, **options: object) -> str:
        new = real(*arguments, **options)  # type: ignore[arg-type]
        run(bare, "update-ref", "refs/heads/main", other)
        return new

    monkeypatch.setattr(local, "import_commit", meanwhile)
    with pytest.raises(UserError, match="moved"):
        repo.commit("main", change(first, {"demo/a": b"2"}))
    assert run(bare, "rev-parse", "main").strip() == other


def test_a_checked_out_branch_is_refused(tmp_path: Path, run, change) -> None:
    """The branch of a work tree is refused; another branch is published without touching tree or index."""
    run(tmp_path, "init", "--quiet", "--initial-branch=main", "work")
    work = tmp_path / "work"
    (work / "file").write_text("x")
    run(work, "add", "file")
    run(work, "commit", "--quiet", "-m", "one")
    for path in (work, work / ".git"):
        repo = open_repo(path, shown="work")
        with pytest.raises(UserError, match="main is checked out in work"):
            repo.commit("main", change(run(work, "rev-parse", "main").strip(), {"demo/a": b"a"}))
    (work / "file").write_text("changed")
    index = (work / ".git/index").read_bytes()
    open_repo(work, shown="work").commit("output", change(None, {"demo/a": b"a"}))
    assert (work / ".git/index").read_bytes() == index
    assert sorted(path.name for path in work.iterdir()) == [".git", "file"]
    assert run(work, "status", "--porcelain") == " M file\n"


def test_the_branch_of_a_linked_work_tree_is_refused(bare: Path, repo: Repo, tmp_path: Path, run, change) -> None:
    """A bare repository's own HEAD does not count, the branch of a work tree added to it does."""
    first = repo.commit("main", change(None, {"demo/a": b"a"}))
    second = repo.commit("main", change(first, {"demo/a": b"b"}))
    run(bare, "worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    with pytest.raises(UserError, match="checked out in linked"):
        repo.commit("main", change(second, {"demo/a": b"c"}))
    with pytest.raises(UserError, match="checked out in linked"):
        open_repo(tmp_path / "linked", shown="linked").commit("main", change(second, {"demo/a": b"c"}))


def test_a_read_only_repository_is_an_error(run, change, nobody) -> None:
    """Where nothing can be written the message says so, and nothing is left behind."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        run(home, "init", "--quiet", "--bare", "out.git")
        for path in home.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        with nobody(), pytest.raises(UserError, match="cannot be written"):
            open_repo(home / "out.git", shown="out.git").commit("main", change(None, {"demo/a": b"a"}))
        assert not (home / "out.git/ordain").exists()
        (home / "out.git").chmod(0o777)
        with nobody(), pytest.raises(UserError, match=r"cannot be (written|moved)"):
            open_repo(home / "out.git", shown="out.git").commit("main", change(None, {"demo/a": b"a"}))
        for path in (home / "out.git").rglob("*"):
            path.chmod(0o755)


def test_a_full_disk_is_an_error(bare: Path, repo: Repo, run, change) -> None:
    """A git that can write no more stops the publish with its reason; the old state stays and nothing is left."""
    import resource

    first = repo.commit("main", change(None, {"demo/a": b"1"}))
    writes = {f"demo/{number}": os.urandom(4096) for number in range(200)}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    try:
        with pytest.raises(UserError, match="could not write the commit"):
            repo.commit("main", change(first, writes))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert run(bare, "rev-parse", "main").strip() == first
    assert "garbage: 0" in run(bare, "count-objects", "-v")
    repo.commit("main", change(first, writes))


def test_small_and_large_commits_leave_a_sound_repository(bare: Path, repo: Repo, run, change) -> None:
    """Loose objects of a small commit and the pack of a large one arrive whole; git finds nothing unused."""
    parent = None
    for count in (1, 300, 2, 300):
        writes = {f"demo/{number}": f"{count} {number} {parent}\n".encode() * 5 for number in range(count)}
        parent = repo.commit("main", change(parent, writes))
    assert "dangling" not in run(bare, "fsck", "--strict", "--no-progress")
    assert sorted(path.name for path in (bare / "ordain").iterdir()) == ["lock"]


def test_nested_branch_names_that_clash_are_an_error(repo: Repo, change) -> None:
    """A branch below the name of another branch cannot be made, and the message says why."""
    repo.commit("main", change(None, {"demo/a": b"a"}))
    with pytest.raises(UserError, match="main/x cannot be moved"):
        repo.commit("main/x", change(None, {"demo/a": b"a"}))


@pytest.mark.parametrize("path", ["../x", "/x", "demo//x", ".git/config", "demo/.GIT/hooks/x", ""])
def test_a_path_out_of_the_tree_is_refused(repo: Repo, change, path: str) -> None:
    """No update can write outside of the tree or into Git's own names."""
    with pytest.raises(UserError, match="cannot be published"):
        repo.commit("main", change(None, {path: b"x"}))


@pytest.mark.parametrize("path", ['demo/a"b', "demo/ü €", "demo/a b", "demo/ a", "demo/-x"])
def test_an_odd_path_is_written_as_it_is(repo: Repo, change, path: str) -> None:
    """Quotes, spaces and letters beyond ASCII survive the stream."""
    repo.commit("main", change(None, {path: b"\nM 100644 inline evil\ndata 1\nx\ndone\n"}))
    tip = repo.tip("main", "demo")
    assert list(tip.blobs) == [path.removeprefix("demo/")]
    assert tip.read(path.removeprefix("demo/")).startswith(b"\nM 100644")


def test_a_time_before_git_is_refused(repo: Repo, change) -> None:
    """A publish in 1960 is refused, for Git knows no such time."""
    long_ago = datetime(1960, 1, 1, tzinfo=UTC)
    with pytest.raises(UserError, match="before the first day"):
        repo.commit("main", replace(change(None, {"demo/a": b"a"}), when=long_ago))


def test_a_partial_clone_needs_no_contents(tmp_path: Path, bare: Path, repo: Repo, run, change) -> None:
    """In a clone without file contents a commit is made without fetching any."""
    first = repo.commit("main", change(None, {f"demo/{number}": b"%d" % number for number in range(10)}))
    run(bare, "config", "uploadpack.allowFilter", "true")
    run(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{bare}", "part.git")
    bare.rename(tmp_path / "away.git")
    part = open_repo(tmp_path / "part.git", shown="part.git")
    part.commit("main", change(first, {"demo/1": b"new"}, "demo/2"))
    assert len(part.tip("main", "demo").blobs) == 9


def test_two_writers_at_once_take_turns(bare: Path, repo: Repo, run, change) -> None:
    """Of several publishes on one state exactly one is made, the others are told that the branch moved."""
    import sys

    first = repo.commit("main", change(None, {"demo/a": b"0"}))
    script = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from ordain.git import *\n"
        "who = Identity('a', 'a@example.com'); when = datetime(2026, 1, 1, tzinfo=UTC)\n"
        "repo = open_repo(Path(sys.argv[1]), shown='x')\n"
        "repo.commit('main', Update(sys.argv[2], {'demo/a': sys.argv[3].encode()}, (), 'm', who, who, when))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(bare), first, str(number)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    errors = [process.communicate()[1] for process in started]
    assert sorted(process.returncode for process in started) == [0, 1, 1, 1]
    assert sum("moved while" in error for error in errors) == 3
    assert run(bare, "rev-list", "--count", "main").strip() == "2"
