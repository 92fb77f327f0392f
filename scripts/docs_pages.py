"""Pages of the documentation site that have their source elsewhere; mkdocs loads this file as a hook.

The manual of a kind is its page, a schema is its reference, `--help` is the page of the commands. A link between
two files of the repository becomes a link between their pages; a link to a file without a page becomes its name.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "engine"))

from ordain.cli.group import ordain  # noqa: E402 - the checkout's code, not an installed one
from ordain.published import fields  # noqa: E402

_LINK = re.compile(r"\[([^\]\n]*)\]\((?!https?://|#|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
_FENCED = re.compile(r"(?s)(^`{3}.*?^`{3}$)", re.MULTILINE)
_COMMENT = re.compile(r"(?s)<!--.*?-->\n?")
_TEXTS = {
    "README.md": "index.md",
    "policies/README.md": "demo.md",
    "engine/ordain/reasoning/README.md": "codes.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Build the navigation: kinds and schemas are found by looking, so a new one needs no line here."""
    own = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
    config.nav = [
        "index.md",
        {"Demo": "demo.md"},
        {"Kinds": [page for source, page in sorted(_sources().items()) if "/kinds/" in source]},
        "codes.md",
        {"Guides": list(own)},
        {"Reference": ["reference/commands.md", *(f"reference/{row}.md" for row in _schemas())]},
        {"Project": ["contributing.md", "changelog.md"]},
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from other files."""
    for source, page in _sources().items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_relinked(_COMMENT.sub("", text), source, page)))
    for row, path in _schemas().items():
        files.append(File.generated(config, f"reference/{row}.md", content=_reference(path)))
    files.append(File.generated(config, "reference/commands.md", content=_commands()))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Turn the links of hand-written pages to files of the repository into links to pages."""
    source = page.file.src_uri
    return _relinked(markdown, f"docs/{source}", source) if (ROOT / "docs" / source).is_file() else markdown


def _sources() -> dict[str, str]:
    """Return the pages that are texts of the repository, by their source."""
    kinds = sorted((ROOT / "engine/ordain/kinds").glob("*/README.md"))
    manuals = {path.relative_to(ROOT).as_posix(): f"kinds/{path.parent.name}.md" for path in kinds}
    return {source: page for source, page in (_TEXTS | manuals).items() if (ROOT / source).is_file()}


def _schemas() -> dict[str, Path]:
    return {path.name.removesuffix(".schema.json"): path for path in sorted((ROOT / "schemas").glob("*.schema.json"))}


def _relinked(text: str, source: str, page: str) -> str:
    pages = _sources() | {f"docs/{path.name}": path.name for path in (ROOT / "docs").glob("*.md")}
    pages |= {f"schemas/{row}.schema.json": f"reference/{row}.md" for row in _schemas()}

    def link(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        path = normpath(str(PurePosixPath(source).parent / target))
        if path in pages:
            return f"[{words}]({relpath(pages[path], str(PurePosixPath(page).parent))}{anchor})"
        if not (ROOT / path).exists():
            raise click.ClickException(f"{source} links to {target}, which is not there")
        return words

    pieces = _FENCED.split(text)
    return "".join(piece if piece.startswith("```") else _LINK.sub(link, piece) for piece in pieces)


def _reference(path: Path) -> str:
    schema = json.loads(path.read_text(encoding="utf-8"))
    name = schema["title"]
    lines = [f"# {name}: every field", "", schema.get("description", ""), ""]
    lines += [f"Made from `schemas/{path.name}`, which editors and other tools read.", ""]
    return "\n".join([*lines, *_sections(schema, (), set())]) + "\n"


def _sections(schema: dict[str, Any], path: tuple[str, ...], seen: set[str]) -> Iterator[str]:
    """Write a table for a mapping and, below it, for each mapping inside."""
    named = {tuple(part["properties"]): part for part in fields(schema, path) if part.get("properties")}
    parts = list(named.values())
    for part in parts:
        alternative = f" with `{next(iter(part['properties']))}`" if len(parts) > 1 else ""
        heading = f"## `{'.'.join(path) or schema['title']}`{alternative}"
        if heading in seen:
            continue
        seen.add(heading)
        yield from (heading, "", part.get("description", "").replace("\n", " "), "")
        yield from ("| field | type | meaning |", "|---|---|---|")
        needed = set(part.get("then", {}).get("required", part.get("required", ())))
        for field, body in part["properties"].items():
            inner = fields(schema, (*path, field))
            shown = inner[0] | body if inner else body
            yield f"| `{field}` | {_type(inner, shown)} | {_meaning(shown, needed=field in needed)} |"
        yield ""
        if choice := [item["required"][0] for item in part.get("then", {}).get("oneOf", ())]:
            yield from (f"Exactly one of {', '.join(f'`{name}`' for name in choice)} is needed.", "")
    for field in dict.fromkeys(name for part in parts for name in part["properties"]):
        if len(path) < 6:
            yield from _sections(schema, (*path, field), seen)


def _type(parts: list[dict[str, Any]], shown: dict[str, Any]) -> str:
    if "const" in shown:
        return f"`{shown['const']}`"
    if "enum" in shown:
        return ", ".join(f"`{value}`" for value in shown["enum"])
    given = parts[0].get("type", "object") if parts else "object"
    text = " or ".join(given) if isinstance(given, list) else str(given)
    return f"list of {text}" if any(part.get("list") for part in parts) else text


def _meaning(shown: dict[str, Any], *, needed: bool) -> str:
    text = shown.get("description", "").replace("\n", " ").replace("|", "\\|")
    extras = ["required"] if needed else []
    if "default" in shown and shown["default"] not in ([], {}):
        extras.append(f"default `{json.dumps(shown['default'])}`")
    if "minimum" in shown:
        extras.append(f"at least {shown['minimum']}")
    if "maximum" in shown:
        extras.append(f"at most {shown['maximum']}")
    if examples := shown.get("examples"):
        extras.append("such as " + ", ".join(f"`{json.dumps(value).strip(chr(34))}`" for value in examples))
    return f"{text} ({'; '.join(extras)})" if extras else text


def _commands() -> str:
    """Write every command's `--help`."""
    context = click.Context(ordain, info_name="ordain", max_content_width=100, terminal_width=100)
    lines = ["# Commands", "", "What `--help` prints.", ""]
    for name in ("", *ordain.list_commands(context)):
        command = ordain.get_command(context, name) if name else ordain
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context, terminal_width=100) if name else context
        lines += [f"## ordain {name}".rstrip(), "", "```text", command.get_help(inner).rstrip(), "```", ""]
    return "\n".join(lines)
