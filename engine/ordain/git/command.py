"""Runs git, through GitPython, in an environment that is the same for everybody."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ordain.errors import UserError

if TYPE_CHECKING:
    from types import ModuleType

_KEPT = {"GIT_EXEC_PATH"}
_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.fsync=committed,loose-object", "gc.auto=0")
_ENVIRONMENT = {"TZ": "UTC", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0"}
_NO_CONFIG = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a git command gave back."""

    status: int
    output: bytes
    errors: str

    @property
    def reason(self) -> str:
        """What git complained of, in one line and without its prefix."""
        lines = [line for line in self.errors.splitlines() if line.strip()]
        blamed = [line for line in lines if line.startswith(("fatal: ", "error: "))]
        line = (blamed or lines[-1:] or [f"git stopped with status {self.status}"])[0]
        return line.removeprefix("fatal: ").removeprefix("error: ")


@dataclass(frozen=True, slots=True)
class Git:
    """Git on one repository: `git_dir` is set, so that nothing is searched for; None: from `folder` upwards.

    No hook runs, and variables that a surrounding git has set (`GIT_DIR`, `GIT_INDEX_FILE` …) do not reach it. With
    a `git_dir`, the settings of the machine and the user do not either.
    """

    git_dir: Path | None
    folder: Path

    def run(
        self,
        *arguments: str,
        feed: bytes | None = None,
        environment: Mapping[str, str] | None = None,
        keep_open: Sequence[int] = (),
    ) -> Outcome:
        """Run one command to its end, `feed` on its standard input."""
        process = self.start(*arguments, environment=environment, keep_open=keep_open)
        output, errors = process.communicate(feed)
        return Outcome(process.returncode, output, errors.decode(errors="replace").strip())

    def start(
        self, *arguments: str, environment: Mapping[str, str] | None = None, keep_open: Sequence[int] = ()
    ) -> "subprocess.Popen[bytes]":
        """Start one command with pipes on its three streams; it inherits the descriptors `keep_open`."""
        module = gitpython()
        leaked = sorted(name for name in os.environ if name.startswith("GIT_") and name not in _KEPT)
        command = ["env", *(part for name in leaked for part in ("-u", name))] if leaked else []
        values = {**_ENVIRONMENT, **(_NO_CONFIG if self.git_dir else {}), **(environment or {})}
        command += [f"{name}={value}" for name, value in values.items()] if leaked else []
        command += ["git", *(part for setting in _SETTINGS for part in ("-c", setting))]
        command += [f"--git-dir={self.git_dir}"] if self.git_dir else []
        started: Any = module.Git(str(self.folder)).execute(
            [*command, *arguments],
            istream=subprocess.PIPE,
            as_process=True,
            shell=False,
            env=values,
            pass_fds=tuple(keep_open),
        )
        process: subprocess.Popen[bytes] = started.proc
        started.proc = None  # its own end-of-life handling would signal a process that has long ended
        return process


def gitpython() -> "ModuleType":
    """Return GitPython, loaded now. Raises UserError where there is no git."""
    try:
        import git  # noqa: PLC0415 - heavy, and only for commands that need it
    except ImportError as error:
        raise UserError("there is no git on the PATH", hint="install Git 2.39 or newer") from error
    return git
