"""Hovering: every field of every schema explains itself in a real editor."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from ordain.kinds import all_kinds
from ordain.published import schema_text

KINDS = [*all_kinds(), "Project"]


@dataclass
class Document:
    """A document that uses every field of a schema, and where each field's name stands in it."""

    schema: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    fields: list[tuple[str, tuple[int, int], dict[str, Any]]] = field(default_factory=list)

    def write(self, part: dict[str, Any], indent: str = "", path: str = "") -> None:
        """Write all fields of a mapping, one below the other."""
        for name, inner in part["properties"].items():
            where = f"{path}.{name}"
            shown = self.followed(inner)
            self.fields.append((where, (len(self.lines), len(indent) + 1), shown))
            self.lines.append(f"{indent}{name}: {self.value(shown)}".rstrip())
            for mapping in self.mappings(shown):
                if shown["type"] == "array":
                    self.lines.append(f"{indent}  -")
                self.write(mapping, f"{indent}    ", where)

    def value(self, shown: dict[str, Any]) -> str:
        """Return a value for a field in flow style; nothing where a mapping or a list of mappings follows."""
        if any(self.mappings(shown)):
            return ""
        inner = self.followed(shown.get("items", {}))
        example = next(iter([*shown.get("enum", []), *shown.get("examples", [])]), shown.get("const"))
        inner_example = next(iter(inner.get("examples", [])), "text")
        return json.dumps([inner_example] if shown["type"] == "array" else "text" if example is None else example)

    def mappings(self, shown: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Give the mappings under a field: none, one, or one for each alternative of a list's items."""
        part = self.followed(shown.get("items", shown))
        if "properties" in part:
            yield part
        while "required" in part.get("if", {}):
            yield self.followed(part["then"])
            if "items" not in shown:
                return  # a key stands once in a document: the first alternative speaks for all
            part = part["else"]

    def followed(self, part: dict[str, Any]) -> dict[str, Any]:
        """Return a schema with its reference followed; what stands beside the reference wins."""
        if "$ref" not in part:
            return part
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return self.followed(self.schema["$defs"][part["$ref"].rpartition("/")[2]]) | beside


def meanings(document: Document, part: dict[str, Any]) -> Iterator[str]:
    """Return what may explain a field: its own description, or that of the alternative which its keys choose."""
    yield part["description"]
    while "then" in part:
        yield document.followed(part["then"]).get("description", part.get("description", ""))
        part = part.get("else", {})


def bare(text: str) -> str:
    """Return a text without its quotation marks: an editor chooses its own."""
    return re.sub("[\"'\\\\]", "", text)


def plain(text: str) -> str:
    """Return a text without Markdown's signs and line ends."""
    return re.sub(r"\s+", " ", text.replace("\\", ""))


@pytest.mark.parametrize("combined", [True, False], ids=["combined", "own-schema"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_field_explains_itself(editor: Any, kind: str, *, combined: bool) -> None:
    """On each field's name an editor shows its description, default, examples and values."""
    if not combined:
        row = "project" if kind == "Project" else all_kinds()[kind].row
        editor.map({f"schemas/{row}.schema.json": "policies/*.yaml"})
    document = Document(json.loads(schema_text(kind)))
    document.write(document.schema)
    shown = editor.hover("\n".join(document.lines) + "\n", [place for _, place, _ in document.fields])
    assert len(shown) > 10
    for (name, _, wanted), text in zip(document.fields, shown, strict=True):
        if combined and name == ".kind":
            continue  # it has the combined schema's own text: see below
        assert any(plain(meant) in plain(text) for meant in meanings(document, wanted)), name
        default = wanted.get("default", "")
        shown_default = default if isinstance(default, str) else json.dumps(default)
        assert f"Default: `{shown_default}`" in text or "default" not in wanted, name
        for value, meaning in zip(wanted.get("enum", []), wanted.get("enumDescriptions", []), strict=True):
            assert f"* `{value}`: {meaning}" in plain(text), name
        for example in wanted.get("examples", []):
            items = example if isinstance(example, list) else [example]
            pairs = example.items() if isinstance(example, dict) else [("", item) for item in items]
            for key, value in pairs:
                assert bare(f"{key}: {value}".removeprefix(": ")) in bare(text), name


def test_a_value_explains_itself(editor: Any) -> None:
    """On a value of an enumeration an editor shows what each of them means."""
    text = "kind: ScalingPolicy\nspec:\n  disruption:\n    unhealthyPodEvictionPolicy: AlwaysAllow\n"
    (shown,) = editor.hover(text, [(3, 34)])
    assert "* `AlwaysAllow`: A pod that is not ready may always be evicted." in shown


def test_the_kind_chooses_the_text(editor: Any) -> None:
    """One name means different things in different kinds: each document shows its own, in one file too."""
    text = "kind: ScalingPolicy\nspec: {targets: []}\n---\nkind: Waiver\nspec: {targets: []}\n"
    policy, waiver = editor.hover(text, [(1, 8), (4, 8)])
    assert "Which objects the policy is for" in policy
    assert "The objects that are excepted" in waiver


def test_the_kind_lists_all_kinds(editor: Any) -> None:
    """On `kind` an editor shows every kind there is, with its first sentence."""
    (shown,) = editor.hover("kind: Waiver\n", [(0, 1)])
    for kind in KINDS:
        assert f"* `{kind}`: {json.loads(schema_text(kind))['description']}" in plain(shown)
