"""The bytes of a plan file: JSON in the shape that `schemas/plan.schema.json` publishes, sealed by a digest."""

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema

from ordain.errors import Span, UserError, without_credentials
from ordain.model.planfile import PlanFile

FORMAT: Final = "ordain.dev/plan"
VERSION: Final = 1
_DEPTH: Final = 6
_MOST_BYTES: Final = 1 << 29
_AGAIN: Final = "plan again: `ordain plan --out plan.json`"


@with_config(ConfigDict(alias_generator=to_camel, use_attribute_docstrings=True))
@dataclass(frozen=True)
class _Document:
    """A plan of ordain. `sha256` is that of the canonical JSON of `plan`: sorted keys, no spaces, ASCII."""

    format: Literal["ordain.dev/plan"]
    version: Literal[1]
    sha256: str
    plan: PlanFile


def public(plan: PlanFile) -> PlanFile:
    """Return the plan without the user and password of any address in it.

    Reports leave them out of their texts. A plan is compared with another one, so both must be without them.
    """
    text = json.dumps(_document(plan))
    masked = without_credentials(text)
    return plan if masked == text else _adapter().validate_python(json.loads(masked)).plan


def print_plan(plan: PlanFile) -> bytes:
    """Return the file's bytes: the same for the same plan."""
    document = _document(plan)
    document["sha256"] = _seal(document["plan"])
    return (_lines(document) + "\n").encode("ascii")


def read_plan(name: str) -> PlanFile:
    """Read a plan file (`-`: standard input).

    Raises UserError for a file that is none, that a newer ordain wrote, or that is not as ordain wrote it.
    """
    if not name:
        raise UserError("the plan file has no name", hint="name one, such as plan.json; is a variable empty?")
    where = Span("<stdin>" if name == "-" else name)
    try:
        document = json.loads(_bytes(name, where))
        known = document["format"] == FORMAT
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise UserError("this is no whole plan file", hint=_AGAIN, where=where) from error
    version = document.get("version")
    if known and isinstance(version, int) and version > VERSION:
        raise UserError(
            f"a newer ordain wrote this plan file (version {version}, this one reads {VERSION})",
            hint=f"use that version, or {_AGAIN}",
            where=where,
        )
    if not known:
        raise UserError("this is no plan file", hint=_AGAIN, where=where)
    if document.get("sha256") != _seal(document.get("plan")):
        raise UserError(
            "the plan file is not as ordain wrote it: what it says and its sha256 differ",
            hint=f"a plan is changed in the policies, never in its file; {_AGAIN}",
            where=where,
        )
    try:
        return _adapter().validate_python(document).plan
    except ValidationError as error:
        raise UserError(f"this is no plan file of version {VERSION}", hint=_AGAIN, where=where) from error


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of plan files, made from the classes of the model."""
    schema = _adapter().json_schema(by_alias=True)
    _untitle(schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "PlanFile"}


def _document(plan: PlanFile) -> dict[str, Any]:
    """Return the whole file without its seal; fields that have their default value are left out."""
    whole = _Document(FORMAT, VERSION, "", plan)
    document: dict[str, Any] = _adapter().dump_python(whole, mode="json", by_alias=True, exclude_defaults=True)
    return document


@cache
def _adapter() -> TypeAdapter[_Document]:
    return TypeAdapter(_Document)


def _seal(plan: object) -> str:
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _lines(value: object, depth: int = 0) -> str:
    """Write JSON of which each change, finding and object begins a line: json's own indenting is slow, and longer."""
    if depth == _DEPTH or not isinstance(value, dict | list) or not value:
        return json.dumps(value)
    break_ = "\n" + " " * depth
    if isinstance(value, dict):
        inner = f",{break_} ".join(f"{json.dumps(key)}: {_lines(item, depth + 1)}" for key, item in value.items())
        return f"{{{break_} {inner}{break_}}}"
    return f"[{break_} {f',{break_} '.join(_lines(item, depth + 1) for item in value)}{break_}]"


def _bytes(name: str, where: Span) -> bytes:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"cannot read it: {error.strerror}", where=where) from error
    if len(content) > _MOST_BYTES:
        raise UserError(f"a plan file of more than {_MOST_BYTES >> 20} MiB is not read", where=where)
    return content


def _untitle(part: Any) -> None:
    """Take away the titles that pydantic makes of names: they say nothing."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        for inner in part.values():
            _untitle(inner)
    elif isinstance(part, list):
        for inner in part:
            _untitle(inner)
