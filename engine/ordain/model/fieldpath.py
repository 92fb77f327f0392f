"""Paths into an object that may mean several fields: `spec.containers[name=app].resources`, `/spec/replicas`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ordain.model.objects import Path


@dataclass(frozen=True, slots=True)
class Entries:
    """Those entries of a list that have these fields; without any: every entry, of a mapping every field."""

    where: tuple[tuple[str, object], ...] = ()

    def fits(self, entry: object) -> bool:
        """Say whether an entry is meant; a condition's text also stands for a number that is written so."""
        return not self.where or (
            isinstance(entry, dict)
            and all(key in entry and value in (entry[key], _text(entry[key])) for key, value in self.where)
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


Steps: TypeAlias = tuple[str | int | Entries, ...]
"""Keys of mappings, indices of lists, and selections of entries."""

_STEP: Final = re.compile(
    r"""(?P<dot>\.?)(?P<name>[^.\[\]'"=,\s]+)
      | \.?\[(?:(?P<index>[0-9]{1,6}) | (?P<every>\*) | '(?P<single>[^']+)' | "(?P<double>[^"]+)"
         | (?P<where>[A-Za-z0-9_-]+=[^\[\],=]+(?:,[A-Za-z0-9_-]+=[^\[\],=]+)*) )\]""",
    re.VERBOSE,
)
_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*)+")
_JQ_STEP: Final = re.compile(
    r"""\.(?:"(?P<quoted>[^"\\]+)" | (?P<name>[A-Za-z_][A-Za-z0-9_]*))\??
      | \.?\[(?:(?P<index>[0-9]{1,6}) | "(?P<key>[^"\\]+)" | (?P<every>))\]\??
      | \s*\|\s*select\(\s*\.(?:"(?P<of_quoted>[^"\\]+)" | (?P<of>[A-Za-z_][A-Za-z0-9_]*))\s*==\s*
          (?:"(?P<text>[^"\\]*)" | (?P<number>[0-9]+) | (?P<truth>true|false))\s*\)
      | \s*\|\s*(?=\.)""",
    re.VERBOSE,
)


def parse_path(text: str) -> Steps:
    """Read a path as ordain's reports write it, with `[name=app]` and `[*]` for entries of lists.

    A key that has a dot stands in brackets and quotes: `metadata.annotations['example.org/owner']`. Raises ValueError.
    """
    steps: list[str | int | Entries] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if not found or (found["name"] and bool(found["dot"]) != bool(steps)) or (not steps and not found["name"]):
            raise ValueError(text)
        at = found.end()
        steps.append(_step(found))
    if not steps:
        raise ValueError(text)
    return tuple(steps)


def _step(found: re.Match[str]) -> str | int | Entries:
    if found["index"]:
        return int(found["index"])
    if found["every"]:
        return Entries()
    if found["where"]:
        pairs = (pair.partition("=") for pair in found["where"].split(","))
        return Entries(tuple((key, value) for key, _, value in pairs))
    return found["name"] or found["single"] or found["double"]


def parse_pointer(text: str) -> Steps:
    """Read a JSON pointer (RFC 6901); a number means an index of a list or a key of a mapping. Raises ValueError."""
    if not _POINTER.fullmatch(text):
        raise ValueError(text)
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def parse_jq(text: str) -> Steps:
    """Read the plain paths of jq: keys, indices, `[]`, and `select(.key == value)` after `[]`. Raises ValueError."""
    text = text.strip()
    steps: list[str | int | Entries] = []
    at = 0
    while at < len(text):
        found = _JQ_STEP.match(text, at)
        if not found or (at == 0 and not text.startswith(".")):
            raise ValueError(text)
        at = found.end()
        key = found["of"] or found["of_quoted"]
        if key:
            if not steps or not isinstance(steps[-1], Entries):
                raise ValueError(text)
            value: object = found["text"]
            if value is None:
                value = int(found["number"]) if found["number"] else found["truth"] == "true"
            steps[-1] = Entries((*steps[-1].where, (key, value)))
        elif found["every"] is not None:
            steps.append(Entries())
        elif found["index"]:
            steps.append(int(found["index"]))
        elif name := found["name"] or found["quoted"] or found["key"]:
            steps.append(name)
    if not steps:
        raise ValueError(text)
    return tuple(steps)


def places(steps: Steps, body: Any, above: Path = ()) -> Iterator[Path]:
    """Return the paths of all fields of an object that are meant."""
    if not steps:
        yield above
        return
    first, rest = steps[0], steps[1:]
    for step, value in chosen(first, body):
        yield from places(rest, value, (*above, step))


def chosen(step: str | int | Entries, value: Any) -> Iterator[tuple[str | int, Any]]:
    """Return the keys or indices below a value that one step means, each with what is there."""
    if isinstance(value, dict):
        if isinstance(step, Entries):
            yield from value.items() if not step.where else ()
        elif str(step) in value:
            yield str(step), value[str(step)]
    elif isinstance(value, list):
        if isinstance(step, Entries):
            yield from ((index, item) for index, item in enumerate(value) if step.fits(item))
        elif str(step).isdecimal() and int(step) < len(value):
            yield int(step), value[int(step)]
