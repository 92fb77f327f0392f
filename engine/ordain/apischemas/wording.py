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
    problems = list(raw)
    misspelt: set[tuple[Path, str]] = set()
    errors: set[SchemaError] = set()
    for problem in problems:
        if problem.kind.name == "additionalProperties":
            path = tuple(problem.instance_path)
            candidates = sorted(set(_at(root, path).names).difference(problem.instance))
            for name in problem.kind.as_dict()["unexpected"]:
                meant = _nearest(name, candidates)
                misspelt.add((path, meant))
                errors.add(_unknown_field(path, name, meant))
    for problem in problems:
        path = tuple(problem.instance_path)
        if problem.kind.name == "required":
            missing = problem.kind.as_dict()["property"]
            if (path, missing) not in misspelt:
                errors.add(SchemaError(path, f"`{missing}` is missing"))
        elif problem.kind.name != "additionalProperties":
            errors.add(SchemaError(path, _wrong_value(path, problem, _at(root, path))))
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


def _unknown_field(path: Path, name: str, meant: str) -> SchemaError:
    suggestion = f", did you mean `{meant}`?" if meant else ""
    return SchemaError((*path, name), f"unknown field `{name}`{suggestion}", name)


def _nearest(name: str, candidates: list[str]) -> str:
    """Return the candidate that is spelt most like `name`, whatever its capitals; empty when none is near."""
    by_small_letters = {candidate.lower(): candidate for candidate in candidates}
    near = get_close_matches(name.lower(), sorted(by_small_letters), n=1)
    return by_small_letters[near[0]] if near else ""


def _wrong_value(path: Path, problem: Any, field: FieldType) -> str:
    details: dict[str, Any] = problem.kind.as_dict()
    match problem.kind.name:
        case "type":
            return _wrong_type(path, problem.instance, details["types"], field)
        case "not":
            return f"`{_name(path)}` must have a value, is null"
        case "enum":
            options = ", ".join(f"`{option}`" for option in details["options"] if option is not None)
            return f"`{_name(path)}` must be one of {options}, is `{problem.instance}`"
        case _:
            return f"`{_name(path)}`: {problem.message}"


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
