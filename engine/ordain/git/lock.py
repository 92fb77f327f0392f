"""One publish at a time in a repository, and the mending of what a killed one left.

The folder `ordain/` inside the Git directory is ours alone. `ordain/lock` is held by an advisory lock, which the git
commands that move the branch inherit: whoever gets it knows that no earlier publish is still at work. Its content is
empty, or names the branch and commit of a move that was begun and not finished.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ordain.errors import Span, UserError

FOLDER: Final = "ordain"
_PATIENCE: Final = 120.0
_STEP: Final = 0.02


@dataclass(frozen=True, slots=True)
class RepositoryLock:
    """The lock while it is held: `descriptor` is for the git commands to inherit, `folder` is ours to work in."""

    descriptor: int
    folder: Path

    def begin(self, ref: str, commit: str) -> None:
        """Write down that the move of a branch has begun."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{ref} {commit}\n".encode(), 0)
        os.fsync(self.descriptor)

    def end(self) -> None:
        """Write down that nothing is under way."""
        os.ftruncate(self.descriptor, 0)


@contextmanager
def exclusive(git_dir: Path, *, shown: str) -> Iterator[RepositoryLock]:
    """Hold the repository for one publish, after mending what a killed one left. Raises UserError."""
    folder = git_dir / FOLDER
    try:
        mode = (git_dir / "objects").stat().st_mode
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(mode & 0o7777)
        path = folder / "lock"
        created = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        if created:
            path.chmod(mode & 0o666)
    except OSError as error:
        raise UserError(
            f"the repository cannot be written: {error.strerror}",
            hint="is it yours, and its disk neither full nor read-only?",
            where=Span(shown),
        ) from error
    try:
        _wait_for(descriptor, shown)
        lock = RepositoryLock(descriptor, folder)
        _mend(lock, git_dir)
        yield lock
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, shown: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise UserError(
                    "another publish has held the repository for two minutes",
                    hint="wait for it, or end it",
                    where=Span(shown),
                ) from None
            time.sleep(_STEP)
        else:
            return


def _mend(lock: RepositoryLock, git_dir: Path) -> None:
    """Remove the lock files of a move that was killed: git itself would wait for their owner for ever."""
    ref, _, commit = os.pread(lock.descriptor, 4096, 0).decode(errors="replace").strip().partition(" ")
    if not commit:
        return
    begun = os.fstat(lock.descriptor).st_mtime
    for path in (git_dir / f"{ref}.lock", git_dir / "HEAD.lock"):
        try:
            age, content = path.stat().st_mtime, path.read_bytes().decode(errors="replace").strip()
        except OSError:
            continue
        if age >= begun - 1 and content in {"", commit}:
            path.unlink(missing_ok=True)
    lock.end()
