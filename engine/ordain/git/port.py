"""What the stages ask of a Git repository, wherever it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordain.model.live import OutputTip


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a commit is by."""

    name: str
    email: str


@dataclass(frozen=True)
class Update:
    """One commit to make on top of `parent` (None: the branch does not exist yet).

    `writes` maps paths to bytes and `deletes` lists paths, both from the root of the tree; `when` has a time zone.
    """

    parent: str | None
    writes: Mapping[str, bytes]
    deletes: tuple[str, ...]
    message: str
    author: Identity
    committer: Identity
    when: datetime


class Repo(Protocol):
    """A repository that holds the output branch. Every method raises UserError where it cannot do its job."""

    def tip(self, branch: str, folder: str) -> OutputTip:
        """Read the branch below one folder; a branch that does not exist has no commit and no files."""
        ...

    def check(self, branch: str) -> None:
        """Refuse, without a change, a branch that `commit` would refuse for what it is."""
        ...

    def commit(self, branch: str, update: Update) -> str:
        """Put one commit on the branch, whole or not at all, and return its id.

        A branch that is no longer at `update.parent` is left as it is, with an error.
        """
        ...
