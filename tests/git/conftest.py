"""Real repositories, made by the git on the PATH with no settings but these."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ordain.git import Identity, Repo, Update, open_repo

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
WHO = Identity("Ordain Test", "test@example.com")
Run = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Someone",
        "GIT_AUTHOR_EMAIL": "someone@example.com",
        "GIT_COMMITTER_NAME": "Someone",
        "GIT_COMMITTER_EMAIL": "someone@example.com",
    }.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *arguments: str, feed: str | None = None) -> str:
    """Run git in a folder and return what it printed."""
    done = subprocess.run(["git", *arguments], cwd=folder, input=feed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def run() -> Run:
    return git


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Make a bare repository whose HEAD is `main`."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "out.git")
    return tmp_path / "out.git"


@pytest.fixture
def repo(bare: Path) -> Repo:
    return open_repo(bare, shown="out.git")


@pytest.fixture
def nobody() -> Callable[[], "contextmanager[None]"]:
    """Give up the rights of the superuser for a while, where the tests have them."""

    @contextmanager
    def dropped() -> Iterator[None]:
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)

    return dropped


def update(parent: str | None, writes: dict[str, bytes], *deletes: str, message: str = "Change\n") -> Update:
    """Return an update by the test's person at the test's time."""
    return Update(parent, writes, deletes, message, WHO, WHO, NOW)


@pytest.fixture
def change() -> Callable[..., Update]:
    return update


def everything_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below a folder with its time and bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def snapshot_of() -> Callable[[Path], dict[str, tuple[int, bytes]]]:
    return everything_in
