"""Load: paths to documents, each value with its place. Every problem of every file is reported in one run."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ordain.errors import Span, UserError
from ordain.kubeyaml import Document, Limits, Problem, read
from ordain.model.finding import Finding
from ordain.reasoning.spine import YAML
from ordain.settings import FILE_NAME

STDIN: Final = "-"
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """The documents of all files in the order of their names, and what was wrong with the files.

    `digest` is the SHA-256 over the bytes of all files, in that order.
    """

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    files: int
    digest: str


def load(paths: Iterable[str], limits: Limits, *, root: Path | None = None) -> Loaded:
    """Read files, folders (all YAML and JSON files below) and `-` (standard input).

    Relative paths are taken from `root` (default: the current folder); places name files from the current folder
    where they are below it. Raises UserError for a path that does not exist or cannot be read.
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    names = list(dict.fromkeys(_files(paths, root or Path())))
    digest = hashlib.sha256()
    for name in names:
        content = _bytes(name, limits)
        digest.update(hashlib.sha256(content).digest())
        stream = read(content, "<stdin>" if name == STDIN else shown(Path(name)), limits)
        documents.extend(stream.documents)
        findings.extend(_finding(problem) for problem in stream.problems)
    return Loaded(tuple(documents), tuple(findings), len(names), digest.hexdigest())


def ambiguous(documents: Iterable[Document]) -> Iterator[Finding]:
    """Report the scalars of policy files that two readers of YAML would not read alike."""
    return (_finding(problem) for document in documents for problem in document.ambiguous())


def shown(path: Path) -> str:
    """Return how a message names a file: from the current folder if it is below it, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _files(paths: Iterable[str], root: Path) -> Iterator[str]:
    for given in paths:
        if given == STDIN:
            yield STDIN
            continue
        path = root / given
        if path.is_dir():
            yield from map(str, sorted(_below(path)))
        elif path.exists():
            yield str(path)
        else:
            raise UserError(f"there is no {shown(path)}", hint="name a file, a folder, or - for standard input")


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in _SUFFIXES and path.name != FILE_NAME and not hidden and path.is_file():
            yield path


def _bytes(name: str, limits: Limits) -> bytes:
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(limits.max_bytes + 1)
        with Path(name).open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except OSError as error:
        raise UserError(f"cannot read it: {error.strerror}", where=Span(shown(Path(name)))) from error


def _finding(problem: Problem) -> Finding:
    return Finding.of(YAML[problem.code], problem.message, hint=problem.hint, where=problem.where)
