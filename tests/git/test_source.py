import json
from pathlib import Path

import pytest

from ordain.git.hydrator import hydrator_metadata
from ordain.git.source import policies_commit, public_address

ADDRESSES = [
    ("https://user:secret@git.example.com/team/policies.git", "https://git.example.com/team/policies.git"),
    ("https://token@git.example.com:8443/p?private_token=x#y", "https://git.example.com:8443/p"),
    ("ssh://git:secret@git.example.com:2222/p.git", "ssh://git@git.example.com:2222/p.git"),
    ("git@git.example.com:team/policies.git", "git@git.example.com:team/policies.git"),
    ("https://[::1]:3000/p", "https://[::1]:3000/p"),
    ("/home/someone/policies", ""),
    ("../policies", ""),
    ("file:///home/someone/policies", ""),
    ("C:\\policies", ""),
    ("https://git.example.com:port/p", ""),
    ("", ""),
]


@pytest.mark.parametrize(("address", "public"), ADDRESSES)
def test_an_address_keeps_no_secret(address: str, public: str) -> None:
    """Passwords, tokens and paths of this machine never reach a commit."""
    assert public_address(address) == public


def commit_policies(run, folder: Path, message: str) -> str:
    run(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "policies").mkdir()
    (folder / "policies/shop.yaml").write_text("a: 1\n")
    (folder / "notes").write_text("x")
    run(folder, "add", ".")
    run(folder, "commit", "--quiet", "-m", message)
    run(folder, "remote", "add", "origin", "https://me:secret@git.example.com/p.git")
    return run(folder, "rev-parse", "HEAD").strip()


def test_the_policies_commit_is_read(tmp_path: Path, run) -> None:
    """Commit, author, words and address come from the repository around the folder."""
    commit = commit_policies(run, tmp_path, "Raise the limit\n\nWhy: load.\n\nArgocd-reference-commit-sha: abc")
    source = policies_commit(tmp_path / "policies")
    assert source is not None
    assert (source.commit, source.label, source.dirty) == (commit, commit, False)
    assert source.repo_url == "https://git.example.com/p.git"
    assert source.author == "Someone <someone@example.com>"
    assert source.subject == "Raise the limit"
    assert source.body.startswith("Why: load.")
    assert source.references == {"Argocd-reference-commit-sha": "abc"}


@pytest.mark.parametrize("kind", ["changed", "new", "removed"])
def test_a_difference_to_the_commit_is_told(tmp_path: Path, run, kind: str) -> None:
    """A policy that is changed, new or removed marks the commit; a file elsewhere does not."""
    commit = commit_policies(run, tmp_path, "One")
    (tmp_path / "notes").write_text("changed")
    source = policies_commit(tmp_path / "policies")
    assert source is not None
    assert not source.dirty
    policy = tmp_path / "policies" / ("other.yaml" if kind == "new" else "shop.yaml")
    policy.unlink() if kind == "removed" else policy.write_text("a: 2\n")
    source = policies_commit(tmp_path / "policies")
    assert source is not None
    assert source.label == f"{commit}-dirty"


def test_no_repository_is_no_source(tmp_path: Path, run) -> None:
    """A folder outside of a repository, one without a commit, and a missing folder have no source."""
    assert policies_commit(tmp_path) is None
    assert policies_commit(tmp_path / "gone") is None
    run(tmp_path, "init", "--quiet")
    assert policies_commit(tmp_path) is None


def test_reading_the_source_changes_nothing(tmp_path: Path, run, snapshot_of) -> None:
    """Not even the index of the policies' repository is refreshed."""
    import os

    commit_policies(run, tmp_path, "One")
    os.utime(tmp_path / "policies/shop.yaml", (1, 1))
    before = snapshot_of(tmp_path)
    policies_commit(tmp_path / "policies")
    assert snapshot_of(tmp_path) == before


def test_the_metadata_has_the_upstream_names(tmp_path: Path, run) -> None:
    """The file names the policies' commit as promotion tools expect it."""
    body = json.dumps("first\nsecond")
    message = (
        "Raise it\n\nBecause.\n\nArgocd-reference-commit-sha: abc\n"
        f"Argocd-reference-commit-repourl: https://git.example.com/app\nArgocd-reference-commit-body: {body}"
    )
    commit = commit_policies(run, tmp_path, message)
    source = policies_commit(tmp_path)
    assert source is not None
    found = json.loads(hydrator_metadata(source))
    assert list(found) == ["repoURL", "drySha", "author", "date", "subject", "body", "references"]
    assert found["drySha"] == commit
    assert found["references"] == [
        {"commit": {"sha": "abc", "repoURL": "https://git.example.com/app", "body": "first\nsecond"}}
    ]


def test_the_metadata_of_changed_policies_name_no_commit(tmp_path: Path, run) -> None:
    """Policies that differ from their commit are not passed off as it."""
    commit_policies(run, tmp_path, "One")
    (tmp_path / "policies/shop.yaml").write_text("a: 2\n")
    source = policies_commit(tmp_path)
    assert source is not None
    assert "drySha" not in json.loads(hydrator_metadata(source))
