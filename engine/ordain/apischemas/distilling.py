"""From the OpenAPI v3 documents of an API server to the definitions and the table of kinds that a bundle holds.

Kept is every definition that the kinds reach, with all that validation and comparison need; prose is dropped.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ordain.apischemas.compiling import JUDGED, PREFIX

Schema = dict[str, Any]

_KEPT_AS_IS = frozenset(
    {
        *JUDGED,
        "$ref",
        "default",
        "format",
        "nullable",
        "type",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
    }
)
_PUBLISHED_PREFIX = "#/components/schemas/"
_TOP_LEVEL_PATH = re.compile(
    r"/(?:api/(?P<core>[^/]+)|apis/(?P<group>[^/]+/[^/]+))(?P<namespace>/namespaces/\{namespace\})?"
    r"/(?P<plural>[a-z0-9]+)(?:/\{name\})?"
)
_ZERO_VALUES: tuple[object, ...] = ("", 0, False)


def distilled(
    definitions: Mapping[str, Schema], paths: Mapping[str, Schema], keep: Callable[[str], bool] = lambda _name: True
) -> dict[str, dict[str, Schema]]:
    """Return `kinds` and `definitions` of published definitions and paths, of the kinds that `keep` says yes to.

    `keep` is asked by API version and kind: `apps/v1 Deployment`.
    """
    kinds = {name: row for name, row in _kinds(paths) if keep(name)}
    return {
        "kinds": kinds,
        "definitions": {name: _distilled(definitions[name]) for name in _reachable(kinds, definitions)},
    }


def sound(document: Mapping[str, Any], api_version: str) -> bool:
    """Say whether a stored document is one of `distilled`, of one API version: every reference leads somewhere."""
    kinds, definitions = document.get("kinds"), document.get("definitions")
    if document.keys() != {"kinds", "definitions"} or not isinstance(kinds, dict) or not isinstance(definitions, dict):
        return False
    return (
        all(
            name.split(" ")[:-1] == [api_version] and _sound_row(row) and row["definition"] in definitions
            for name, row in kinds.items()
        )
        and all(isinstance(node, dict) and _sound_node(node) for node in definitions.values())
        and all(name in definitions for node in definitions.values() for name in _references(node, PREFIX))
    )


def _sound_row(row: object) -> bool:
    types = {"definition": str, "namespaced": bool, "plural": str}
    return isinstance(row, dict) and {key: type(value) for key, value in row.items()} == types


def _sound_node(node: Mapping[str, Any]) -> bool:
    """Say whether the keywords that lead further down, and those of lists, have the shape that a schema gives them."""
    for key, value in node.items():
        if key == "properties":
            right = isinstance(value, dict) and all(
                isinstance(one, dict) and _sound_node(one) for one in value.values()
            )
        elif key in ("oneOf", "anyOf", "allOf"):
            right = isinstance(value, list) and all(isinstance(one, dict) and _sound_node(one) for one in value)
        elif key in ("items", "additionalProperties", "not"):
            right = isinstance(value, bool) or (isinstance(value, dict) and _sound_node(value))
        elif key in ("required", "x-kubernetes-list-map-keys"):
            right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif key in ("type", "$ref", "format", "x-kubernetes-list-type", "x-kubernetes-map-type"):
            right = isinstance(value, str)
        else:
            right = True
        if not right:
            return False
    return True


def _kinds(paths: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    """Yield `"apps/v1 Deployment"` and its row for each kind that is created or replaced at a top-level path."""
    for path, operations in paths.items():
        place = _TOP_LEVEL_PATH.fullmatch(path)
        if place is None:
            continue
        for method in ("post", "put"):
            operation = operations.get(method, {})
            named = operation.get("x-kubernetes-group-version-kind")
            contents = operation.get("requestBody", {}).get("content", {}).values()
            references = {content["schema"].get("$ref") for content in contents if "schema" in content}
            if named is None or len(references) != 1:
                continue
            yield (
                f"{place['group'] or place['core']} {named['kind']}",
                {
                    "definition": str(references.pop()).removeprefix(_PUBLISHED_PREFIX),
                    "namespaced": place["namespace"] is not None,
                    "plural": place["plural"],
                },
            )


def _reachable(kinds: Mapping[str, Schema], published: Mapping[str, Schema]) -> set[str]:
    """Return the names of all definitions that the kinds reach."""
    waiting = [row["definition"] for row in kinds.values()]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(published[name])
    return found


def _references(node: object, prefix: str = _PUBLISHED_PREFIX) -> Iterator[str]:
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(prefix)
        for child in node.values():
            yield from _references(child, prefix)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child, prefix)


def _distilled(node: Schema, *, default_counts: bool = False) -> Schema:
    """Return the schema without prose; `allOf` of one `$ref` becomes the plain `$ref`.

    The zero value of list items and map values, and `{}` for objects, are written by the OpenAPI generator for
    every Go struct; they are no default that a server fills in, and are left out.
    """
    kept: Schema = {key: value for key, value in node.items() if key in _KEPT_AS_IS}
    if "default" in kept and (kept["default"] == {} or (not default_counts and kept["default"] in _ZERO_VALUES)):
        del kept["default"]
    all_of = node.get("allOf")
    if isinstance(all_of, list) and len(all_of) == 1 and "$ref" in all_of[0]:
        kept.update(_distilled(all_of[0]))
    elif all_of:
        kept["allOf"] = [_distilled(part) for part in all_of]
    for key in ("oneOf", "anyOf"):
        if key in node:
            kept[key] = [_distilled(part) for part in node[key]]
    for key in ("items", "additionalProperties", "not"):
        if key in node:
            kept[key] = _distilled(node[key]) if isinstance(node[key], dict) else node[key]
    if "properties" in node:
        kept["properties"] = {
            name: _distilled(field, default_counts=True) for name, field in node["properties"].items()
        }
    if str(kept.get("$ref", "")).startswith(_PUBLISHED_PREFIX):
        kept["$ref"] = PREFIX + kept["$ref"].removeprefix(_PUBLISHED_PREFIX)
    return kept
