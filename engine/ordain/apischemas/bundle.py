"""One minor version's schemas: which kinds it has, is a manifest valid, what is wrong, what type is a field."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from ordain.apischemas.compiling import PREFIX, strict_schema
from ordain.apischemas.fields import FieldType, FieldTypes
from ordain.apischemas.wording import SchemaError, in_users_words, type_noun
from ordain.errors import UserError


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row of the table of kinds, such as `apps/v1`, `Deployment`, `deployments`, namespaced."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool


class Bundle:
    """The schemas of one Kubernetes minor version (`version`, such as `1.37`).

    Verdicts are those of `kubeconform -strict` with its usual schemas: unknown fields are errors; `null` counts as
    absent except in required fields below the top level, quantities and int-or-strings; a whole float is an
    integer; formats and the texts of quantities are not judged. Validators are compiled at a kind's first use.
    """

    def __init__(
        self, document: Mapping[str, Any], custom: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    ) -> None:
        """`document` is the content of one file of `schemas/kubernetes/`; `custom` is for `extended`."""
        self._document = document
        self.version: str = document["version"]
        self._definitions: dict[str, Mapping[str, Any]] = dict(document["definitions"])
        self._names: dict[tuple[str, str], str] = {}
        self._rows: dict[tuple[str, str], KindRow] = {}
        self._add_kinds(document["kinds"], "")
        self._groups = frozenset(row.api_version.rpartition("/")[0] for row in self._rows.values())
        for api_version, described in custom.items():
            own = f"{api_version.replace('/', '.')}:"  # two documents may each have an ObjectMeta, of two versions
            renamed = {own + name: _renamed(node, own) for name, node in described["definitions"].items()}
            self._definitions.update(renamed)
            self._add_kinds(described["kinds"], own)
        self._types = FieldTypes(self._definitions)
        self._validators: dict[tuple[str, str], _Validator] = {}

    def _add_kinds(self, kinds: Mapping[str, Mapping[str, Any]], prefix: str) -> None:
        for name, row in kinds.items():
            api_version, kind = name.split(" ")
            self._names[api_version, kind] = prefix + row["definition"]
            self._rows[api_version, kind] = KindRow(api_version, kind, row["plural"], row["namespaced"])

    def extended(self, documents: Mapping[str, Mapping[str, Any]]) -> "Bundle":
        """Return a bundle that knows custom kinds, too: `kinds` and `definitions` for each of their API versions.

        What is built in stays as it is, and so does `has_group`: of a custom group only the given kinds are known.
        """
        custom = {name: document for name, document in documents.items() if not self.has_group(name)}
        return Bundle(self._document, custom) if custom else self

    def knows(self, api_version: str, kind: str) -> bool:
        """Say whether this version of Kubernetes has the kind built in."""
        return (api_version, kind) in self._rows

    def has_group(self, api_version: str) -> bool:
        """Say whether the API group of a version is built in: what is unknown in it does not exist."""
        return api_version.rpartition("/")[0] in self._groups

    def namespaced(self, api_version: str, kind: str) -> bool | None:
        """Say whether objects of the kind live in a namespace; None when the kind is unknown."""
        row = self._rows.get((api_version, kind))
        return None if row is None else row.namespaced

    def kinds(self) -> tuple[KindRow, ...]:
        """Return all built-in kinds, sorted by API version and kind."""
        return tuple(self._rows[key] for key in sorted(self._rows))

    def is_valid(self, body: object) -> bool:
        """Say whether a manifest (JSON values) is valid: the quick path, some microseconds.

        An unknown kind is not valid: ask `knows` first where custom resources may come. Raises ValueError when the
        body holds what JSON cannot (dates, keys that are no text).
        """
        key = _signature(body)
        return key in self._rows and self._validator(key).is_valid(body)

    def errors(self, body: object) -> list[SchemaError]:
        """Return all that is wrong with a manifest, one error a mistake, sorted by path; empty when it is valid.

        Raises ValueError as `is_valid` does.
        """
        key = _signature(body)
        if key not in self._rows:
            return [self._without_kind(body)]
        raw = self._validator(key).iter_errors(body)
        return in_users_words(raw, self._types.of(self._names[key]))

    def field(self, api_version: str, kind: str) -> FieldType | None:
        """Return the type of the whole object, to walk down from; None when the kind is unknown."""
        name = self._names.get((api_version, kind))
        return None if name is None else self._types.of(name)

    def _validator(self, key: tuple[str, str]) -> "_Validator":
        validator = self._validators.get(key)
        if validator is None:
            import jsonschema_rs  # noqa: PLC0415 - a run that validates nothing shall not pay for it

            schema = strict_schema(self._definitions, self._names[key])
            try:
                validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=False, offline=True)
            except ValueError as error:
                raise UserError(
                    f"the schema of {key[1]} in {key[0]} cannot be used: {str(error).splitlines()[0]}",
                    hint="mend its CustomResourceDefinition, or take the snapshot again",
                ) from error
            self._validators[key] = validator
        return validator

    def _without_kind(self, body: object) -> SchemaError:
        if not isinstance(body, Mapping):
            return SchemaError((), f"a manifest must be an object, is {type_noun(body)}")
        for name in ("apiVersion", "kind"):
            if name not in body:
                return SchemaError((), f"`{name}` is missing")
            if not isinstance(body[name], str):
                return SchemaError((name,), f"`{name}` must be a string, is {type_noun(body[name])}")
        api_version, kind = _signature(body)
        elsewhere = sorted(row.api_version for row in self._rows.values() if row.kind == kind)
        message = f"Kubernetes {self.version} has no kind `{kind}` in `{api_version}`"
        if elsewhere:
            return SchemaError(("apiVersion",), f"{message}; it is in " + ", ".join(f"`{it}`" for it in elsewhere))
        return SchemaError(("kind",), message)


class _Validator(Protocol):
    def is_valid(self, instance: Any) -> bool: ...
    def iter_errors(self, instance: Any) -> Any: ...


def _renamed(node: Any, prefix: str) -> Any:
    """Return a node whose references to definitions have the prefix before the name."""
    if isinstance(node, list):
        return [_renamed(item, prefix) for item in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: PREFIX + prefix + value.removeprefix(PREFIX)
        if key == "$ref" and isinstance(value, str)
        else _renamed(value, prefix)
        for key, value in node.items()
    }


def _signature(body: object) -> tuple[str, str]:
    if not isinstance(body, Mapping):
        return "", ""
    api_version, kind = body.get("apiVersion"), body.get("kind")
    return (api_version, kind) if isinstance(api_version, str) and isinstance(kind, str) else ("", "")
