"""Load: paths to documents, each value with its place. Every problem of every file is reported in one run."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ordain.errors import Span, UserError
from ordain.kubeyaml import Document, Limits, Problem, read
from ordain.model.finding import Finding
from ordain.reasoning.spine import YAML
from ordain.settings import FILE_NAME

STDIN: Final = "-"
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Loaded:
    """The documents of all files in the order of their names, and what was wrong with the files.

    `digest` is the SHA-256 over the bytes of all files, in that order; `contents` has that of each by its name.
    """

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    files: int
    digest: str
    contents: Mapping[str, str]

    @property
    def names(self) -> frozenset[str]:
        """The files that hold something, as messages name them."""
        found = {finding.where.file for finding in self.findings if finding.where}
        return frozenset(found | {document.file for document in self.documents})


def load(paths: Iterable[str], limits: Limits, *, root: Path | None = None) -> Loaded:
    """Read files, folders (all YAML and JSON files below) and `-` (standard input).

    Relative paths are taken from `root` (default: the current folder); places name files from the current folder
    where they are below it. Raises UserError for a path that does not exist or cannot be read.
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    names = list(dict.fromkeys(_files(paths, root or Path())))
    digest = hashlib.sha256()
    contents: dict[str, str] = {}
    places = _Places()
    for name in names:
        content = _bytes(name, limits)
        own = hashlib.sha256(content)
        digest.update(own.digest())
        place = "<stdin>" if name == STDIN else places.shown(name)
        contents[place] = own.hexdigest()
        stream = read(content, place, limits)
        documents.extend(stream.documents)
        findings.extend(_finding(problem) for problem in stream.problems)
    return Loaded(tuple(documents), tuple(findings), len(names), digest.hexdigest(), contents)


def with_files(loaded: Loaded, files: Mapping[str, bytes | None], limits: Limits) -> Loaded:
    """Return what was loaded with another content of some files, which are named as `shown` does; None: without it.

    Documents stay in their order, those of new files come last. The digest and the number of files stay those of what
    was read.
    """
    streams = {file: read(content, file, limits) for file, content in files.items() if content is not None}
    documents: list[Document] = []
    left = dict(streams)
    for document in loaded.documents:
        if document.file not in files:
            documents.append(document)
        elif document.file in left:
            documents += left.pop(document.file).documents
    documents += (document for stream in left.values() for document in stream.documents)
    findings = [item for item in loaded.findings if item.where is None or item.where.file not in files]
    findings += (_finding(problem) for stream in streams.values() for problem in stream.problems)
    return replace(loaded, documents=tuple(documents), findings=tuple(findings))


def ambiguous(documents: Iterable[Document]) -> Iterator[Finding]:
    """Report the scalars of policy files that two readers of YAML would not read alike."""
    return (_finding(problem) for document in documents for problem in document.ambiguous())


def shown(path: Path) -> str:
    """Return how a message names a file: from the current folder if it is below it, else as it is.

    A link is named as itself, not as what it leads to.
    """
    try:
        placed = path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name
        return placed.relative_to(Path.cwd().resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):  # it is elsewhere, or behind links that lead in a circle
        return path.as_posix()


class _Places:
    """Says what `shown` says for many files; each folder is resolved once."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def shown(self, name: str) -> str:
        """Return how a message names a file."""
        folder, _, last = name.rpartition("/")
        if not folder or last in ("", ".", ".."):
            return shown(Path(name))
        if folder not in self._folders:
            self._folders[folder] = shown(Path(folder))
        above = self._folders[folder]
        return last if above == "." else f"{above}/{last}"


def _files(paths: Iterable[str], root: Path) -> Iterator[str]:
    for given in paths:
        if given == STDIN:
            yield STDIN
            continue
        path = root / given
        if path.is_dir():
            yield from sorted(_below(str(path)), key=lambda name: name.split("/"))
        elif path.exists():
            yield str(path)
        else:
            raise UserError(
                f"there is no file or folder {shown(path)}", hint="name what is there, or - for standard input"
            )


def _below(folder: str) -> Iterator[str]:
    """Walk a folder; hidden files and folders, and links to folders, are passed over.

    Raises UserError for a folder that cannot be read: what lies in it must not count as absent.
    """
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError as error:
        raise UserError(f"cannot read the folder: {error.strerror}", where=Span(shown(Path(folder)))) from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif entry.name.lower().endswith(_SUFFIXES) and entry.name != FILE_NAME and _is_file(entry):
            yield entry.path.removeprefix("./")


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError as error:  # links that lead in a circle
        raise UserError(f"cannot read it: {error.strerror}", where=Span(shown(Path(entry.path)))) from error


def _bytes(name: str, limits: Limits) -> bytes:
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(limits.max_bytes + 1)
        with open(name, "rb") as file:  # noqa: PTH123 - a Path for each file costs as much as reading it
            content = file.read(_CHUNK)  # a reader makes room for all that it is asked for: ask for little first
            return content if len(content) < _CHUNK else content + file.read(limits.max_bytes + 1 - _CHUNK)
    except OSError as error:
        raise UserError(f"cannot read it: {error.strerror}", where=Span(shown(Path(name)))) from error


def _finding(problem: Problem) -> Finding:
    return Finding.of(YAML[problem.code], problem.message, hint=problem.hint, where=problem.where, fix=problem.fix)
