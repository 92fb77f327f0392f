"""Where the policies come from: the commit of the repository they lie in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ordain.git.command import Git

_REFERENCE = "argocd-reference-commit-"
_FORMAT = "%H%x00%an <%ae>%x00%aI%x00%s%x00%b%x00%(trailers:only=true,unfold=true)"
_SHORT_ADDRESS = re.compile(r"(?:(?P<user>[^@/:\s]+)@)?(?P<host>[^@/:\s]{2,}):(?P<path>[^\s]+)")


@dataclass(frozen=True)
class PoliciesSource:
    """The commit that the policies were read at.

    `repo_url` is the address of the remote `origin` without credentials, or empty. `dirty` says that files below the
    policies' folder differ from the commit. `date` is the author's, as RFC 3339. `references` are the trailers
    `Argocd-reference-commit-*` of the commit, which say what caused it.
    """

    repo_url: str
    commit: str
    dirty: bool
    author: str
    date: str
    subject: str
    body: str
    references: Mapping[str, str]

    @property
    def label(self) -> str:
        """The commit, marked where files differ from it: the value of a trailer."""
        return f"{self.commit}-dirty" if self.dirty else self.commit


def policies_commit(folder: Path) -> PoliciesSource | None:
    """Read the commit of the repository around a folder; None where there is no repository or no commit yet.

    Changes nothing there, not even the index.
    """
    if not folder.is_dir():
        return None
    git = Git(None, folder)
    shown = git.run("log", "-1", "--no-show-signature", "--encoding=UTF-8", f"--format={_FORMAT}", "HEAD")
    fields = shown.output.decode(errors="replace").rstrip("\n").split("\0")
    if shown.status or len(fields) != 6:
        return None
    commit, author, date, subject, body, trailers = fields
    status = git.run("status", "--porcelain", "--untracked-files=all", "--ignore-submodules=dirty", "--", ".")
    origin = git.run("config", "--get", "remote.origin.url").output.decode(errors="replace").strip()
    return PoliciesSource(
        repo_url=public_address(origin),
        commit=commit,
        dirty=bool(status.output) or status.status != 0,
        author=author,
        date=date,
        subject=subject,
        body=body.strip("\n"),
        references=dict(_references(trailers)),
    )


@dataclass(frozen=True, slots=True)
class Committed:
    """A file as a commit has it: `content` is None where the commit does not."""

    commit: str
    content: bytes | None


def committed(folder: Path, path: str, reference: str) -> Committed | None:
    """Read a file, by its path from a folder, at a commit of the repository around the folder.

    None where there is no repository, or nothing of that name in it.
    """
    git = Git(None, folder)
    found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    commit = found.output.decode(errors="replace").strip()
    if found.status or not commit:
        return None
    shown = git.run("cat-file", "blob", f"{commit}:./{path}")
    return Committed(commit, None if shown.status else shown.output)


def public_address(address: str) -> str:
    """Return a repository's address without passwords, tokens, query and fragment; empty for a path of this machine.

    The user name of an SSH address stays, for it is part of the address and no secret.
    """
    if "://" in address:
        parts = urlsplit(address)
        try:
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            return ""
        if parts.scheme not in {"http", "https", "ssh", "git"} or not parts.hostname:
            return ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        user = f"{parts.username}@" if parts.scheme == "ssh" and parts.username else ""
        return f"{parts.scheme}://{user}{host}{port}{parts.path}"
    short = _SHORT_ADDRESS.fullmatch(address)
    if not short:
        return ""
    user = f"{short['user']}@" if short["user"] else ""
    return f"{user}{short['host']}:{short['path']}"


def _references(trailers: str) -> list[tuple[str, str]]:
    found = (line.partition(": ") for line in trailers.splitlines())
    return [(key, value) for key, colon, value in found if colon and key.lower().startswith(_REFERENCE)]
