"""A second reader of edited files: ruamel.yaml, by YAML 1.2. It shares no code with the first, and sees comments.

It finds what an edit at a place that was counted wrong would do, and what only readers of YAML 1.2 would see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from ordain.errors import Fix

_QUOTES: Final = ('"', "'")
_TEXT: Final = "tag:yaml.org,2002:str"
_Said: TypeAlias = tuple[str, object, object, object, object]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a file says: each event without its place, whether a scalar is text, and the comments."""

    events: list[_Said]
    texts: list[bool]
    comments: list[str]


def beside(before: bytes, after: bytes, fixes: Collection[Fix]) -> str:
    """Say what differs to a second reader but one scalar for each fix, which becomes text; empty: nothing.

    A file that it cannot read as it is (it takes no tab behind a colon, for one) is left to the first reader.
    """
    old, new = _read(before), _read(after)
    if old is None:
        return ""
    if new is None:
        return "a second reader could not read the file any more"
    if old.comments != new.comments:
        return "a second reader would find other comments"
    left = [(_bare(fix.old), _bare(fix.new)) for fix in fixes]
    for one, other, is_text in zip_longest(old.events, new.events, new.texts):
        if one == other:
            continue
        changed = one and other and one[:3] == other[:3] and (one[3], other[3])
        if changed not in left or not is_text:
            return "a second reader would find another value changed"
        left.remove(changed)
    return "a second reader would find no change" if left else ""


def follows(before: bytes, after: bytes) -> str:
    """Say what a second reader would lose of a file that got a document more at its end; empty: nothing."""
    old, new = _read(before), _read(after)
    if old is None:
        return ""
    if new is None:
        return "a second reader could not read the file any more"
    kept = old.events[:-1] == new.events[: len(old.events) - 1] and old.comments == new.comments
    return "" if kept else "a second reader would not read what was there as before"


def _read(data: bytes) -> _Reading | None:
    from ruamel.yaml import YAML, ScalarNode  # noqa: PLC0415 - a tenth of a second, for edits alone
    from ruamel.yaml.error import YAMLError, YAMLStreamError  # noqa: PLC0415

    yaml = YAML(typ="rt", pure=True)
    events: list[_Said] = []
    texts: list[bool] = []
    comments: list[str] = []
    try:
        for event in yaml.parse(data):
            kind = type(event).__name__
            value, style = getattr(event, "value", None), getattr(event, "style", None)
            tag = str(getattr(event, "tag", None) or "")
            implicit = getattr(event, "implicit", None)
            resolved = tag or (yaml.resolver.resolve(ScalarNode, value, implicit) if kind == "ScalarEvent" else "")
            events.append((kind, getattr(event, "anchor", None), tag, value, style))
            texts.append(str(resolved) == _TEXT)
            comments += _texts(event.comment)
    except (YAMLError, YAMLStreamError):
        return None
    return _Reading(events, texts, comments)


def _texts(comment: Any) -> list[str]:
    """Return the lines of comments of an event, which hang on it as a token or in nested lists."""
    if isinstance(comment, list | tuple):
        return [line for part in comment for line in _texts(part)]
    return [line for line in map(str.strip, str(comment.value).splitlines()) if line] if comment else []


def _bare(text: str) -> str:
    return text[1:-1] if text[:1] in _QUOTES else text
