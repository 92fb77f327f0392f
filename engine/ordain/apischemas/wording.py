"""Schema errors in the words of people who write manifests."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ordain.apischemas.fields import FieldType

Path = tuple[str | int, ...]

_NOUNS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_KIND_NOUNS = {
    "quantity": "a quantity such as `500m` or `1Gi`",
    "int-or-string": "an integer or a string",
}


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One mistake in a manifest: `path` leads to the value (for a missing field to its object).

    `unknown_field` is the field's name when nobody knows it, else empty.
    """

    path: Path
    message: str
    unknown_field: str = ""


def in_users_words(raw: Iterable[Any], root: FieldType) -> list[SchemaError]:
    """Translate the errors of jsonschema_rs on an object of type `root`, sorted by path, one a mistake."""
    errors = {error for problem in raw for error in _translated(problem, root)}
    return sorted(errors, key=lambda error: (_sortable(error.path), error.message))


def type_noun(value: object) -> str:
    """Say what a JSON value is: `a string`, `an integer`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list | tuple) else "an object"


def _translated(problem: Any, root: FieldType) -> list[SchemaError]:
    path: Path = tuple(problem.instance_path)
    details: dict[str, Any] = problem.kind.as_dict()
    match problem.kind.name:
        case "additionalProperties":
            known = _at(root, path).names
            return [
                SchemaError((*path, name), f"unknown field `{name}`{_suggestion(name, known)}", name)
                for name in details["unexpected"]
            ]
        case "required":
            return [SchemaError(path, f"`{details['property']}` is missing")]
        case "type":
            return [SchemaError(path, _wrong_type(path, problem.instance, details["types"], _at(root, path)))]
        case "not":
            return [SchemaError(path, f"`{_name(path)}` must have a value, is null")]
        case "enum":
            options = ", ".join(f"`{option}`" for option in details["options"] if option is not None)
            return [SchemaError(path, f"`{_name(path)}` must be one of {options}, is `{problem.instance}`")]
        case _:
            return [SchemaError(path, f"`{_name(path)}`: {problem.message}")]


def _wrong_type(path: Path, value: object, types: list[str], field: FieldType) -> str:
    wanted = _KIND_NOUNS.get(field.kind) or " or ".join(_NOUNS[name] for name in types if name != "null")
    return f"`{_name(path)}` must be {wanted}, is {type_noun(value)}{_mend(value, types)}"


def _mend(value: object, types: list[str]) -> str:
    if isinstance(value, str):
        looks_right = (
            ("integer" in types and value.lstrip("-").isdecimal())
            or ("number" in types and value.replace(".", "", 1).isdecimal())
            or ("boolean" in types and value in ("true", "false"))
        )
        return ": write it without quotes" if looks_right else ""
    is_text_wanted = "string" in types and not {"integer", "number"}.intersection(types)
    return ": put it in quotes" if is_text_wanted and isinstance(value, bool | int | float) else ""


def _suggestion(name: str, known: tuple[str, ...]) -> str:
    by_small_letters = {field.lower(): field for field in known}
    near = get_close_matches(name.lower(), sorted(by_small_letters), n=1)
    return f", did you mean `{by_small_letters[near[0]]}`?" if near else ""


def _name(path: Path) -> str:
    """Name a value as people do: `replicas`, `args[1]`, and the whole object as `manifest`."""
    indexes = ""
    for step in reversed(path):
        if isinstance(step, str):
            return f"{step}{indexes}"
        indexes = f"[{step}]{indexes}"
    return f"manifest{indexes}"


def _at(root: FieldType, path: Path) -> FieldType:
    field = root
    for step in path:
        field = field.child(step)
    return field


def _sortable(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)
