"""The schemas of custom kinds in a snapshot: kept as they were read, and refused where ordain wrote no such thing."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from ordain.cluster import content_digest, write_snapshot
from ordain.errors import UserError
from ordain.model.live import LiveState
from ordain.stages.schemas import schemas_of

Reader = Callable[..., LiveState]
ROW = {"definition": "Web", "namespaced": True, "plural": "webs"}
TEXT = {"type": "string"}
NODE = {
    "type": "object",
    "properties": {"apiVersion": TEXT, "kind": TEXT, "spec": {"$ref": "#/definitions/Spec"}},
}
SPEC = {"type": "object", "properties": {"size": {"type": "integer"}}}
WEBS: dict[str, Any] = {"kinds": {"a.b/v1 Web": ROW}, "definitions": {"Web": NODE, "Spec": SPEC}}


def line(described: dict[str, Any]) -> bytes:
    return orjson.dumps({"schemas": "a.b/v1", **described}, option=orjson.OPT_SORT_KEYS) + b"\n"


def test_they_come_back(tmp_path: Path, read: Reader, state: LiveState) -> None:
    """What was written is read, and is part of the digest; the file is of version 2, without them of version 1."""
    taught = replace(state, schemas={"a.b/v1": WEBS})
    write_snapshot(taught, tmp_path / "s", redact=False)
    lines = gzip.decompress((tmp_path / "s").read_bytes()).splitlines(keepends=True)
    assert (orjson.loads(lines[0])["version"], lines[1]) == (2, line(WEBS))
    found = read(tmp_path / "s")
    assert found.schemas == taught.schemas
    assert found.digest == content_digest(taught) != state.digest
    write_snapshot(state, tmp_path / "s", redact=False)
    assert orjson.loads(gzip.decompress((tmp_path / "s").read_bytes()).splitlines()[0])["version"] == 1


def test_they_teach_the_bundle(state: LiveState) -> None:
    """The custom kind is judged and its fields have types; built-in groups cannot be taught anything."""
    schemas = schemas_of(replace(state, schemas={"a.b/v1": WEBS, "apps/v1": {**WEBS, "kinds": {"apps/v1 Web": ROW}}}))
    web = {"apiVersion": "a.b/v1", "kind": "Web"}
    assert schemas.knows("a.b/v1", "Web")
    assert not schemas.knows("apps/v1", "Web")
    assert not schemas.has_group("a.b/v1")
    assert [error.unknown_field for error in schemas.errors({**web, "spec": {"sise": 1}})] == ["sise"]
    field = schemas.field("a.b/v1", "Web")
    assert field is not None
    assert field.child("spec").child("size").kind == "scalar"


BROKEN: dict[str, dict[str, Any]] = {
    "no definitions": {"kinds": {}},
    "something else": {**WEBS, "more": 1},
    "kinds that are a list": {**WEBS, "kinds": []},
    "a kind without a version": {**WEBS, "kinds": {"Web": ROW}},
    "a kind of another version": {**WEBS, "kinds": {"apps/v1 Deployment": ROW}},
    "a row of other types": {**WEBS, "kinds": {"a.b/v1 Web": {**ROW, "namespaced": 1}}},
    "a definition that is not there": {**WEBS, "kinds": {"a.b/v1 Web": {**ROW, "definition": "Wep"}}},
    "a reference that leads nowhere": {**WEBS, "definitions": {"Web": NODE}},
    "a definition that is a text": {**WEBS, "definitions": {"Web": "x"}},
    "properties that are a list": {**WEBS, "definitions": {"Web": {"properties": []}}},
    "a type that is a list": {**WEBS, "definitions": {"Web": {"type": ["object"]}}},
    "an alternative that is a text": {**WEBS, "definitions": {"Web": {"oneOf": ["x"]}}},
    "items that are a text": {**WEBS, "definitions": {"Web": {"items": "x"}}},
    "required that is a text": {**WEBS, "definitions": {"Web": {"required": "x"}}},
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_ones_are_refused(tmp_path: Path, read: Reader, state: LiveState, case: str) -> None:
    """A line with schemas of another shape is an error that names it, with its line."""
    write_snapshot(state, tmp_path / "s", redact=False)
    lines = gzip.decompress((tmp_path / "s").read_bytes()).splitlines(keepends=True)
    (tmp_path / "s").write_bytes(gzip.compress(b"".join([lines[0], line(BROKEN[case]), *lines[1:]])))
    with pytest.raises(UserError, match=r"the schemas of a\.b/v1 are not what ordain wrote") as caught:
        read(tmp_path / "s")
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_a_pattern_that_is_none(state: LiveState) -> None:
    """A schema that cannot be compiled is an error that names the kind, not a defect."""
    broken = {**WEBS, "definitions": {**WEBS["definitions"], "Spec": {"type": "string", "pattern": "(["}}}
    with pytest.raises(UserError, match=r"the schema of Web in a\.b/v1 cannot be used"):
        schemas_of(replace(state, schemas={"a.b/v1": broken})).is_valid({"apiVersion": "a.b/v1", "kind": "Web"})
