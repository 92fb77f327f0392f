"""The Repo port on a repository of this machine, bare or not. No work tree and no index is ever touched."""

import configparser
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

from ordain.errors import Span, UserError
from ordain.git.command import Git, gitpython
from ordain.git.fast_import import import_commit
from ordain.git.history import written
from ordain.git.inventory import FILE_NAME, parse_inventory
from ordain.git.lock import exclusive
from ordain.git.paths import check_path
from ordain.git.port import Repo, Update
from ordain.model.live import History, OutputTip, Version

_LOCK_PATIENCE_MS = 5000


def open_repo(path: Path, *, shown: str) -> Repo:
    """Open a local repository, bare or with a work tree; nothing is read before the first call of a method.

    `shown` is the path as messages name it.
    """
    return LocalRepo(path, shown)


@dataclass(frozen=True)
class LocalRepo:
    """A repository at a path; `shown` is how messages name it."""

    path: Path
    shown: str

    def tip(self, branch: str, folder: str) -> OutputTip:
        """Read the branch below one folder; a branch that does not exist has no commit and no files.

        Raises UserError for a missing repository, a bad branch name, a damaged branch or inventory.
        """
        git, ref = self._git, branch_ref(branch)
        check_path(folder)
        commit = self._commit_of(git, ref)
        if commit is None:
            return OutputTip(None, {}, None, _nowhere)
        blobs = self._blobs(git, commit, folder)
        place = f"{folder}/{FILE_NAME}"
        inventory = None
        if FILE_NAME in blobs:
            content = self._contents(git, [blobs[FILE_NAME]])[blobs[FILE_NAME]]
            inventory = parse_inventory(content, place)
        eager = [blobs[path] for path in inventory.files if path in blobs] if inventory else []
        history = partial(self._history, git, commit, folder)
        return OutputTip(commit, blobs, inventory, self._reader(git, blobs, eager), history)

    def check(self, branch: str) -> None:
        """Refuse a branch that is checked out in this repository or in a work tree of it."""
        git, ref = self._git, branch_ref(branch)
        listed = git.run("worktree", "list", "--porcelain")
        if listed.status:
            raise self._failed("its work trees cannot be listed", listed.reason)
        tree = ""
        for line in listed.output.decode(errors="replace").splitlines():
            key, _, value = line.partition(" ")
            tree = value if key == "worktree" else tree
            if key == "branch" and value == ref:
                raise UserError(
                    f"the branch {branch} is checked out in {Path(tree).name}: its files would no longer fit it",
                    hint="publish to a bare repository or another branch, or check out another branch there "
                    "(`git worktree prune` forgets work trees that are gone)",
                    where=Span(self.shown),
                )

    def commit(self, branch: str, update: Update) -> str:
        """Put one commit on the branch, whole or not at all, and return its id; hooks do not run.

        Raises UserError where the branch is no longer at `update.parent`, is checked out, or cannot be written.
        """
        self.check(branch)
        git, ref = self._git, branch_ref(branch)
        assert git.git_dir is not None
        with exclusive(git.git_dir, shown=self.shown) as lock:
            if self._commit_of(git, ref) != update.parent:
                raise self._moved(branch)
            new = import_commit(git, lock, update, shown=self.shown)
            lock.begin(ref, new)
            committer = {
                "GIT_COMMITTER_NAME": update.committer.name,
                "GIT_COMMITTER_EMAIL": update.committer.email,
                "GIT_COMMITTER_DATE": f"@{int(update.when.timestamp())} +0000",
            }
            old = update.parent or "0" * len(new)
            moved = git.run(
                *(
                    "-c",
                    f"core.filesRefLockTimeout={_LOCK_PATIENCE_MS}",
                    "update-ref",
                    "-m",
                    "ordain publish",
                    ref,
                    new,
                    old,
                ),
                environment=committer,
                keep_open=[lock.descriptor],
            )
            lock.end()
            if moved.status:
                if self._commit_of(git, ref) != update.parent:
                    raise self._moved(branch)
                raise self._failed(f"the branch {branch} cannot be moved", moved.reason)
        return new

    @cached_property
    def _git(self) -> Git:
        module = gitpython()
        missing = UserError(
            "there is no Git repository here",
            hint=f"`git init --bare {self.shown}` makes one",
            where=Span(self.shown),
        )
        try:
            with module.Repo(str(self.path.absolute()), expand_vars=False) as repo:
                common = Path(repo.common_dir).resolve()
        except (module.InvalidGitRepositoryError, module.NoSuchPathError):
            raise missing from None
        except (OSError, configparser.Error) as error:
            raise self._failed("it cannot be opened", str(error).splitlines()[0]) from error
        return Git(common, common)

    def _commit_of(self, git: Git, ref: str) -> str | None:
        found = git.run("for-each-ref", "--format=%(refname) %(objecttype) %(objectname)", ref)
        if found.status or found.errors:
            raise self._failed(f"{ref} cannot be read", found.reason)
        for line in found.output.decode().splitlines():
            name, kind, commit = line.split(" ")
            if name == ref:
                if kind != "commit":
                    raise self._failed(f"{ref} cannot be read", f"it is a {kind} instead of a commit")
                return commit
        return None

    def _blobs(self, git: Git, commit: str, folder: str) -> Mapping[str, str]:
        listed = git.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", folder)
        if listed.status:
            raise self._failed("its tree cannot be read", listed.reason)
        blobs: dict[str, str] = {}
        for entry in listed.output.split(b"\0")[:-1]:
            facts, _, raw = entry.partition(b"\t")
            path = raw.decode(errors="surrogateescape")
            if path == folder:
                raise self._failed(f"{folder} is a file, and the cluster's folder has that name", "move the file away")
            blobs[path.removeprefix(f"{folder}/")] = facts.split()[2].decode()
        return blobs

    def _contents(self, git: Git, ids: Iterable[str]) -> dict[str, bytes]:
        asked = list(dict.fromkeys(ids))
        answer = git.run("cat-file", "--batch", feed="".join(f"{item}\n" for item in asked).encode())
        contents: dict[str, bytes] = {}
        at, output = 0, answer.output
        for item in asked:
            end = output.find(b"\n", at)
            head = output[at:end].split(b" ")
            if end < 0 or len(head) != 3:
                raise self._failed(
                    f"its file {item} cannot be read", answer.reason if answer.errors else "it is missing"
                )
            size = int(head[2])
            contents[item] = output[end + 1 : end + 1 + size]
            at = end + size + 2
        return contents

    def _reader(self, git: Git, blobs: Mapping[str, str], eager: list[str]) -> Callable[[str], bytes]:
        """Return a function that reads all published files at its first call, and another file alone."""
        cache: dict[str, bytes] = {}

        def read(path: str) -> bytes:
            if path not in blobs:
                raise UserError(f"the output branch has no file {path}", where=Span(self.shown))
            if not cache:
                cache.update(self._contents(git, eager))
            if blobs[path] not in cache:
                cache.update(self._contents(git, [blobs[path]]))
            return cache[blobs[path]]

        return read

    def _history(self, git: Git, commit: str, folder: str, paths: Collection[str]) -> History:
        """Read the versions of some files."""
        try:
            found = written(git, commit, folder, paths)
        except ValueError as error:
            raise self._failed("its history cannot be read", str(error)) from error
        blobs = {version.blob for versions in found.values() for version in versions if version.blob}
        contents = self._contents(git, sorted(blobs))
        return {
            path: tuple(
                Version(item.commit, item.when, item.author, contents[item.blob] if item.blob else None)
                for item in versions
            )
            for path, versions in found.items()
        }

    def _moved(self, branch: str) -> UserError:
        return UserError(
            f"the branch {branch} moved while the new state was made; nothing was published",
            hint="run it again, on the new state",
            where=Span(self.shown),
        )

    def _failed(self, what: str, why: str) -> UserError:
        lock = ".lock" in why
        hint = "if no other git is at work there, remove the lock file" if lock else "`git fsck` says more"
        return UserError(f"{what}: {why}", hint=hint, where=Span(self.shown))


@cache
def branch_ref(branch: str) -> str:
    """Return the full name of a branch's ref; raises UserError for a name that Git would not take."""
    hint = "write a name such as main or env/prod"
    if branch.startswith(("-", "refs/")) or branch in {"HEAD", "@"} or any(ord(letter) < 32 for letter in branch):
        raise UserError(f"{branch!r} is no name for a branch", hint=hint)
    ref = f"refs/heads/{branch}"
    if Git(None, Path("/")).run("check-ref-format", ref).status:
        raise UserError(f"{branch!r} is no name for a branch", hint=hint)
    return ref


def _nowhere(path: str) -> bytes:
    raise UserError(f"the output branch has no file {path}")
