"""The pydantic side of policies: one base model, and the types that policy files are written in.

The generated JSON schemas follow from these classes. Two things are done for one error per mistake: required
fields are asked for only when every field is known (a misspelt one is reported as unknown, not also as missing),
and alternatives are chosen by the key that is there (if/then, never a bare anyOf).
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final

from pydantic import MISSING, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.config import JsonDict
from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import JsonSchemaValue, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from ordain.quantities import Duration, parse_percent

API_VERSION: Final = "ordain.dev/v1alpha1"
_CLEARLY: Final = 0.15
"""How much more alike two words must be than any other two, from 0 to 1."""
TAG: Final = "\0"
"""The first letter of those steps of a pydantic error's location that are not in the file."""


def nearest(word: str, words: list[str]) -> str | None:
    """Return the one of `words` that `word` was probably meant to be, or None."""
    lowered = {other.lower(): other for other in words}
    wanted = word.lower()
    found = get_close_matches(wanted, list(lowered), n=1, cutoff=0.65)
    longer = [other for other in lowered if min(len(other), len(wanted)) > 2 and _begins(other, wanted)]
    return lowered[(found or longer)[0]] if found or longer else None


def clearly(word: str, words: list[str]) -> str | None:
    """Return the one of `words` that `word` must have been meant to be; None where two are about as near, or none."""
    meant = nearest(word, words)
    if meant is None:
        return None
    others = [other for other in words if other != meant and nearest(word, [other])]
    apart = _likeness(word, meant) - max((_likeness(word, other) for other in others), default=0)
    return meant if not others or apart >= _CLEARLY else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _finish_schema(schema: JsonSchemaValue, model: type[BaseModel]) -> None:
    assert issubclass(model, Model)
    for name, field in schema.get("properties", {}).items():
        field["title"] = name
        text = field.get("description", "")
        if "default" in field:
            default = field["default"] if isinstance(field["default"], str) else json.dumps(field["default"])
            text += f"\n\nDefault: `{default}`"
        if "`" in text:  # an editor shows a plain description's backticks as they are, and no default at all
            field["markdownDescription"] = text
    wanted: JsonSchemaValue = {}
    if required := schema.pop("required", None):
        wanted["required"] = required
    groups = [
        {word: [{"required": [name]} for name in group]}
        for word, given in (("oneOf", model.one_of), ("anyOf", model.any_of))
        for group in given
    ]
    if groups:
        wanted |= groups[0] if len(groups) == 1 else {"allOf": groups}
    more: list[JsonSchemaValue] = [{"not": {"required": [one, two]}} for one, two in model.never_both]
    if more:
        wanted["allOf"] = [*wanted.get("allOf", []), *more]
    if wanted:
        schema["if"] = {"propertyNames": {"enum": list(schema["properties"])}}
        schema["then"] = wanted


class Model(BaseModel):
    """A mapping in a policy file.

    `one_of` are groups of fields of which exactly one is given, `any_of` of which one or more are; `never_both` are
    pairs that exclude each other (in layering the higher priority's alternative replaces the other); `later` are
    fields that are planned and not there yet; `renamed` gives the present name of a field by each name that it had
    before.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        defer_build=True,
        use_attribute_docstrings=True,
        json_schema_extra=_finish_schema,
    )
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    any_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    never_both: ClassVar[tuple[tuple[str, str], ...]] = ()
    later: ClassVar[tuple[str, ...]] = ()
    renamed: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @model_validator(mode="after")
    def _alternatives(self) -> "Model":
        for group in self.one_of:
            given = [name for name in group if name in self.model_fields_set]
            if len(given) != 1:
                raise PydanticCustomError("one_of", "{text}", {"text": _one_of_text(group, given)})
        for group in self.any_of:
            if not self.model_fields_set.intersection(group):
                raise PydanticCustomError("one_of", "{text}", {"text": _one_of_text(group, [])})
        for one, two in self.never_both:
            if {one, two} <= self.model_fields_set:
                raise PydanticCustomError("one_of", "{text}", {"text": _one_of_text((one, two), [one, two])})
        return self


def _one_of_text(group: tuple[str, ...], given: list[str]) -> str:
    if given:
        return f"{' and '.join(given)} exclude each other; give one of them"
    return f"one of {', '.join(group)} is needed"


class ByKey:
    """Marks a union whose member is chosen by the key that is there; the nearest key counts for a misspelt one."""

    def __init__(self, *, later: tuple[str, ...] = (), **members: type[Model]) -> None:
        self.members = members
        self.later = later

    def _tag(self, value: object) -> str | None:
        if not isinstance(value, dict):
            return next((TAG + key for key, member in self.members.items() if isinstance(value, member)), None)
        for key in self.members:
            if key in value:
                return TAG + key
        known = {name for member in self.members.values() for name in member.model_fields}
        for key in value:
            if key not in known and isinstance(key, str) and (meant := nearest(key, list(self.members))):
                return TAG + meant
        return None

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.tagged_union_schema(
            {TAG + key: handler.generate_schema(member) for key, member in self.members.items()},
            self._tag,
            custom_error_type="by_key",
            custom_error_message="one of {keys} is needed",
            custom_error_context={"keys": ", ".join(self.members), "later": ", ".join(self.later)},
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        assert schema["type"] == "tagged-union"
        refs = {key: handler(schema["choices"][TAG + key]) for key in self.members}
        members = {key: handler.resolve_ref_schema(ref)["properties"] for key, ref in refs.items()}
        known: dict[str, JsonSchemaValue] = {key: members[key][key] for key in self.members}
        for properties in members.values():
            for name, field in properties.items():
                shown = {key: field[key] for key in ("title", "description") if key in field}
                known.setdefault(name, {**shown, "doNotSuggest": True})
        rest: JsonSchemaValue = {
            "properties": known,
            "additionalProperties": False,
            "if": {"propertyNames": {"enum": list(known)}},
            "then": {"anyOf": [{"required": [key]} for key in self.members]},
        }
        for key in reversed(self.members):
            # the type, because an editor asks for completion in an item that is still empty: null has every key
            rest = {"if": {"type": "object", "required": [key]}, "then": refs[key], "else": rest}
        return {"type": "object", **rest}


def text_type(pattern: str, read: Callable[[str], object], what: str, **schema: object) -> tuple[Any, ...]:
    """Return the annotations of a field that is written as text of a pattern; `read` makes its value of it.

    `what` is the message for anything else, `schema` is added to the field's JSON schema.
    """
    compiled = re.compile(pattern)

    def validate(value: object) -> object:
        if isinstance(value, str) and compiled.fullmatch(value):
            with suppress(ValueError):
                return read(value)
        raise PydanticCustomError("text", "{what}", {"what": what})

    text = {"type": "string", "pattern": f"^(?:{pattern})$", "patternErrorMessage": what}
    return PlainValidator(validate), WithJsonSchema(text | schema)


_DURATION_TEXT: Final = "a duration is needed, such as 30s, 5m, 24h or 28d"
DurationField = Annotated[
    Duration, *text_type("[0-9]{1,9}[smhd]", Duration.parse, _DURATION_TEXT, examples=["30s", "5m", "24h"])
]
DateField = Annotated[
    date,
    *text_type(
        r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
        date.fromisoformat,
        "a date is needed, such as 2027-01-31",
        examples=["2027-01-31"],
    ),
]
PercentField = Annotated[
    int,
    *text_type("[1-9][0-9]{0,3}%", parse_percent, "a percentage is needed, such as 70%", examples=["70%"]),
]
ShareField = Annotated[
    int,
    *text_type(
        "[1-9][0-9]?%|100%", parse_percent, "a percentage from 1% to 100% is needed, such as 85%", examples=["85%"]
    ),
]
_QUANTITY_TEXT: Final = "a quantity above 0 is needed, such as 100, 500m or 1.5Gi"
_QUANTITY_PATTERN: Final = r"(?=.*[1-9])[0-9]{1,18}(\.[0-9]{1,9})?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?"


def _quantity(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    if (number or isinstance(value, str)) and re.fullmatch(_QUANTITY_PATTERN, str(value)):
        return str(value)
    raise PydanticCustomError("text", _QUANTITY_TEXT)


def enum_texts(**texts: str) -> JsonDict:
    """Return the schema's text for each value of an enumeration, in the order of the values."""
    return {"enumDescriptions": list(texts.values())}


QuantityField = Annotated[
    str,
    PlainValidator(_quantity),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": f"^(?:{_QUANTITY_PATTERN})$",
            "patternErrorMessage": _QUANTITY_TEXT,
            "exclusiveMinimum": 0,
            "examples": [100, "500m", "1.5Gi"],
        }
    ),
]


_COUNT_TEXT: Final = "a count of pods or a percentage up to 100% is needed, such as 1 or 25%"


def _count_or_percent(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,2}%|100%", value):
        return value
    raise PydanticCustomError("text", _COUNT_TEXT)


CountOrPercent = Annotated[
    int | str,
    PlainValidator(_count_or_percent),
    WithJsonSchema(
        {
            "type": ["integer", "string"],
            "minimum": 0,
            "pattern": "^(?:[0-9]{1,2}%|100%)$",
            "patternErrorMessage": _COUNT_TEXT,
            "examples": [1, "25%"],
        }
    ),
]
Name = Annotated[
    str,
    *text_type(
        "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
        str,
        "a name of lower-case letters, digits, - and . is needed",
        examples=["checkout"],
    ),
]
ObjectName = Annotated[
    str,
    *text_type(
        r"[^\s/*?\[\]]{1,253}",
        str,
        "the exact name of an object is needed, without * and ?",
        examples=["checkout"],
    ),
]
Glob = Annotated[
    str,
    *text_type(
        r"[-a-z0-9.*?\[\]!]{1,253}",
        str,
        "a name is needed, with * and ? for any letters",
        examples=["checkout", "checkout-*"],
    ),
]
KindName = Annotated[
    str,
    *text_type(
        "[A-Z][A-Za-z0-9]{0,62}",
        str,
        "a kind such as Deployment is needed, with its capital letters",
        examples=["Deployment"],
    ),
]
LabelMap = dict[str, str]


class LabelSelector(Model):
    """Selects by labels: every one must be there with that value."""

    matchLabels: Annotated[LabelMap, Field(min_length=1, examples=[{"tier": "web"}])]
    """Labels that the object must have, each with exactly this value."""


class Target(Model):
    """Which objects a policy is for: all given criteria hold; several entries of `targets` are alternatives."""

    namespaces: Annotated[list[Glob], Field(min_length=1, default_factory=list)]
    """Names of namespaces; `*` and `?` stand for any letters."""
    kinds: Annotated[list[KindName], Field(min_length=1, default_factory=list)]
    """Kinds of objects. Left out: the kinds that the policy's manual names as its default."""
    names: Annotated[list[Glob], Field(min_length=1, default_factory=list)]
    """Names of objects; `*` and `?` stand for any letters."""
    selector: LabelSelector | MISSING = MISSING
    """Labels that the object must have."""
    clusters: Annotated[list[Glob], Field(min_length=1, default_factory=list)]
    """Names of clusters in `ordain.yaml`; `*` and `?` stand for any letters."""


class Metadata(Model):
    """The name of a policy."""

    name: Name
    """The policy's name, unique per kind."""
    labels: Annotated[LabelMap, Field(default_factory=dict, examples=[{"team": "payments"}])]
    """Labels for people and tools; they select nothing."""


class TargetedSpec(Model):
    """What every layered kind has: whom it is for and how much it weighs."""

    targets: Annotated[list[Target], Field(min_length=1)]
    """Which objects the policy is for: an object is meant when one of the entries fits it."""
    priority: Annotated[int, Field(ge=0, le=1000, default=100, examples=[0, 100, 200])]
    """Layering: the policy with the higher priority wins, field by field. Two different values at one priority
    are an error. A habit: 0 for the organisation, 50 for a team, 100 for a service."""
