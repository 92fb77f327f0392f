"""Writes one commit by `git fast-import`, apart from the repository's refs, work trees and index.

The import runs in a Git directory of its own whose object store borrows from the repository's. Only when the commit
is whole are its objects moved over, contents before the names that lead to them; until a ref names the commit, the
repository shows no difference. What a killed import leaves lies in that directory, which the next run removes.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ordain.errors import Span, UserError
from ordain.git.command import Git, Outcome
from ordain.git.lock import RepositoryLock
from ordain.git.paths import check_path
from ordain.git.port import Identity, Update

if TYPE_CHECKING:
    import subprocess

_REF: Final = "refs/heads/import"


def import_commit(git: Git, lock: RepositoryLock, update: Update, *, shown: str) -> str:
    """Write the commit of an update into the repository's object store and return its id; no ref names it yet.

    Raises UserError where the disk is full or the repository cannot be written.
    """
    assert git.git_dir is not None
    apart = lock.folder / "import"
    try:
        shutil.rmtree(apart, ignore_errors=True)
        _prepare(git, apart)
        outcome = _run(Git(apart, apart), update, lock.descriptor)
        commit = outcome.output.decode().strip()
        if outcome.status or not commit:
            raise UserError(
                f"git could not write the commit: {outcome.reason}",
                hint="is the disk full, or the repository damaged (`git fsck`)?",
                where=Span(shown),
            )
        _move_objects(apart / "objects", git.git_dir / "objects")
    except OSError as error:
        raise UserError(
            f"the repository cannot be written: {error.strerror}",
            hint="is its disk full or read-only?",
            where=Span(shown),
        ) from error
    finally:
        shutil.rmtree(apart, ignore_errors=True)
    return commit


def _prepare(git: Git, apart: Path) -> None:
    object_format = git.run("rev-parse", "--show-object-format").output.decode().strip()
    shared = git.run("config", "--get", "core.sharedRepository").output.decode().strip()
    (apart / "refs").mkdir(parents=True)
    (apart / "objects" / "info").mkdir(parents=True)
    (apart / "objects" / "info" / "alternates").write_text("../../../objects\n")
    (apart / "HEAD").write_text(f"ref: {_REF}\n")
    version = 1 if object_format == "sha256" else 0
    config = f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n"
    config += f"\tsharedRepository = {shared}\n" if shared else ""
    config += f"[extensions]\n\tobjectFormat = {object_format}\n" if version else ""
    (apart / "config").write_text(config)


def _run(git: Git, update: Update, keep_open: int) -> Outcome:
    process = git.start("fast-import", "--quiet", "--done", "--date-format=raw", keep_open=[keep_open])
    try:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # git has died, and says why on its error stream
            _feed(process.stdin, update)
        output, errors = _finish(process)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    return Outcome(process.returncode, output, errors.decode(errors="replace").strip())


def _finish(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """Close the stream and wait: like `communicate`, whose own flush would trip over a dead git."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.stdin = None
    return process.communicate()


def _feed(stream: IO[bytes], update: Update) -> None:
    for part in stream_of(update):
        stream.write(part)
    stream.flush()


def stream_of(update: Update) -> Iterator[bytes]:
    """Yield the stream for one commit, deletions first, paths sorted."""
    seconds = int(update.when.astimezone(UTC).timestamp())
    if seconds < 0:
        raise UserError(f"{update.when.date()} is before the first day that Git knows", hint="give a later --now")
    yield f"commit {_REF}\nmark :1\n".encode()
    yield f"author {_person(update.author)} {seconds} +0000\n".encode()
    yield f"committer {_person(update.committer)} {seconds} +0000\n".encode()
    yield _sized(update.message.encode())
    if update.parent:
        yield f"from {update.parent}\n".encode()
    for path in sorted(update.deletes):
        yield b"D " + _quoted(path) + b"\n"
    for path in sorted(update.writes):
        yield b"M 100644 inline " + _quoted(path) + b"\n" + _sized(update.writes[path])
    yield b"\nget-mark :1\ndone\n"


def _sized(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _quoted(path: str) -> bytes:
    return b'"' + check_path(path).encode().replace(b'"', b'\\"') + b'"'


def _person(who: Identity) -> str:
    for part in (who.name, who.email):
        if any(letter in "<>" or ord(letter) < 32 for letter in part):
            raise UserError(f"{part!r} cannot stand in a commit", hint="leave out <, > and line breaks")
    return f"{who.name.strip()} <{who.email.strip()}>" if who.name.strip() else f"<{who.email.strip()}>"


def _move_objects(source: Path, target: Path) -> None:
    """Rename every object file into the repository's store, indexes of packs last; an existing one is the same."""
    mode = target.stat().st_mode & 0o7777
    files = [path for path in source.rglob("*") if path.is_file() and path.parent.name != "info"]
    touched = set()
    for path in sorted(files, key=lambda file: (file.suffix == ".idx", file)):
        if path.suffix == ".keep" or path.name.startswith("tmp_"):
            continue
        home = target / path.relative_to(source)
        if not home.parent.exists():
            home.parent.mkdir(exist_ok=True)
            home.parent.chmod(mode)
            touched.add(target)
        if not home.exists():
            path.rename(home)
            touched.add(home.parent)
    for folder in touched:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
