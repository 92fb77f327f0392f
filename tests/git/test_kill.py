import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ordain.errors import UserError
from ordain.git import Repo

SCRIPT = Path(__file__).with_name("killing.py")
KILLS = 30


@pytest.mark.parametrize("mode", ["steps", "times", "interrupts"])
def test_a_killed_publish_leaves_the_old_or_the_new_state(bare: Path, repo: Repo, run, change, mode: str) -> None:
    """Killed at any moment, the branch holds whole states only, and the next publish succeeds."""
    repo.commit("main", change(None, {"demo/0": b"0"}))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(bare), mode, str(KILLS)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == KILLS
    assert [line for line in lines if len(line["states"]) != 1] == []
    history = run(bare, "rev-list", "--first-parent", "main").split()
    for line in lines:
        assert history.index(line["next"]) < history.index(line["after"]) <= history.index(line["before"])
    run(bare, "fsck", "--strict", "--no-progress", "--no-dangling")
    assert run(bare, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]
    assert [path for path in bare.rglob("*") if path.suffix == ".lock" or path.name.startswith(("tmp_", "fast_"))] == []
    assert [path.name for path in (bare / "ordain").iterdir()] == ["lock"]


@pytest.mark.parametrize("content", ["", "NEW\n"])
def test_the_lock_of_a_killed_move_is_mended(bare: Path, repo: Repo, change, content: str) -> None:
    """A lock file that a killed publish left on the branch does not stop the next one."""
    first = repo.commit("main", change(None, {"demo/a": b"1"}))
    (bare / "ordain/lock").write_text("refs/heads/main NEW\n")
    (bare / "refs/heads/main.lock").write_text(content)
    (bare / "HEAD.lock").write_text("")
    repo.commit("main", change(first, {"demo/a": b"2"}))
    assert not (bare / "refs/heads/main.lock").exists()


def test_the_lock_of_another_program_is_respected(bare: Path, repo: Repo, run, change, monkeypatch) -> None:
    """A lock file that is not known to be ours stays, and the message names it."""
    from ordain.git import local

    monkeypatch.setattr(local, "_LOCK_PATIENCE_MS", 20)
    first = repo.commit("main", change(None, {"demo/a": b"1"}))
    (bare / "refs/heads/main.lock").write_text("")
    with pytest.raises(UserError, match=r"main\.lock") as caught:
        repo.commit("main", change(first, {"demo/a": b"2"}))
    assert "lock file" in caught.value.hint
    assert (bare / "refs/heads/main.lock").exists()
    assert run(bare, "rev-parse", "main").strip() == first


def test_what_a_killed_import_left_is_removed(bare: Path, repo: Repo, change) -> None:
    """The working folder of a killed import is gone after the next publish."""
    first = repo.commit("main", change(None, {"demo/a": b"1"}))
    (bare / "ordain/import/objects/pack").mkdir(parents=True)
    (bare / "ordain/import/objects/pack/tmp_pack_x").write_bytes(b"cut")
    repo.commit("main", change(first, {"demo/a": b"2"}))
    assert not (bare / "ordain/import").exists()
