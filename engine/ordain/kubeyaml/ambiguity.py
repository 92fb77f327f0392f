"""Plain scalars that readers of YAML understand differently."""

import re
from datetime import date
from typing import Any, Final

from yaml._yaml import CParser
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from ordain.errors import Fix, Span
from ordain.kubeyaml.problems import AMBIGUOUS, Problem
from ordain.kubeyaml.quoting import quoted
from ordain.kubeyaml.scalars import Refused, Scalar, key_of, resolve, value_of

_SUSPECT: Final = re.compile(r"[-+.=0-9yYnNoOtTfF]")
_CORE_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_CORE_INT: Final = re.compile(r"0o([0-7]+)|0x([0-9a-fA-F]+)|([-+]?[0-9]+)")
_CORE_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_RESOLVER: Final[Any] = Resolver()  # its stubs have no types
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST: Final = 64


def ambiguous(data: bytes, file: str, first_line: int) -> list[Problem]:
    """Return a YML005 for each plain scalar of one document that readers understand differently.

    `first_line` is the line of the file (from 0) on which `data` starts.
    """
    found: list[Problem] = []
    for event, is_key in _scalars(data):
        text = event.value
        if event.tag is not None or not event.implicit[0] or not readings_differ(text):
            continue
        mark = event.start_mark
        message, hint = _words(text, is_key=is_key)
        where = Span(file, first_line + mark.line + 1, mark.column + 1)
        found.append(Problem(AMBIGUOUS, message, hint, where, Fix(text, quoted(text))))
    return found


def readings_differ(text: str) -> bool:
    """Say whether kubectl, YAML 1.1 and YAML 1.2 readers disagree about a plain scalar.

    An ISO date counts as clear: where one may stand, it is read as a date by everybody or turned into one.
    """
    if not _SUSPECT.match(text) or len(text) > _LONGEST or _ISO_DATE.fullmatch(text):
        return False
    try:
        ours = value_of(resolve(text))
    except Refused:
        return False
    return not (_same(ours, _by_yaml_1_2(text)) and _same(ours, _by_yaml_1_1(text)))


def _scalars(data: bytes) -> list[tuple[Any, bool]]:
    """Return the scalar events of a document, each with whether it is a key."""
    found: list[tuple[Any, bool]] = []
    key_next: list[bool | None] = [None]  # for each open list or map: None in a list, else whether a key is due
    step = CParser(data).get_event
    try:
        while (event := step()) is not None:
            kind = event.__class__
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                key_next.pop()
            elif kind in (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent):
                is_key = key_next[-1]
                if is_key is not None:
                    key_next[-1] = not is_key
                if kind is ScalarEvent:
                    found.append((event, bool(is_key)))
                elif kind is MappingStartEvent:
                    key_next.append(True)
                elif kind is SequenceStartEvent:
                    key_next.append(None)
    except YAMLError:  # JSON may hold escapes that YAML refuses: nothing in JSON is ambiguous
        return []
    return found


def _by_yaml_1_2(text: str) -> Scalar:
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    found = _CORE_INT.fullmatch(text)
    if found:
        eight, sixteen, ten = found.groups()
        return int(eight, 8) if eight else int(sixteen, 16) if sixteen else int(ten)
    return float(text) if _CORE_FLOAT.fullmatch(text) else text


def _by_yaml_1_1(text: str) -> Scalar | date:
    tag = _RESOLVER.resolve(ScalarNode, text, (True, False))
    try:
        value: Scalar | date = SafeConstructor().construct_object(ScalarNode(tag, text))
    except (ConstructorError, ValueError):  # `=` has a tag of its own; 2024-99-99 is no date
        return date.min
    return value


def _same(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _words(text: str, *, is_key: bool) -> tuple[str, str]:
    resolved = resolve(text)
    if is_key:
        key = key_of(resolved)
        return (
            f"the key {text} is {quoted(key)} to kubectl, and something else to other readers",
            f"quote it: {quoted(text)}",
        )
    if isinstance(resolved, str):
        return f"{text} is text to kubectl, and something else to other readers", f"quote it: {quoted(text)}"
    value = value_of(resolved)
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    return (
        f"{text} is {plain} to kubectl, and something else to other readers",
        f"write {plain} if that is meant, else quote it: {quoted(text)}",
    )
