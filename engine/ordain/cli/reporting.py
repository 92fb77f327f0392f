"""Turns a result into the asked-for reports and the exit code."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

import click

from ordain.cli.exit import Exit
from ordain.cli.interrupt import give_way
from ordain.errors import Span, UserError, without_credentials
from ordain.model.finding import Severity
from ordain.model.plan import Result
from ordain.report import FORMATS
from ordain.report.look import Look
from ordain.stages.write import write_file

_Document = TypeVar("_Document")


@dataclass(frozen=True, slots=True)
class Outputs(Generic[_Document]):
    """Where reports go and how they look; `wanted` are pairs of a format and a file (None: `stream`)."""

    formats: Mapping[str, Callable[[_Document, Look], str]]
    wanted: tuple[tuple[str, Path | None], ...]
    look: Look
    stream: TextIO

    @classmethod
    def of(
        cls,
        options: dict[str, Any],
        formats: Mapping[str, Callable[[_Document, Look], str]],
        *,
        gate: Severity = Severity.ERROR,
        stream: TextIO | None = None,
    ) -> "Outputs[_Document]":
        """Read the shared output options; raises UserError for an unknown format or two without a file.

        `stream` is where a report without a file goes: standard output, if it is not given.
        """
        stream = stream or sys.stdout
        wanted = tuple(_output(given, formats) for given in options["outputs"] or ("text",))
        files = [file for _, file in wanted]
        if files.count(None) > 1:
            raise UserError("two reports would go to standard output", hint="give all but one a file: -o sarif=FILE")
        for file in filter(None, files):
            if files.count(file) > 1:
                raise UserError(f"two reports would go to {file}", hint="give each a file of its own")
            place_for(file)
        verbose = 1 if options["verbose"] else (-1 if options["quiet"] else 0)
        return cls(formats, wanted, Look(_color(str(options["color"]), stream), verbose, gate), stream)

    def write(self, document: _Document) -> None:
        """Write every report."""
        for name, file in self.wanted:
            look = replace(self.look, color=self.look.color and file is None, page=self._page(file))
            text = without_credentials(self.formats[name](document, look))
            if file is None:
                self.stream.buffer.write(text.encode("utf-8", "backslashreplace"))
                self.stream.flush()
            else:
                write_file(file, text.encode())

    def _page(self, file: Path | None) -> str:
        """Return the way to the HTML report of this run, from the folder of a report or from here."""
        page = next((to for name, to in self.wanted if name == "html" and to is not None), None)
        return Path(os.path.relpath(page, file.parent if file else None)).as_posix() if page else ""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes the result of a command in the formats that were asked for, and knows what the gate stops."""

    outputs: Outputs[Result]

    @classmethod
    def of(cls, options: dict[str, Any], default_gate: str, *, stream: TextIO | None = None) -> "Reporter":
        """Read the shared report options, as `Outputs.of` does."""
        gate = Severity(options["gate"] or default_gate)
        return cls(Outputs.of(options, FORMATS, gate=gate, stream=stream))

    @property
    def gate(self) -> Severity:
        """The severity from which findings fail a run."""
        return self.outputs.look.gate

    def report(self, result: Result) -> None:
        """Write every report."""
        self.outputs.write(result)

    def failed(self, result: Result) -> bool:
        """Say whether a finding is at or above the gate."""
        return any(self.outputs.look.fails(finding) for finding in result.all_findings())

    def leave(self, result: Result, *, changes_count: bool = False, changed: bool = False) -> None:
        """Report, and leave with the exit code of the table; `changed` says what the result itself does not show."""
        changes = changes_count and (changed or has_changes(result))
        reasons = ("findings",) * self.failed(result) + ("changes",) * changes
        self.report(replace(result, exit_reasons=reasons))
        click.get_current_context().exit(Exit.FINDINGS if reasons else Exit.FINE)


def has_changes(result: Result) -> bool:
    """Say whether Git or a cluster would change."""
    return any(section.plan is not None and not section.plan.empty for section in result.sections)


def place_for(file: Path) -> None:
    """Refuse a file that could not be written before anything else is."""
    try:
        os.scandir(file.parent).close()
    except OSError as error:
        raise UserError(f"cannot write it: {error.strerror}", where=Span(str(file))) from error


def _output(given: str, formats: Iterable[str]) -> tuple[str, Path | None]:
    name, equals, file = given.partition("=")
    if name not in formats:
        raise UserError(f"there is no report format {name!r}", hint=f"known are {', '.join(formats)}")
    if equals and not file:
        raise UserError(f"-o {given} names no file", hint=f"write -o {name}=FILE")
    return name, Path(file) if equals else None


def _color(wish: str, stream: TextIO) -> bool:
    if wish == "auto":
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wish == "always"


def progress(message: str) -> None:
    """Say on a terminal what is being waited for; nothing where standard error is no terminal.

    A Ctrl-C that a library swallowed while it was loaded takes effect here, before any work is done.
    """
    give_way()
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{message}", nl=False, err=True)


def clear_progress() -> None:
    """Take the last progress message away."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
