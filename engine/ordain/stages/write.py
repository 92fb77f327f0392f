"""Writes files whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ordain.errors import Span, UserError
from ordain.git.paths import check_path

INVENTORY: Final = ".ordain-render"


def write_folder(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make a folder hold exactly these files; return their number.

    It must be new, empty, or one that was written like this before: its list of files (`.ordain-render`) says
    which may be replaced or deleted. The list is written first, so a killed run can be run again.
    """
    listed = folder / INVENTORY
    old = _listed(listed)
    try:
        if folder.exists() and not listed.is_file() and any(folder.iterdir()):
            raise UserError(
                f"{folder} is not empty and was not written by `ordain render`",
                hint="name a new folder, or empty this one",
            )
        folder.mkdir(parents=True, exist_ok=True)
        write_file(listed, "".join(f"{name}\n" for name in sorted({*old, *files})).encode())
        for name, content in files.items():
            path = _inside(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content)
        for name in set(old) - files.keys():
            _inside(folder, name).unlink(missing_ok=True)
        write_file(listed, "".join(f"{name}\n" for name in sorted(files)).encode())
    except OSError as error:
        raise UserError(f"cannot write it: {error.strerror}", where=Span(str(folder))) from error
    return len(files)


def _listed(inventory: Path) -> list[str]:
    """Read the list of files of an earlier render; a name in it that leads out of the folder is refused."""
    if not inventory.is_file():
        return []
    try:
        names = inventory.read_text(encoding="utf-8").splitlines()
        return [check_path(name) for name in names]
    except (OSError, UnicodeDecodeError, UserError) as error:
        raise UserError(
            f"the list of rendered files is broken: {getattr(error, 'strerror', None) or error}",
            hint="name a new folder, or empty this one",
            where=Span(str(inventory)),
        ) from error


def _inside(folder: Path, name: str) -> Path:
    """Return the place of a file; raises UserError where a link on the way leads out of the folder."""
    path = folder / name
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise UserError(
            "a link on the way leads out of the folder", hint="remove the link", where=Span(str(path.parent))
        )
    return path


def write_new(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet, its folder included; return False and touch nothing where it is."""
    try:
        if os.path.lexists(path):  # a link that leads nowhere is there, too
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.parent):
            if os.path.lexists(path):
                return False
            write_file(path, content)
    except OSError as error:
        raise UserError(f"cannot write it: {error.strerror}", where=Span(str(path))) from error
    return True


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Give a file new bytes atomically; a link stays one, and so do the file's permissions.

    Raises UserError, and writes nothing, where the file no longer holds `before`.
    """
    target = path.resolve()
    try:
        with _alone(target.parent):
            if target.read_bytes() != before:
                raise UserError(
                    "it has changed meanwhile; nothing was written", hint="run it again", where=Span(str(path))
                )
            write_file(target, after, mode=target.stat().st_mode & 0o7777)
    except OSError as error:
        raise UserError(f"cannot read it: {error.strerror}", where=Span(str(path))) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of ordain from changing files of a folder, so that none writes over another's change.

    Where a file system has no locks, a change between looking and writing can be lost.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file atomically: a temporary file beside it, then a rename. Raises UserError."""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe, such as /dev/stderr
            path.write_bytes(content)
            return
        if (stream := _open_already(path)) is not None:
            with os.fdopen(os.dup(stream), "wb") as file:
                file.write(content)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(name, mode)  # noqa: PTH101 - a report is for everybody, as an editor would write it
            os.replace(name, path)  # noqa: PTH105 - the temporary name is text
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"cannot write it: {error.strerror}", where=Span(str(path))) from error


def _open_already(path: Path) -> int | None:
    """Return what standard output or error is, where it goes to this file: `/dev/stdout` must not be replaced."""
    for stream in (1, 2):
        with suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(stream)):
                return stream
    return None
