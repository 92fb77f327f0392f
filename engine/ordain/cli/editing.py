"""What the commands that change policy files have in common: where they write, and the diff in place of writing."""

import os
import sys
from pathlib import Path
from typing import Final

from ordain.cli.request import project_of
from ordain.errors import Span, UserError
from ordain.judging import load_policies
from ordain.settings import FILE_NAME
from ordain.stages.editing import Edit
from ordain.stages.load import Loaded, shown
from ordain.stages.project import ProjectFile, read_project
from ordain.stages.write import replace_file, write_new

_WAIVERS: Final = "waivers.yaml"
_SUFFIXES: Final = (".yaml", ".yml")


def keep(edit: Edit, *, dry_run: bool) -> None:
    """Write the changed file, or print its diff instead; raises UserError where the file is not as it was read."""
    if dry_run:
        sys.stdout.buffer.write(edit.diff().encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    elif edit.before or not write_new(Path(edit.file), edit.after):
        replace_file(Path(edit.file), edit.before, edit.after)


def policies_to_fix(project: str | None, paths: tuple[str, ...]) -> tuple[Loaded, frozenset[str]]:
    """Return what is judged, and the files of it that may change: those of `paths`, else all.

    Files of a project are judged beside the rest of it, as `ordain validate` without paths does.
    """
    given = load_policies(project_of(project, paths))
    whole = read_project(project) if paths else None
    everything = load_policies(whole) if whole else given
    return (everything if given.names <= everything.names else given), given.names


def waivers_file(project: ProjectFile, given: str | None) -> Path:
    """Return the file for a new waiver; raises UserError for one that is not among the project's policies."""
    places = [project.folder / name for name in project.spec.policies]
    if given is None:
        folder = next((place for place in places if place.is_dir()), None)
        if folder is None:
            raise UserError("the policies of the project are single files", hint="name one of them with --file")
        return folder / _WAIVERS
    path = Path(given).absolute()
    if not any(_is_read(path, place) for place in places) or path.suffix.lower() not in _SUFFIXES:
        raise UserError(
            "a waiver there would not be read",
            hint=f"name a .yaml file in {', '.join(map(str, project.spec.policies))}",
            where=Span(shown(path)),
        )
    return path


def _is_read(path: Path, place: Path) -> bool:
    """Say whether a file is a place of policies or below; what is hidden, or behind a linked folder, is not read."""
    if not place.is_dir():
        return path == place.absolute()
    try:
        file, above = path.parent.resolve() / path.name, place.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle
        return False
    below = file.relative_to(above).parts if file.is_relative_to(above) else (".",)
    return not any(part.startswith(".") for part in below) and path.name != FILE_NAME


def content_of(path: Path) -> bytes:
    """Return what a file holds; nothing where it is not there yet."""
    if os.path.lexists(path) and not path.is_file():
        raise UserError(
            "it is no file, or a link that leads to none", hint="name another --file", where=Span(shown(path))
        )
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise UserError(f"cannot read it: {error.strerror}", where=Span(shown(path))) from error
