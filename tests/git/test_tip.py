from pathlib import Path

import pytest

from ordain.errors import UserError
from ordain.git import Repo, blob_id, open_repo, print_inventory
from ordain.model.live import Inventory


def test_a_missing_branch_is_an_empty_tip(repo: Repo) -> None:
    """A branch that does not exist has no commit, no files and no inventory."""
    tip = repo.tip("main", "demo")
    assert (tip.commit, dict(tip.blobs), tip.inventory) == (None, {}, None)


def test_a_missing_repository_says_how_to_make_one(tmp_path: Path) -> None:
    """The hint is the command that makes the repository."""
    with pytest.raises(UserError) as caught:
        open_repo(tmp_path / "no.git", shown="no.git").tip("main", "demo")
    assert "git init --bare no.git" in caught.value.hint


def test_a_folder_inside_a_repository_is_no_repository(tmp_path: Path, run) -> None:
    """A repository is never looked for in the folders above."""
    run(tmp_path, "init", "--quiet")
    (tmp_path / "inside").mkdir()
    with pytest.raises(UserError, match="no Git repository"):
        open_repo(tmp_path / "inside", shown="inside").tip("main", "demo")


BAD_NAMES = ["", "-x", "--upload-pack=x", "../../x", "a..b", "a b", "a~1", "@{-1}", "HEAD", "x.lock", "/x", "x/"]
BAD_NAMES += ["a\nb", "a\0b", "refs/heads/main", "a:b", "@", "a\\b", "a*"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_branch_name_is_refused(repo: Repo, name: str) -> None:
    """A name that Git would not take, or would take for something else, is refused."""
    with pytest.raises(UserError, match="no name for a branch"):
        repo.tip(name, "demo")


@pytest.mark.parametrize("folder", ["", "..", "../x", "/x", "a//b", "a/./b", ".git"])
def test_a_bad_folder_is_refused(repo: Repo, folder: str) -> None:
    """A folder cannot lead out of the tree."""
    with pytest.raises(UserError, match="cannot be published"):
        repo.tip("main", folder)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_folder_is_read_with_ids_and_bytes(tmp_path: Path, run, change, object_format: str) -> None:
    """Paths start at the folder, ids are those that Python computes, and bytes come back whole."""
    run(tmp_path, "init", "--quiet", "--bare", f"--object-format={object_format}", "out.git")
    repo = open_repo(tmp_path / "out.git", shown="out.git")
    body = b"line\r\n\x00\xff\nno newline"
    writes = {"up/demo/shop/a b.yaml": body, 'up/demo/ü"x.yaml': b"", "up/demo2/y": b"y", "README": b"r"}
    commit = repo.commit("env/prod", change(None, writes))
    tip = repo.tip("env/prod", "up/demo")
    assert tip.commit == commit
    assert tip.blobs == {
        "shop/a b.yaml": blob_id(body, like=commit),
        'ü"x.yaml': blob_id(b"", like=commit),
    }
    assert tip.read("shop/a b.yaml") == body
    with pytest.raises(UserError, match="no file"):
        tip.read("gone")


def test_the_inventory_is_read_with_the_tip(repo: Repo, change) -> None:
    """An inventory in the folder comes with the tip; a broken one stops the run."""
    inventory = Inventory("1", "t", {})
    first = repo.commit("main", change(None, {"demo/.ordain-inventory": print_inventory(inventory)}))
    assert repo.tip("main", "demo").inventory == inventory
    repo.commit("main", change(first, {"demo/.ordain-inventory": b"{"}))
    with pytest.raises(UserError, match="inventory"):
        repo.tip("main", "demo")


def test_a_file_in_the_place_of_the_folder_is_an_error(repo: Repo, change) -> None:
    """A file with the name of the cluster's folder is named."""
    repo.commit("main", change(None, {"demo": b"x"}))
    with pytest.raises(UserError, match="demo is a file"):
        repo.tip("main", "demo")


def test_a_damaged_branch_is_not_a_missing_one(bare: Path, repo: Repo, change) -> None:
    """A branch that cannot be read is an error, never an empty output."""
    repo.commit("main", change(None, {"demo/a": b"a"}))
    (bare / "refs/heads/main").write_text("")
    with pytest.raises(UserError, match="cannot be read"):
        repo.tip("main", "demo")


def test_reading_changes_nothing(bare: Path, repo: Repo, change, snapshot_of) -> None:
    """Reading the tip leaves every byte of the repository as it was."""
    repo.commit("main", change(None, {"demo/a": b"a"}))
    before = snapshot_of(bare)
    repo.tip("main", "demo").read("a")
    repo.check("main")
    assert snapshot_of(bare) == before


def test_no_git_is_said(bare: Path) -> None:
    """Without git on the PATH the message says so."""
    import os
    import subprocess
    import sys

    script = (
        "from pathlib import Path; from ordain.git import open_repo\n"
        f"open_repo(Path({str(bare)!r}), shown='x').tip('main', 'demo')"
    )
    environment = {**os.environ, "PATH": "/nonexistent", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert "no git on the PATH" in done.stderr


def test_importing_the_port_loads_no_git_library() -> None:
    """The port can be imported without GitPython: help must stay quick."""
    import os
    import subprocess
    import sys

    script = "import sys, ordain.git; print('git' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
