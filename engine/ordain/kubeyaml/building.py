"""Values from the events of the C parser, in one pass: no nodes, no constructors."""

from collections.abc import Callable
from typing import Any, Final, NoReturn

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ordain.errors import Span
from ordain.kubeyaml.limits import Limits
from ordain.kubeyaml.problems import ALIAS, DUPLICATE, LIMIT, SYNTAX, Problem
from ordain.kubeyaml.scalars import Refused, Scalar, key_of, resolve, resolve_tagged, value_of

_COMMA_IN_TAG: Final = (
    "this tag has no value, or kubectl takes the comma behind it for a part of it",
    "write the value, quoted, and remove the tag",
)
_OPEN: Final = object()
_MERGE: Final = "<<"
_MEMO_LENGTH, _MEMO_SIZE = 48, 20_000
_MOST_PROBLEMS: Final = 50


class _Memo(dict[str, Any]):
    """What a plain scalar means; short texts are resolved once."""

    __slots__ = ("_meaning",)

    def __init__(self, meaning: Callable[[Scalar], Scalar]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, text: str) -> Scalar:
        found = self._meaning(resolve(text))
        if len(text) < _MEMO_LENGTH:
            if len(self) >= _MEMO_SIZE:
                self.clear()
            self[text] = found
        return found


_VALUES: Final = _Memo(value_of)
_KEYS: Final = _Memo(key_of)


class Stop(Exception):  # noqa: N818 - not an error of the program: the document cannot be read on
    """The rest of this document cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Builder:
    """Builds the value of one document after the other from `step`, which returns the next event.

    `commas` says that a tag of the file may have a comma right behind it: go-yaml takes it for a part of the
    tag, libyaml for the end of an empty value, so that empty values with a tag are refused then.

    `problems` collects what is wrong without hiding the rest of the document.
    """

    __slots__ = ("_aliased", "_anchors", "_commas", "_file", "_first_line", "_limits", "_step", "problems")

    def __init__(self, step: Callable[[], Any], file: str, first_line: int, limits: Limits, *, commas: bool) -> None:
        self._step = step
        self._file = file
        self._first_line = first_line
        self._limits = limits
        self._commas = commas
        self._anchors: dict[str, Any] = {}
        self._aliased = 0
        self.problems: list[Problem] = []

    def document(self) -> Any:
        """Return the value of the document whose start was the last event; raises Stop."""
        self._anchors = {}
        self._aliased = 0
        return self._value(self._step(), 1)

    def _value(self, event: Any, depth: int) -> Any:
        kind = event.__class__
        if kind is ScalarEvent:
            return self._said(event, value_of, self._scalar(event))
        if kind is AliasEvent:
            return self._alias(event, depth)
        if depth > self._limits.max_depth:
            self._stop(
                event,
                LIMIT,
                f"lists and maps are nested more than {self._limits.max_depth} deep",
                "flatten the document",
            )
        anchor = event.anchor
        if anchor is None:
            return self._mapping(depth + 1) if kind is MappingStartEvent else self._sequence(depth + 1)
        self._anchors[anchor] = _OPEN
        value = self._mapping(depth + 1) if kind is MappingStartEvent else self._sequence(depth + 1)
        if self._anchors[anchor] is _OPEN:
            self._anchors[anchor] = value
        return value

    def _sequence(self, depth: int) -> list[Any]:
        step, values = self._step, _VALUES
        result: list[Any] = []
        while True:
            event = step()
            kind = event.__class__
            if kind is ScalarEvent:
                if event.tag is None and event.anchor is None:
                    if event.implicit[0]:
                        try:
                            result.append(values[event.value])
                        except Refused as refused:
                            self._refused(event, refused)
                    else:
                        result.append(event.value)
                    continue
            elif kind is SequenceEndEvent:
                return result
            result.append(self._value(event, depth))

    def _mapping(self, depth: int) -> dict[str, Any]:  # noqa: C901, PLR0912 - a call for each key costs a quarter more
        step, keys, values = self._step, _KEYS, _VALUES
        result: dict[str, Any] = {}
        merged: set[str] = set()
        while True:
            place = event = step()
            if event.__class__ is ScalarEvent and event.tag is None and event.anchor is None:
                key = event.value
                if event.implicit[0]:
                    if key == _MERGE:
                        self._merge(result, merged, place, depth)
                        continue
                    try:
                        key = keys[key]
                    except Refused as refused:
                        self._refused(event, refused)
            elif event.__class__ is MappingEndEvent:
                return result
            elif _is_merge(event):
                self._merge(result, merged, place, depth)
                continue
            else:
                key = self._key(event)
            event = step()
            if event.__class__ is ScalarEvent and event.tag is None and event.anchor is None:
                value = event.value
                if event.implicit[0]:
                    try:
                        value = values[value]
                    except Refused as refused:
                        self._refused(event, refused)
            else:
                value = self._value(event, depth)
            if key in result:
                if key not in merged:
                    self._duplicate(place, key)
                    continue
                merged.discard(key)
            result[key] = value

    def _key(self, event: Any) -> str:
        kind = event.__class__
        if kind is ScalarEvent:
            return str(self._said(event, key_of, self._scalar(event)))
        if kind is AliasEvent:
            target = self._target(event)
            if not isinstance(target, (dict, list)):
                return str(self._said(event, key_of, target))
        return self._stop(
            event,
            SYNTAX,
            "a list or a map is used as a key",
            "use a text as the key; quote it if it starts with [ or {",
        )

    def _scalar(self, event: Any) -> Scalar:
        if self._commas and event.tag is not None and not event.value and not event.style:
            self._note(event, SYNTAX, *_COMMA_IN_TAG)
        try:
            resolved = resolve_tagged(event.tag, event.value, plain=event.implicit[0])
        except Refused as refused:
            self._refused(event, refused)
            resolved = event.value
        if event.anchor is not None:
            self._anchors[event.anchor] = resolved
        return resolved

    def _said(self, event: Any, meaning: Callable[[Scalar], Scalar], resolved: Scalar) -> Scalar:
        try:
            return meaning(resolved)
        except Refused as refused:
            self._refused(event, refused)
            return event.value if event.__class__ is ScalarEvent else None

    def _target(self, event: Any) -> Any:
        name = event.anchor
        if name not in self._anchors:
            self._stop(
                event,
                ALIAS,
                "this alias (*) names no anchor above it",  # nor does the message: it may be a password without quotes
                "write & and its name before the value it stands for, or quote the text",
            )
        target = self._anchors[name]
        if target is _OPEN:
            self._stop(
                event,
                ALIAS,
                "this alias (*) stands inside the value it names",
                "write the value out, without the alias",
            )
        return target

    def _alias(self, event: Any, depth: int) -> Any:
        target = self._target(event)
        if target.__class__ is dict or target.__class__ is list:
            return self._copy(event, target, depth)
        self._spend(event, target)
        return self._said(event, value_of, target)

    def _copy(self, event: Any, value: Any, depth: int) -> Any:
        """Write out what an alias stands for: nobody shares a list, and the limits count it."""
        self._spend(event, value)
        if value.__class__ is dict:
            self._deep(event, depth)
            return {key: self._copy(event, one, depth + 1) for key, one in value.items()}
        if value.__class__ is list:
            self._deep(event, depth)
            return [self._copy(event, one, depth + 1) for one in value]
        return value

    def _spend(self, event: Any, value: Any) -> None:
        self._aliased += 1 + (len(value) // 100 if value.__class__ is str else 0)
        if self._aliased > self._limits.max_alias_nodes:
            self._stop(
                event,
                LIMIT,
                f"aliases stand for more than {self._limits.max_alias_nodes} values",
                "write the values out, or split the file",
            )

    def _deep(self, event: Any, depth: int) -> None:
        if depth > self._limits.max_depth:
            self._stop(
                event,
                LIMIT,
                f"this alias nests lists and maps more than {self._limits.max_depth} deep",
                "write the values out, or flatten the document",
            )

    def _merge(self, result: dict[str, Any], merged: set[str], key: Any, depth: int) -> None:
        """Add the keys of `<<` as go-yaml does; a key above `<<` that it sets again is a duplicate."""
        event = self._step()
        value = self._value(event, depth)
        parts = list(reversed(value)) if event.__class__ is SequenceStartEvent else [value]
        found: dict[str, Any] = {}
        for part in parts:
            if part.__class__ is not dict:
                self._stop(
                    event,
                    SYNTAX,
                    "`<<` merges something that is no map",
                    "give it an alias of a map, or a list of such aliases",
                )
            found.update(part)
        for name in found:
            if name in result:
                self._duplicate(key, name, merge=True)
        result.update(found)
        merged.update(found)

    def _note(self, event: Any, code: str, message: str, hint: str) -> None:
        """Note a problem that does not hide the rest, unless there are too many of them."""
        problem = Problem(code, message, hint, self._where(event))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise Stop(problem)
        self.problems.append(problem)

    def _duplicate(self, event: Any, key: str, *, merge: bool = False) -> None:
        if merge:
            message, hint = (
                f"`<<` sets the key {key!r} that is set above it",
                "put `<<` first: what follows it overrides it",
            )
        else:
            message, hint = f"the key {key!r} is set twice in one map", "keep one of the two"
        self._note(event, DUPLICATE, message, hint)

    def _refused(self, event: Any, refused: Refused) -> None:
        self._note(event, SYNTAX, refused.message, refused.hint)

    def _stop(self, event: Any, code: str, message: str, hint: str) -> NoReturn:
        raise Stop(Problem(code, message, hint, self._where(event)))

    def _where(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self._file, self._first_line + mark.line + 1, mark.column + 1)


def _is_merge(event: Any) -> bool:
    return (
        event.__class__ is ScalarEvent
        and event.value == _MERGE
        and (event.implicit[0] or event.tag == "tag:yaml.org,2002:merge")
    )
