"""The schemas of custom kinds: fetched by need, kept by hash, and part of the state."""

from pathlib import Path
from typing import Any

import pytest

from ordain.cluster.openapi import cache_folder
from ordain.stages.schemas import schemas_of
from tests.kubernetes_port.conftest import DEPLOYMENTS, SCALED, Port, group, groups, page
from tests.kubernetes_port.fake import FakeServer, status

ADDRESS = "/openapi/v3/apis/keda.sh/v1alpha1"
NAME = "sh.keda.v1alpha1.ScaledObject"
OBJECT = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "web"}}


def document() -> dict[str, Any]:
    """Return what a server says of KEDA: a kind that is wanted, and one that is not."""
    reference = {"schema": {"$ref": f"#/components/schemas/{NAME}"}}
    named = {"group": "keda.sh", "kind": "ScaledObject", "version": "v1alpha1"}
    post = {"x-kubernetes-group-version-kind": named, "requestBody": {"content": {"application/json": reference}}}
    other = {**post, "x-kubernetes-group-version-kind": {**named, "kind": "ScaledJob"}}
    trigger = {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}
    spec = {
        "type": "object",
        "description": "prose",
        "properties": {
            "triggers": {"type": "array", "items": trigger},
            "min": {"type": "integer"},
            "a": {"type": "string"},
            "b": {"type": "string"},
        },
        "oneOf": [{"required": ["a"]}, {"properties": {"b": {"pattern": "^b"}}, "required": ["b"]}],
    }
    kind = {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"allOf": [{"$ref": "#/components/schemas/Meta"}]},
            "spec": spec,
        },
    }
    return {
        "paths": {
            "/apis/keda.sh/v1alpha1/namespaces/{namespace}/scaledobjects": {"post": post},
            "/apis/keda.sh/v1alpha1/namespaces/{namespace}/scaledjobs": {"post": other},
        },
        "components": {"schemas": {NAME: kind, "Meta": {"type": "object", "properties": {"name": {"type": "string"}}}}},
    }


@pytest.fixture
def keda(server: FakeServer) -> FakeServer:
    """Give a server with KEDA."""
    scaled = group("keda.sh", ("scaledobjects", "ScaledObject"), version="v1alpha1")
    server.gives("/apis", groups(group("apps", ("deployments", "Deployment")), scaled))
    server.gives("/apis/keda.sh/v1alpha1/scaledobjects", page(kind="ScaledObjectList"))
    paths = {"apis/apps/v1": {"serverRelativeURL": "/openapi/v3/apis/apps/v1?hash=1"}}
    paths["apis/keda.sh/v1alpha1"] = {"serverRelativeURL": f"{ADDRESS}?hash=ABC"}
    server.gives("/openapi/v3", {"paths": paths})
    server.gives(ADDRESS, document())
    return server


def test_a_custom_kind_is_judged(keda: FakeServer, port: Port) -> None:
    """A field that the custom resource's definition does not have is an error, an alternative closes nothing."""
    schemas = schemas_of(port.read(DEPLOYMENTS, SCALED))
    assert keda.count("/openapi/v3/apis/apps/v1") == 0
    assert schemas.is_valid({**OBJECT, "spec": {"b": "b", "min": 1}})
    assert not schemas.is_valid({**OBJECT, "spec": {"b": "c"}})
    [error] = schemas.errors({**OBJECT, "spec": {"a": "", "mim": 1}})
    assert (error.path, error.unknown_field) == (("spec", "mim"), "mim")


def test_what_is_kept_of_it(keda: FakeServer, port: Port) -> None:
    """Only the kinds that are read, and no prose."""
    [(name, described)] = port.read(DEPLOYMENTS, SCALED).schemas.items()
    assert keda.count(ADDRESS) == 1
    assert name == "keda.sh/v1alpha1"
    assert list(described["kinds"]) == ["keda.sh/v1alpha1 ScaledObject"]
    assert "prose" not in str(described)


def test_the_cache(keda: FakeServer, port: Port) -> None:
    """A hash that is known is not fetched again; a broken file of the cache, or another hash, is."""
    first = port.read(DEPLOYMENTS, SCALED)
    assert port.read(DEPLOYMENTS, SCALED) == first
    assert keda.count(ADDRESS) == 1
    [file] = cache_folder().iterdir()
    file.write_text("{}", encoding="utf-8")
    assert port.read(DEPLOYMENTS, SCALED) == first
    assert keda.count(ADDRESS) == 2
    keda.gives("/openapi/v3", {"paths": {"apis/keda.sh/v1alpha1": {"serverRelativeURL": f"{ADDRESS}?hash=DEF"}}})
    port.read(DEPLOYMENTS, SCALED)
    assert keda.count(ADDRESS) == 3


def test_a_cache_that_cannot_be_written(
    keda: FakeServer, port: Port, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a cache it works, too."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert port.read(DEPLOYMENTS, SCALED).schemas
    assert keda.count(ADDRESS) == 1


@pytest.mark.parametrize("path", ["/openapi/v3", ADDRESS])
@pytest.mark.parametrize("answer", [status(404, "none"), status(403, "no"), {}, {"paths": 1, "components": {}}])
def test_a_server_that_does_not_describe_it(keda: FakeServer, port: Port, path: str, answer: Any) -> None:
    """What is not described is not judged; nothing else changes."""
    keda.gives(path, answer)
    live = port.read(DEPLOYMENTS, SCALED)
    assert (live.schemas, len(live.objects)) == ({}, 2)
