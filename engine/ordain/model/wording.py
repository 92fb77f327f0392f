"""Says what is wrong with a document in the words of the file: no class names, one message per mistake."""

from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Final, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ordain.errors import Fix
from ordain.model.objects import Path, show_path
from ordain.model.spec import TAG, Model, clearly, nearest


class Fault(Enum):
    """What sort of mistake it is."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    VALUE = "value"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a document; `on_key` says that its place is the key's, not the value's. `fix` mends it there."""

    fault: Fault
    path: Path
    message: str
    hint: str = ""
    on_key: bool = False
    fix: Fix | None = None


_LATER: Final = "is planned and not there yet"
_TYPES: Final = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def mistakes(error: ValidationError, model: type[Model]) -> list[Mistake]:
    """Put the errors of a document of `model` into words.

    What is missing beside an unknown field is not reported: it is most likely that field, misspelt. The published
    schemas do the same.
    """
    details = error.errors(include_url=False)
    unknown = {item["loc"][:-1] for item in details if item["type"] == "extra_forbidden"}
    wanted = [item for item in details if item["type"] != "missing" or item["loc"][:-1] not in unknown]
    return [_mistake(item, model) for item in wanted]


def field_models(model: type[Model], name: str) -> list[type[Model]]:
    """Return the models that the value of a field may have (several for alternatives by key)."""
    field = model.model_fields.get(name)
    return _models(field.annotation) if field else []


def _models(annotation: object) -> list[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return [annotation]
    if get_origin(annotation) in (Annotated, Union, UnionType, list):
        return [model for part in get_args(annotation) for model in _models(part)]
    return []


def _owners(model: type[Model], loc: tuple[int | str, ...]) -> list[type[Model]]:
    """Return the models that the mapping at `loc` may have."""
    owners = [model]
    for step in loc:
        if isinstance(step, int):
            continue
        if step.startswith(TAG):
            owners = [owner for owner in owners if step.removeprefix(TAG) in owner.model_fields]
        else:
            owners = [found for owner in owners for found in field_models(owner, step)]
    return owners


def _siblings(model: type[Model], loc: tuple[int | str, ...]) -> set[str]:
    """Return the fields that another alternative of the mapping at `loc` has."""
    if not (loc and isinstance(loc[-1], str) and loc[-1].startswith(TAG)):
        return set()
    return {name for owner in _owners(model, loc[:-1]) for name in owner.model_fields}


def _mistake(item: ErrorDetails, model: type[Model]) -> Mistake:
    loc = item["loc"]
    path = tuple(step for step in loc if not (isinstance(step, str) and step.startswith(TAG)) and step != "[key]")
    name = show_path(path) or "the document"
    value, kind, context = item["input"], item["type"], item.get("ctx", {})
    if kind == "missing":
        return Mistake(Fault.MISSING, path[:-1], f"{name} is missing", f"add `{path[-1]}: …`")
    if kind == "extra_forbidden":
        return _unknown(model, loc, path)
    if kind == "by_key" and isinstance(value, dict):
        for later in str(context["later"]).split(", "):
            if later in value:
                return Mistake(Fault.LATER, (*path, later), f"{name}.{later} {_LATER}", "leave it out", on_key=True)
    if value is None:
        return Mistake(
            Fault.VALUE, path, f"{name} is null, which is no value", "leave the field out, or give it a value"
        )
    if kind == "by_key" and not isinstance(value, dict):
        return Mistake(Fault.VALUE, path, f"{name}: a mapping is needed{_is(value)}", f"with one of {context['keys']}")
    found = "" if kind in ("one_of", "by_key") or not path else _is(value)  # a whole document may be a Secret's value
    return Mistake(Fault.VALUE, path, f"{name}: {_what(item)}{found}", _value_hint(item))


def _unknown(model: type[Model], loc: tuple[int | str, ...], path: Path) -> Mistake:
    word, name = str(path[-1]), show_path(path)
    owners = _owners(model, loc[:-1])
    if any(word in owner.later for owner in owners):
        return Mistake(Fault.LATER, path, f"{name} {_LATER}", "leave it out", on_key=True)
    if now := next((owner.renamed[word] for owner in owners if word in owner.renamed), None):
        message = f"{name} is called {now} now"
        return Mistake(Fault.UNKNOWN, path, message, f"write `{now}`", on_key=True, fix=Fix(word, now))
    known = sorted({field for owner in owners for field in owner.model_fields})
    if word in _siblings(model, loc[:-1]):
        chosen = str(loc[-2]).removeprefix(TAG)
        return Mistake(Fault.UNKNOWN, path, f"{name} does not go with {chosen}", "leave one of them out", on_key=True)
    if meant := nearest(word, known):
        fix = Fix(word, meant) if clearly(word, known) else None
        return Mistake(Fault.UNKNOWN, path, f"unknown field {name}", f"did you mean `{meant}`?", on_key=True, fix=fix)
    hint = f"known here: {', '.join(known)}" if known else ""
    return Mistake(Fault.UNKNOWN, path, f"unknown field {name}", hint, on_key=True)


def _what(item: ErrorDetails) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind in _TYPES:
        return f"{_TYPES[kind]} is needed"
    match kind:
        case "literal_error":
            return f"must be {str(context['expected']).replace(chr(39), '')}"
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than_equal":
            return f"must be at most {context['le']}"
        case "too_short" | "string_too_short":
            least = context["min_length"]
            return "must not be empty" if least == 1 else f"needs at least {least} letters"
        case "too_long" | "string_too_long":
            return f"is too long, {context['max_length']} is the most"
        case "string_pattern_mismatch":
            return f"must fit the pattern {context['pattern']}"
    return item["msg"]


def _is(value: object) -> str:
    if isinstance(value, bool):
        return f", is {str(value).lower()}"
    if isinstance(value, dict):
        return ", is a mapping" if value else ", is an empty mapping"
    if isinstance(value, list):
        return ", is a list" if value else ""
    shown = repr(value) if isinstance(value, str) else str(value)
    return f", is {shown if len(shown) <= 60 else shown[:57] + '…'}" + (" (text)" if isinstance(value, str) else "")


def _value_hint(item: ErrorDetails) -> str:
    value, context = item["input"], item.get("ctx", {})
    if item["type"] == "literal_error" and isinstance(value, str):
        options = [option.strip("' ") for option in str(context["expected"]).replace(" or ", ",").split(",")]
        meant = nearest(value, options)
        return f"did you mean `{meant}`?" if meant else ""
    if item["type"] == "int_type" and isinstance(value, str) and value.strip().isdigit():
        return f"write {value.strip()} without quotes"
    if item["type"] == "string_type" and isinstance(value, bool):
        return "put it in quotes"
    if item["type"] == "string_type" and isinstance(value, int | float):
        return f'write "{value}" in quotes'
    if item["type"] == "text" and isinstance(value, int) and not isinstance(value, bool):
        unit = {"a percentage": "%", "a duration": "s"}.get(item["msg"].partition(" is needed")[0])
        return f"write {value}{unit}" if unit and value > 0 else ""
    if item["type"] == "list_type" and isinstance(value, str | int):
        return f"write [{value}]"
    return ""
