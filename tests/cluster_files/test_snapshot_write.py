"""Writing a snapshot: whole or not at all, whatever happens meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ordain.cluster import write_snapshot
from ordain.errors import UserError
from ordain.model.kind import Reading
from ordain.model.live import LiveState

DEPLOYMENT = Reading("apps/v1", "Deployment", "deployments")

Reader = Callable[..., LiveState]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, state: LiveState, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails before the file is moved, the old one is whole and nothing else is left."""

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "s"
    target.write_text("old")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, fail)
            with pytest.raises(UserError, match="No space left on device"):
                write_snapshot(state, target, redact=False)

    assert target.read_text() == "old"
    assert [target] == list(tmp_path.iterdir())


def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, state: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while writing leaves the old file and no temporary one."""

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "s"
    target.write_text("old")
    monkeypatch.setattr(os, "fsync", interrupt)

    with pytest.raises(KeyboardInterrupt):
        write_snapshot(state, target, redact=False)

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("s", "old")]


KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from ordain.cluster import open_cluster, write_snapshot

moment, path = sys.argv[1], Path(sys.argv[2])
source = open_cluster("prod", path, shown="", kubernetes_version=None, assume_absent=(), metrics=None)
live = replace(source.read(()), taken_at="later")
setattr(os, moment, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
write_snapshot(live, path, redact=False)
"""


@pytest.mark.parametrize("moment", ["fchmod", "fsync", "replace"])
def test_a_killed_write_leaves_the_old_file(tmp_path: Path, read: Reader, state: LiveState, moment: str) -> None:
    """A process that is killed with the new file half written or whole, but not yet in place, has changed nothing."""
    write_snapshot(state, tmp_path / "s", redact=False)
    paths = os.pathsep.join(sys.path)

    ended = subprocess.run(
        [sys.executable, "-c", KILLED, moment, tmp_path / "s"], env={"PYTHONPATH": paths}, check=False
    )

    assert ended.returncode == -signal.SIGKILL
    assert read(tmp_path / "s") == state


def test_a_snapshot_needs_a_folder(tmp_path: Path, state: LiveState) -> None:
    """A missing folder is an error with a hint, not a traceback."""
    with pytest.raises(UserError, match="cannot write the snapshot: No such file"):
        write_snapshot(state, tmp_path / "none" / "s", redact=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_an_error(tmp_path: Path, state: LiveState) -> None:
    """A folder that cannot be written to is an error with a hint."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError, match="Permission denied"):
            write_snapshot(state, tmp_path / "s", redact=False)
    finally:
        tmp_path.chmod(0o700)


def test_only_files_are_written_over(tmp_path: Path, state: LiveState) -> None:
    """A device or a pipe is not replaced by a file."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UserError, match="this is not a file"):
        write_snapshot(state, tmp_path / "pipe", redact=False)

    assert (tmp_path / "pipe").is_fifo()


def test_a_link_stays_a_link(tmp_path: Path, read: Reader, state: LiveState) -> None:
    """The file that it leads to is written."""
    (tmp_path / "s").symlink_to("target")

    write_snapshot(state, tmp_path / "s", redact=False)

    assert (tmp_path / "s").is_symlink()
    assert read(tmp_path / "target").objects == state.objects


def test_a_state_above_the_limits_is_not_written(
    tmp_path: Path, state: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be read again is refused, and nothing is left behind."""
    monkeypatch.setattr("ordain.cluster.snapshot_write.MAX_LINE", 200)

    with pytest.raises(UserError, match="larger than a snapshot may be"):
        write_snapshot(state, tmp_path / "s", redact=False)

    assert list(tmp_path.iterdir()) == []
