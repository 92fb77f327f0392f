"""A quick way for files that are JSON: the same values, refused where the exact way must look."""

import re
from typing import Any, Final

import orjson

from ordain.kubeyaml.limits import Limits

_TEXTS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"([ \t\r\n]*:)?', re.DOTALL)


def read_json(data: bytes, limits: Limits) -> tuple[Any] | None:
    """Return the value of a JSON file that starts with `{`, in a tuple of one.

    Returns None where the YAML reader must say what it is: no JSON, a key set twice, over a limit.
    """
    if not data[:64].lstrip(b" \t\r\n\xef\xbb\xbf").startswith(b"{"):
        return None
    if data.count(b",") + data.count(b"{") + data.count(b"[") > limits.max_nodes // 2:
        return None
    try:
        value = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None
    keys = _keys(value, limits.max_depth)
    if keys < 0 or keys != sum(1 for text in _TEXTS.finditer(data) if text.lastindex):
        return None
    return (value,)


def _keys(value: Any, depth: int) -> int:
    """Count the keys of all maps in a value; below zero where it is nested too deep."""
    found = 0
    level = [value]
    while level:
        if depth == 0:
            return -1
        depth -= 1
        below: list[Any] = []
        for one in level:
            if one.__class__ is dict:
                found += len(one)
                below += [part for part in one.values() if part.__class__ is dict or part.__class__ is list]
            else:
                below += [part for part in one if part.__class__ is dict or part.__class__ is list]
        level = below
    return found
