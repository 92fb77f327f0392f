"""One YAML document: its value, and where each part of it stands in the file."""

from dataclasses import dataclass, field
from typing import Any

from ordain.errors import Span
from ordain.kubeyaml.ambiguity import ambiguous
from ordain.kubeyaml.places import Place, places
from ordain.kubeyaml.problems import Problem
from ordain.kubeyaml.sources import Source


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One YAML document as kubectl reads it.

    `value` is made of dict with text keys, list, str, int, float, bool and None. `index` counts the file's
    documents that hold something, from 0.
    """

    file: str
    index: int
    value: Any
    _source: Source = field(repr=False)
    _first_line: int = field(repr=False)
    _last_line: int = field(repr=False)
    _is_json: bool = field(default=False, repr=False)
    _places: list[Place] = field(default_factory=list, init=False, repr=False)

    def span(self, path: tuple[str | int, ...], *, key: bool = False) -> Span:
        """Return where the value at a path starts, or with `key` its key; lines and columns count from 1.

        Where the path does not exist, its longest existing part counts. What comes by an alias or a merge
        key stands where the alias is written.
        """
        if not self._places:
            self._places.append(places(self._bytes(), self._first_line))
        at = self._places[0]
        spot = at.at
        for step in path:
            found = at.child(step)
            if found is None:
                break
            spot, at = (found[0] if key else found[1].at), found[1]
        return Span(self.file, spot[0] + 1, spot[1] + 1)

    @property
    def content(self) -> bytes:
        """All bytes of the file, other documents included."""
        return self._source.data

    def ambiguous(self) -> list[Problem]:
        """Return a YML005 for each plain scalar that readers of YAML understand differently."""
        return [] if self._is_json else ambiguous(self._bytes(), self.file, self._first_line)

    def _bytes(self) -> bytes:
        return self._source.data[self._source.offset(self._first_line) : self._source.offset(self._last_line)]


@dataclass(frozen=True, slots=True)
class Stream:
    """What a file holds: its sound documents, and what is wrong with the others, by place."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
