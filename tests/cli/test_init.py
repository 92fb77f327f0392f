"""`ordain init`: a first policy repository that is sound, and never at the cost of what is there."""

from typing import Any

import pytest
import yaml

from ordain.kinds import all_kinds

FILES = {
    "ordain.yaml",
    *(f"policies/{kind.row}.yaml" for kind in all_kinds().values()),
    "tests/scaling/test.yaml",
    "tests/scaling/objects.yaml",
    ".pre-commit-config.yaml",
    ".github/workflows/ordain.yaml",
}


def files(bench: Any, below: str = ".") -> set[str]:
    root = bench.folder / below
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_new_repository_has_settings_policies_a_hook_and_a_workflow(empty: Any) -> None:
    """Every promised file is there and named in the output."""
    done = empty.ordain("init")
    assert (done.code, done.err) == (0, "")
    assert {f"wrote {name}" for name in FILES} == {line for line in done.out.splitlines() if line.startswith("wrote")}
    assert files(empty) == FILES


def test_a_new_repository_validates(empty: Any) -> None:
    """What init writes has nothing to mend, not even a note."""
    empty.ordain("init", "first")
    done = empty.ordain("validate", "--project", "first", "--gate", "note")
    assert (done.code, done.last) == (0, f"Valid: {len(all_kinds())} policies in {len(all_kinds())} files.")


def test_a_new_repository_passes_its_test(empty: Any) -> None:
    """`ordain test` works right after `ordain init`, and the workflow runs it."""
    empty.ordain("init")
    done = empty.ordain("test")
    assert (done.code, done.err) == (0, "")
    assert done.last == "Tests: 1 passed; 5 expectations."
    workflow = yaml.safe_load((empty.folder / ".github/workflows/ordain.yaml").read_text())
    assert {"run": "ordain test"} in workflow["jobs"]["validate"]["steps"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_init_never_overwrites(empty: Any, name: str) -> None:
    """A file that is there keeps its bytes, and the others are written around it."""
    empty.write(name, "mine\n")
    done = empty.ordain("init")
    assert done.code == 0
    assert f"kept  {name}, which was there" in done.out
    assert (empty.folder / name).read_text() == "mine\n"
    assert files(empty) == FILES


def test_init_twice_changes_nothing(empty: Any) -> None:
    """The second run keeps everything."""
    empty.ordain("init")
    before = empty.bytes_of(".")
    done = empty.ordain("init")
    assert (done.code, before) == (0, empty.bytes_of("."))
    assert "wrote" not in done.out


def test_the_hook_runs_the_installed_program(empty: Any) -> None:
    """pre-commit must not build an environment of its own: the hook's language is `system`."""
    empty.ordain("init")
    hooks = yaml.safe_load((empty.folder / ".pre-commit-config.yaml").read_text())
    hook = hooks["repos"][0]["hooks"][0]
    assert (hook["language"], hook["entry"]) == ("system", "ordain validate")


def test_a_folder_that_cannot_be_made_is_an_error(empty: Any) -> None:
    """A file in the way of the folder is named, and nothing is written."""
    empty.write("taken", "a file")
    done = empty.ordain("init", "taken/below")
    assert (done.code, done.out) == (2, "")
    assert "taken/below" in done.err
    assert files(empty) == {"taken"}


def test_init_follows_no_dangling_link_out_of_the_folder(empty: Any) -> None:
    """A link that leads nowhere counts as there: nothing is written through it."""
    (empty.folder / "repo").mkdir()
    (empty.folder / "repo" / "ordain.yaml").symlink_to(empty.folder / "elsewhere.yaml")
    done = empty.ordain("init", "repo")
    assert done.code == 0
    assert "kept  ordain.yaml, which was there" in done.out
    assert not (empty.folder / "elsewhere.yaml").exists()
    assert (empty.folder / "repo" / "ordain.yaml").is_symlink()
