"""Where each value of a document stands, found from the parser's events when a message needs it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ordain.kubeyaml.scalars import Refused, key_of, resolve_tagged

Spot: TypeAlias = tuple[int, int]
# JSON writes letters beyond U+FFFF as two escapes, which YAML refuses: a blank as long keeps the places
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True)
class Place:
    """A value's start (line and column from 0) and its parts: each with the start of its key, and itself."""

    at: Spot
    parts: dict[str | int, tuple[Spot, "Place"]] = field(default_factory=dict)
    alias: bool = False

    def child(self, step: str | int) -> tuple[Spot, "Place"] | None:
        """Return the key's start and the place of one part; behind an alias both are the alias."""
        found = self.parts.get(step)
        if found is None or not self.alias:
            return found
        return self.at, Place(self.at, found[1].parts, alias=True)


def places(data: bytes, first_line: int) -> Place:
    """Return the place of the one document in `data`, which the reader has accepted.

    `first_line` is the line of the file (from 0) on which `data` starts.
    """
    if b"\\u" in data:
        data = _SURROGATE.sub(rb"\\u0020", data)
    parser = CParser(data)
    try:
        while parser.get_event().__class__ is not DocumentStartEvent:
            pass
        return _Finder(parser.get_event, first_line).place()
    except YAMLError:
        return Place((first_line, 0))


class _Finder:
    __slots__ = ("_anchors", "_first_line", "_step")

    def __init__(self, step: Callable[[], Any], first_line: int) -> None:
        self._step = step
        self._first_line = first_line
        self._anchors: dict[str, tuple[Place, Any]] = {}

    def place(self) -> Place:
        return self._place(self._step())[0]

    def _place(self, event: Any) -> tuple[Place, str]:
        """Return the place of the node that starts with `event`, and its text as a key."""
        at = (self._first_line + event.start_mark.line, event.start_mark.column)
        kind = event.__class__
        if kind is AliasEvent:
            target, text = self._anchors[event.anchor]
            return Place(at, target.parts, alias=True), text
        place, text = Place(at), ""
        if kind is ScalarEvent:
            text = _text(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = place, text
        if kind is SequenceStartEvent:
            self._items(place)
        elif kind is MappingStartEvent:
            self._entries(place)
        return place, text

    def _items(self, place: Place) -> None:
        while (event := self._step()).__class__ is not SequenceEndEvent:
            found = self._place(event)[0]
            place.parts[len(place.parts)] = found.at, found

    def _entries(self, place: Place) -> None:
        while (event := self._step()).__class__ is not MappingEndEvent:
            merge = (
                event.__class__ is ScalarEvent and event.value == "<<" and (event.implicit[0] or event.tag is not None)
            )
            key, text = self._place(event)
            start = self._step()
            value = self._place(start)[0]
            if not merge:
                place.parts[text] = key.at, value
            elif start.__class__ is SequenceStartEvent:
                for _, part in reversed(value.parts.values()):
                    _merge(place, part)
            else:
                _merge(place, value)


def _merge(into: Place, part: Place) -> None:
    for name in part.parts:
        found = part.child(name)
        if found:
            into.parts[name] = found


def _text(event: Any) -> str:
    try:
        return key_of(resolve_tagged(event.tag, event.value, plain=event.implicit[0]))
    except Refused:
        return str(event.value)
