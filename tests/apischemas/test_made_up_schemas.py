from typing import Any

import pytest

from ordain.apischemas import Bundle

CASES: list[tuple[str, dict[str, Any], Any, list[str]]] = [
    ("an enum's value", {"type": "string", "enum": ["A", "B"]}, "A", []),
    (
        "a value outside of its enum",
        {"type": "string", "enum": ["A", "B"]},
        "C",
        ["`field` must be one of `A`, `B`, is `C`"],
    ),
    ("null in place of an enum's value", {"type": "string", "enum": ["A", "B"]}, None, []),
    (
        "a number below its minimum",
        {"type": "integer", "minimum": 1},
        0,
        ["`field`: 0 is less than the minimum of 1"],
    ),
    ("an object that keeps unknown fields", {"type": "object", "additionalProperties": True}, {"a": 1}, []),
    (
        "named and unknown fields that are kept",
        {"type": "object", "properties": {}, "x-kubernetes-preserve-unknown-fields": True},
        {"a": 1},
        [],
    ),
    ("an int-or-string by its mark", {"x-kubernetes-int-or-string": True}, "10%", []),
    (
        "a truth value for an int-or-string by its mark",
        {"x-kubernetes-int-or-string": True},
        True,
        ["`field` must be an integer or a string, is a boolean"],
    ),
    ("an instant is not judged", {"type": "string", "format": "date-time"}, "yesterday", []),
    ("a large integer is not judged", {"type": "integer", "format": "int32"}, 2**40, []),
    ("a whole float is an integer", {"type": "integer"}, 1.0, []),
]


@pytest.mark.parametrize(("schema", "value", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_field(schema: dict[str, Any], value: object, expected: list[str]) -> None:
    """Keywords that Kubernetes' own kinds use rarely are judged, and explained in the same words."""
    properties = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "field": schema}
    schemas = Bundle(
        {
            "version": "1.37",
            "kinds": {"v1 Thing": {"definition": "Thing", "namespaced": True, "plural": "things"}},
            "definitions": {"Thing": {"type": "object", "properties": properties}},
        }
    )
    body = {"apiVersion": "v1", "kind": "Thing", "field": value}
    assert [error.message for error in schemas.errors(body)] == expected
    assert schemas.is_valid(body) is not bool(expected)
