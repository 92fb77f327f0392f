"""The last commits of a branch below one folder: which versions of its files there were."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ordain.git.command import Git

COMMITS: Final = 200
"""How many commits are looked at, from the newest one."""
VERSIONS: Final = 20
"""How many versions of one file are kept."""
_HEAD: Final = "commit "


@dataclass(frozen=True, slots=True)
class Written:
    """A commit that touched a file; `blob` is the content's id, None where the commit deleted the file."""

    commit: str
    when: str
    author: str
    blob: str | None


def written(git: Git, commit: str, folder: str, paths: Collection[str]) -> dict[str, list[Written]]:
    """Return who wrote some files of a folder, by path from there, newest first. Raises ValueError with git's words.

    Merges count by their first parent: what they brought is one version.
    """
    listed = git.run(
        "log",
        "--first-parent",
        "--diff-merges=first-parent",
        f"--max-count={COMMITS}",
        "--no-show-signature",
        "--no-renames",
        "--raw",
        "--no-abbrev",
        "-z",
        "--encoding=UTF-8",
        "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
        f"--format={_HEAD}%H%x00%cd%x00%an",
        commit,
        "--",
        folder,
    )
    if listed.status:
        raise ValueError(listed.reason)
    wanted = frozenset(paths)
    found: dict[str, list[Written]] = {}
    for name, version in _versions(listed.output.decode(errors="surrogateescape")):
        path = name.removeprefix(f"{folder}/")
        if path in wanted and len(versions := found.setdefault(path, [])) < VERSIONS:
            versions.append(version)
    return found


def _versions(output: str) -> Iterator[tuple[str, Written]]:
    parts = iter(output.split("\0"))
    commit = when = author = ""
    for part in parts:
        if part.startswith(_HEAD):
            commit, when, author = part.removeprefix(_HEAD), next(parts), next(parts)
        elif (facts := part.removeprefix("\n")).startswith(":"):
            blob = facts.split(" ")[3]
            yield next(parts), Written(commit, when, author, blob if blob.strip("0") else None)
