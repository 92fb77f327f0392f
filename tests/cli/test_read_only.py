"""A disk that is full or read-only: one clear line, exit code 2, and the old state whole."""

import errno
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ERRORS = [errno.EROFS, errno.ENOSPC]


def failing(code: int) -> Callable[..., Any]:
    def fail(*_arguments: object, **_options: object) -> Any:
        raise OSError(code, os.strerror(code))

    return fail


def clean(done: Any, code: int) -> None:
    assert (done.code, os.strerror(code) in done.err) == (2, True), done.err
    assert "defect" not in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("call", ["tempfile.mkstemp", "os.replace"])
@pytest.mark.parametrize(
    "arguments",
    [("snapshot", "--out", "prod.gz"), ("render", "--out", "built"), ("plan", "-o", "json=r.json"), ("init", "new")],
    ids=lambda arguments: arguments[0],
)
def test_a_file_that_cannot_be_written(shop: Any, arguments: tuple[str, ...], call: str, code: int) -> None:
    """Every command that writes a file says which one, keeps the old one and leaves no half of the new one."""
    assert shop.ordain(*arguments).code == 0
    if arguments[0] == "init":
        (shop.folder / "new/ordain.yaml").unlink()
    before = shop.bytes_of(".")
    with shop.patch.context() as patch:
        patch.setattr(call, failing(code))
        clean(shop.ordain(*arguments), code)
    assert before == shop.bytes_of(".")


@pytest.mark.parametrize(
    "arguments", [("snapshot", "--out"), ("render", "--out"), ("plan", "-o")], ids=lambda arguments: arguments[0]
)
def test_a_place_below_a_file(shop: Any, arguments: tuple[str, ...]) -> None:
    """A regular file where a folder is needed is named."""
    shop.write("taken", "a file")
    place = "json=taken/x" if arguments[-1] == "-o" else "taken/x"
    done = shop.ordain(*arguments, place)
    clean(done, errno.ENOTDIR)
    assert "taken" in done.err


def test_render_into_a_file(shop: Any) -> None:
    """`--out` of render is a folder."""
    shop.write("taken", "a file")
    clean(shop.ordain("render", "--out", "taken"), errno.ENOTDIR)


@pytest.mark.parametrize("taken", ["ordain", "refs/heads"])
def test_a_repository_that_cannot_be_written(shop: Any, taken: str) -> None:
    """A publish into a repository that takes no files is an error, and no branch appears."""
    path = shop.folder / "out.git" / taken
    if path.is_dir():
        path.rmdir()
    path.write_text("a file\n")
    done = shop.ordain("publish")
    assert done.code == 2
    assert done.err.startswith("ordain: out.git: ")
    assert "defect" not in done.err
    path.unlink()
    path.mkdir()
    assert shop.git("for-each-ref") == ""
    assert shop.ordain("publish").code == 0


@pytest.mark.parametrize("size", [0, 100, 3000])
def test_a_disk_that_fills_up(published: Any, size: int) -> None:
    """Whatever file hits the end of the disk: the branch is as it was, and a later publish works."""
    shop = published
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    tip, files = shop.git("rev-parse", "main"), shop.files()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = subprocess.run(
        shop.command("publish", "-q"),
        cwd=shop.folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    if done.returncode == 0:
        assert size >= 700
        return
    assert done.returncode == 2, done.stdout + done.stderr
    assert "defect" not in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert (tip, files) == (shop.git("rev-parse", "main"), shop.files())
    shop.git("fsck", "--strict")
    assert shop.ordain("publish").code == 0


def test_a_plan_needs_no_disk(shop: Any) -> None:
    """Planning and validating write nothing at all, so a read-only checkout is enough."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    for command in ("validate", "plan"):
        done = subprocess.run(
            shop.command(command),
            cwd=shop.folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
            preexec_fn=limit,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and cannot be read")
def test_a_policy_that_cannot_be_read(published: Any) -> None:
    """A file that opens and fails is named with the reason, and its absence deletes nothing."""
    (published.folder / "policies/web.yaml").unlink()
    (published.folder / "policies/web.yaml").symlink_to("/proc/self/mem")  # opens, and fails when it is read
    before = published.bytes_of()
    done = published.ordain("publish")
    clean(done, errno.EIO)
    assert "policies/web.yaml: cannot read it" in done.err
    assert before == published.bytes_of()


def test_a_folder_of_policies_that_cannot_be_read(published: Any) -> None:
    """A folder that may not be opened is no empty folder: its policies would be deleted in Git."""
    published.write("policies/team/more.yaml", "")
    original = os.scandir

    def locked(path: Any = ".") -> Any:
        if str(path).endswith("team"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return original(path)

    published.patch.setattr(os, "scandir", locked)
    done = published.ordain("publish")
    clean(done, errno.EACCES)
    assert done.err.startswith("ordain: policies/team: ")
