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

from ordain.errors import Span, UserError
from ordain.model.planfile import PlanFile

FORMAT: Final = "ordain.dev/plan"
VERSION: Final = 1
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


def print_plan(plan: PlanFile) -> bytes:
    """Return the file's bytes: the same for the same plan."""
    whole = _Document(FORMAT, VERSION, "", plan)
    document: dict[str, Any] = _adapter().dump_python(whole, mode="json", by_alias=True)
    document["sha256"] = _seal(document["plan"])
    return (json.dumps(document, indent=1) + "\n").encode("ascii")


def read_plan(name: str) -> PlanFile:
    """Read a plan file (`-`: standard input).

    Raises UserError for a file that is none, that a newer ordain wrote, or that is not as ordain wrote it.
    """
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
    schema = _adapter().json_schema(by_alias=True, mode="serialization")
    _untitle(schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "PlanFile"}


@cache
def _adapter() -> TypeAdapter[_Document]:
    return TypeAdapter(_Document)


def _seal(plan: object) -> str:
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


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
