"""The type of each field of a kind, to walk beside an object: what the diff engine asks."""

from collections.abc import Mapping
from typing import Any, Literal

from ordain.apischemas.compiling import PREFIX, Definitions, scalar_union
from ordain.apischemas.server_defaults import server_defaults

FieldKind = Literal["object", "map", "list", "quantity", "duration", "int-or-string", "time", "scalar", "any"]
ListType = Literal["atomic", "set", "map"]

_NAMED_KINDS: Mapping[str, FieldKind] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Duration": "duration",
}
_FORMAT_KINDS: Mapping[str, FieldKind] = {
    "date-time": "time",
    "duration": "duration",
    "int-or-string": "int-or-string",
}
_UNION_KINDS: Mapping[frozenset[str], FieldKind] = {
    frozenset({"string", "number"}): "quantity",
    frozenset({"string", "integer"}): "int-or-string",
}


_ITEMS = "[]"
_OTHERS = "{}"
"""Where children are kept that have no name: a list's items, and a map's values. No field is called so."""


class FieldType:
    """What the schema says of one field; made by `Bundle.field` and `child` only, never changed.

    - `kind`: `object` has named fields, `map` has keys of any name, `list` has items; `any` is unknown or free;
      `scalar` is text, a number or a truth value.
    - `list_type`: for lists `atomic` (replaced whole), `set`, or `map` (items are told apart by `list_keys`);
      None for what is no list.
    - `is_atomic`: an object or map that is replaced whole (such as a label selector), or an atomic list.
    - `default`: what the server fills in, by the schema or by `server_defaults`; None: nothing. Go's zero value stands
      there for most required fields.
    - `names`: the fields of an object, sorted.
    - `definition`: the name of the definition that it is, such as `io.k8s.api.core.v1.Probe`; empty where it has none.
    """

    __slots__ = (
        "_children",
        "_filled_in",
        "_node",
        "_types",
        "default",
        "definition",
        "is_atomic",
        "kind",
        "list_keys",
        "list_type",
    )

    kind: FieldKind
    list_type: ListType | None
    list_keys: tuple[str, ...]
    default: object
    definition: str
    is_atomic: bool

    def __init__(self, node: Mapping[str, Any], types: "FieldTypes", *, of_definition: str = "") -> None:
        """`node` is one node of a bundle's definitions that is no `$ref`."""
        self.kind = _kind(node, of_definition)
        self.list_type = node.get("x-kubernetes-list-type", "atomic") if self.kind == "list" else None
        self.list_keys = tuple(node.get("x-kubernetes-list-map-keys", ()))
        self.default = node.get("default")
        self.is_atomic = self.list_type == "atomic" or node.get("x-kubernetes-map-type") == "atomic"
        self.definition = of_definition
        self._node = node
        self._filled_in = server_defaults(of_definition)
        self._types = types
        self._children: dict[str, FieldType] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of an object's fields, sorted; empty for all other kinds."""
        return tuple(sorted(self._node.get("properties", ())))

    def child(self, step: str | int) -> "FieldType":
        """Return the type of a field or map value (by key) or of a list's items (by any index); `any` if unknown."""
        place = step if isinstance(step, str) else _ITEMS
        made = self._children.get(place)
        return self._made(place) if made is None else made

    def __repr__(self) -> str:
        return f"FieldType({self.kind!r})"

    def _made(self, place: str) -> "FieldType":
        """Return a child made at the first call; all keys that are no field's name share one."""
        node = self._node.get("items") if place == _ITEMS else self._node.get("properties", {}).get(place)
        if node is None and place != _ITEMS:
            place, node = _OTHERS, self._node.get("additionalProperties")
        elif place in self._filled_in and "default" not in node:
            node = {**node, "default": self._filled_in[place]}
        if not isinstance(node, Mapping):
            return self._types.anything
        if place not in self._children:
            self._children[place] = self._types.at(node)
        return self._children[place]


class FieldTypes:
    """All field types of one bundle, made when they are asked for and then kept."""

    def __init__(self, definitions: Definitions) -> None:
        self.anything = FieldType({}, self)
        self._definitions = definitions
        self._made: dict[str, FieldType] = {}

    def of(self, name: str) -> FieldType:
        """Return the type that the definition `name` describes."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = FieldType(self._definitions[name], self, of_definition=name)
        return made

    def at(self, node: Mapping[str, Any]) -> FieldType:
        """Return the type of a node, which may refer to a definition (and then give a default beside it)."""
        if "$ref" not in node:
            return FieldType(node, self)
        name = str(node["$ref"]).removeprefix(PREFIX)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        if not beside:
            return self.of(name)
        return FieldType({**self._definitions[name], **beside}, self, of_definition=name)


def _kind(node: Mapping[str, Any], definition: str) -> FieldKind:
    if definition in _NAMED_KINDS:
        return _NAMED_KINDS[definition]
    if node.get("format") in _FORMAT_KINDS:
        return _FORMAT_KINDS[node["format"]]
    union = scalar_union(node)
    if union is not None:
        return _UNION_KINDS.get(frozenset(union), "scalar")
    if node.get("type") == "array":
        return "list"
    if "properties" in node:
        return "object"
    if node.get("type") == "object":
        return "map"
    return "scalar" if "type" in node else "any"
