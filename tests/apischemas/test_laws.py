from typing import Any

import pytest

from ordain.apischemas import bundle, versions


@pytest.mark.parametrize("version", versions())
def test_specimens_are_valid(version: str, specimens: list[dict[str, Any]]) -> None:
    """Manifests of stable kinds are valid for every version that is shipped."""
    schemas = bundle(version)
    assert [error for body in specimens for error in schemas.errors(body)] == []


@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_quick_path_and_explanation_agree(version: str, mutants: list[dict[str, Any]]) -> None:
    """A manifest is valid exactly when it has no errors."""
    schemas = bundle(version)
    assert [body for body in mutants if schemas.is_valid(body) is bool(schemas.errors(body))] == []


def test_errors_do_not_depend_on_the_order_of_keys(mutants: list[dict[str, Any]]) -> None:
    """The same manifest with its keys in another order has the same errors in the same order."""
    schemas = bundle("1.37")
    assert [schemas.errors(body) for body in mutants] == [schemas.errors(_turned(body)) for body in mutants]


@pytest.mark.parametrize("version", versions())
def test_every_kind_compiles(version: str) -> None:
    """Each built-in kind has a schema that can judge, and a type that is an object."""
    schemas = bundle(version)
    for row in schemas.kinds():
        body = {"apiVersion": row.api_version, "kind": row.kind, "metadata": {"labels": 1}}
        assert not schemas.is_valid(body)
        kind = schemas.field(row.api_version, row.kind)
        assert kind is not None
        assert kind.kind == "object"


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value
