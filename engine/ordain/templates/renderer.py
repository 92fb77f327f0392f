"""Renders templates in a child process, which may loop, swell or crash without harm to the engine.

The child is a fresh interpreter: forking is unsafe beside the threads that numeric libraries start, and a
fresh process gives a small, known size to limit. It gets the sources and the values over a pipe and answers
with one line of JSON per job. It needs no files, and its answers are read as plain data, never unpickled.
"""

import json
import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ordain.errors import Span, UserError
from ordain.templates.folders import TemplateSet
from ordain.templates.limits import time_up

SECONDS_PER_JOB = 0.01
"""What each job adds to the time limit: a usual manifest takes a hundredth of this."""

_PATIENCE = 30.0
"""Seconds that pass on a busy machine before a child that uses no CPU time is ended."""

_START = "import sys; sys.path[:] = sys.argv[1:]; from ordain.templates.child import main; main()"


@dataclass(frozen=True, slots=True)
class Job:
    """One text to render: a template's name (`scaling/hpa.yaml.j2`) and the values that it may print.

    Values are plain data: strings, numbers, booleans, None, lists, mappings. `subject` names the job in
    messages.
    """

    template: str
    values: Mapping[str, object]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, the template's file as messages name it, and the template's line for each line of the text.

    A line that an included template printed has the line of the include statement.
    """

    text: str
    file: str
    lines: tuple[int, ...]


def render(
    templates: TemplateSet, jobs: Sequence[Job], *, seconds: float = 10.0, megabytes: int = 512
) -> list[Rendered]:
    """Render all jobs, in their order, in one child process.

    Every expression comes out as one YAML scalar or flow collection, quoted where it must be. The limits are
    CPU time (`seconds` for the call and SECONDS_PER_JOB for each job), memory on Linux (`megabytes` beyond
    what the child needs itself) and 1 MiB of text for each job. Raises UserError with the template's file
    and line (line 0 where it cannot be known: no memory is left, or one step ran too long).
    """
    if not jobs:
        return []
    budget = seconds + SECONDS_PER_JOB * len(jobs)
    ending = _converse(_request(templates, jobs, seconds, budget, megabytes), budget)
    rendered: list[Rendered] = []
    for job, answer in zip(jobs, ending.answers, strict=False):
        if "error" in answer:
            raise _refusal(templates, jobs, len(rendered), answer)
        file = templates.files[job.template]
        rendered.append(Rendered(answer["text"], file, tuple(answer["lines"])))
    if len(rendered) < len(jobs):
        raise _refusal(templates, jobs, len(rendered), _cut_short(jobs[len(rendered)], ending, seconds))
    return rendered


def _request(templates: TemplateSet, jobs: Sequence[Job], seconds: float, budget: float, megabytes: int) -> bytes:
    buffer = BytesIO()
    pickler = pickle.Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {MappingProxyType: lambda mapping: (dict, (dict(mapping),))}
    pickler.dump(
        {
            "sources": dict(templates.sources),
            "jobs": [(job.template, dict(job.values)) for job in jobs],
            "seconds": budget,
            "allowed": seconds,
            "megabytes": megabytes,
        }
    )
    body = buffer.getvalue()
    return len(body).to_bytes(8, "big") + body


def _command() -> list[str]:
    """Start Python without the environment, site and current folder: only this process's own import path."""
    own = str(Path(__file__).parents[2])
    path = [entry for entry in sys.path if entry]
    return [sys.executable, "-I", "-S", "-c", _START, *path, *([] if own in path else [own])]


@dataclass(frozen=True, slots=True)
class _Ending:
    """What the child answered, its exit status, and whether it had to be ended for being late."""

    answers: list[dict[str, Any]]
    status: int
    late: bool


def _converse(request: bytes, budget: float) -> _Ending:
    """Send the request and return how it ended; the child is gone afterwards, whatever happens here."""
    # The child reads all before it writes, and its input stays open: the end of it tells that we are gone.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, process_group=0
    )
    assert process.stdin
    assert process.stdout
    finished = False
    try:
        with suppress(BrokenPipeError):
            _write(process.stdin.fileno(), request)
        # The child counts its own CPU time; this limit only ends what the kernel's timers do not.
        finished, output = _read(process.stdout.fileno(), deadline=time.monotonic() + _PATIENCE + 10 * budget)
    finally:
        if not finished:
            process.kill()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        status = process.wait()
    whole = output[: output.rfind(b"\n") + 1]  # a last line without an end was cut
    return _Ending([json.loads(line) for line in whole.splitlines()], status, late=not finished)


def _write(pipe: int, request: bytes) -> None:
    view = memoryview(request)
    while view:
        view = view[os.write(pipe, view) :]


def _read(pipe: int, *, deadline: float) -> tuple[bool, bytes]:
    """Read to the end of the output; False with what came so far when the deadline passes."""
    output = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(left):
                chunk = os.read(pipe, 1 << 20)
                if not chunk:
                    return True, bytes(output)
                output += chunk
    return False, bytes(output)


def _cut_short(job: Job, ending: "_Ending", seconds: float) -> dict[str, Any]:
    """Say why the child ended without an answer for a job: the line is not known."""
    error, hint = (
        f"the template ended the renderer (exit status {ending.status})",
        "make its expressions simpler",
    )
    if ending.late or ending.status == -signal.SIGXCPU:
        error, hint = time_up(seconds)
    elif ending.status == -signal.SIGKILL:
        error, hint = "the renderer was killed from outside", "is the machine out of memory? then free some"
    return {"error": error, "hint": hint, "template": job.template, "line": 0}


def _refusal(templates: TemplateSet, jobs: Sequence[Job], index: int, answer: Mapping[str, Any]) -> UserError:
    job = jobs[index]
    during = [job.subject] if job.subject else []
    during += [f"job {index + 1} of {len(jobs)}"] if len(jobs) > 1 else []
    message = str(answer["error"]) + (f" (while rendering {', '.join(during)})" if during else "")
    name = str(answer["template"])
    return UserError(
        message, hint=str(answer["hint"]), where=Span(templates.files.get(name, name), int(answer["line"]))
    )
