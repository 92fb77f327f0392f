"""Fixtures for the tests of templates."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ordain.templates import Job, Rendered, render, template_set

Write = Callable[..., Path]
RenderOne = Callable[..., Rendered]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes templates into a folder and returns it: `write({"a.j2": "text"})`."""

    def write_files(files: Mapping[str, str]) -> Path:
        folder = tmp_path / "mine"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write_files


@pytest.fixture
def render_one(write: Write) -> RenderOne:
    """Give a function that renders one text as the template `t.j2`, beside `files`, with keyword values."""

    def render_text(source: str, files: Mapping[str, str] | None = None, **values: object) -> Rendered:
        folder = write({"t.j2": source, **(files or {})})
        return render(template_set(folder), [Job("t.j2", values)])[0]

    return render_text
