"""Which templates are in effect."""

from pathlib import Path

import pytest

from ordain.errors import Span, UserError
from ordain.templates import Job, render, template_set


def test_our_templates_are_found() -> None:
    """Without a user's folder our own templates are there, shadowed by nothing."""
    ours = template_set()
    assert "scaling/hpa.yaml.j2" in ours.sources
    assert ours.files["scaling/hpa.yaml.j2"] == "ordain/templates/scaling/hpa.yaml.j2"
    assert ours.shadows == ()


def test_a_user_shadows_by_name_and_adds(write) -> None:
    """A file of the same name replaces ours, another one is added, and messages name the user's own path."""
    folder = write({"scaling/hpa.yaml.j2": "a: 1\n", "parts/labels.j2": "b: 2\n"})
    mine = template_set(folder)
    assert mine.shadows == ("scaling/hpa.yaml.j2",)
    assert mine.sources["scaling/hpa.yaml.j2"] == "a: 1\n"
    assert mine.files["parts/labels.j2"] == f"{folder}/parts/labels.j2"
    assert set(template_set().sources) < set(mine.sources)


def test_a_shadow_can_include_its_own_parts_and_ours(write) -> None:
    """Includes see both folders as one."""
    folder = write({"mine.j2": '{% include "parts/a.j2" %}\n', "parts/a.j2": "a: {{ a }}\n"})
    assert render(template_set(folder), [Job("mine.j2", {"a": 1})])[0].text == "a: 1\n"


def test_the_digest_is_of_names_and_bytes(tmp_path: Path, write) -> None:
    """Equal files give an equal digest wherever they are; a changed byte or name gives another one."""
    here = write({"a/x.j2": "one", "b.j2": "two", "notes.txt": "not a template"})
    there = tmp_path / "elsewhere"
    (there / "a").mkdir(parents=True)
    (there / "b.j2").write_text("two")
    (there / "a" / "x.j2").write_text("one")
    first = template_set(here).digest
    assert first == template_set(there).digest
    assert len(first) == 64
    (there / "b.j2").write_text("twO")
    assert first != template_set(there).digest
    (there / "b.j2").rename(there / "c.j2")
    (there / "c.j2").write_text("two")
    assert first != template_set(there).digest


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is an error with its name."""
    with pytest.raises(UserError, match="does not exist") as caught:
        template_set(tmp_path / "nowhere")
    assert caught.value.where == Span(str(tmp_path / "nowhere"))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file in place of the folder is an error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is not a folder"):
        template_set(tmp_path / "file")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, write) -> None:
    """A template that is a link to a file outside is not read."""
    folder = write({"a.j2": "a: 1\n"})
    (tmp_path / "secret").write_text("password\n")
    (folder / "b.j2").symlink_to(tmp_path / "secret")
    with pytest.raises(UserError, match="leads out of its folder") as caught:
        template_set(folder)
    assert caught.value.where == Span(f"{folder}/b.j2")


def test_a_link_inside_the_folder_is_followed(write) -> None:
    """A mounted ConfigMap shows its files as links into a hidden folder: they are read once."""
    folder = write({"..data/a.j2": "a: 1\n"})
    (folder / "a.j2").symlink_to("..data/a.j2")
    mine = template_set(folder)
    assert mine.sources["a.j2"] == "a: 1\n"
    assert "..data/a.j2" not in mine.sources


def test_a_linked_folder_is_refused(tmp_path: Path, write) -> None:
    """A link to a folder is an error rather than a folder that is silently passed over."""
    folder = write({"a.j2": "a: 1\n"})
    (folder / "up").symlink_to(tmp_path)
    with pytest.raises(UserError, match="is a link"):
        template_set(folder)


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [(b"a: 1\nb: \xff\n", "not UTF-8", 2), (b"#" * ((1 << 20) + 1), "larger than 1 MiB", 0)],
)
def test_unreadable_templates_are_refused(tmp_path: Path, body: bytes, message: str, line: int) -> None:
    """Bytes that are no text, or far too many of them, are errors with a place."""
    (tmp_path / "a.j2").write_bytes(body)
    with pytest.raises(UserError, match=message) as caught:
        template_set(tmp_path)
    assert caught.value.where == Span(f"{tmp_path}/a.j2", line)
