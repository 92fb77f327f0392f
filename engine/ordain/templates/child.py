"""The child process of the renderer: reads jobs, sets its own limits, answers one line of JSON per job."""

import json
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any, TypeAlias

from jinja2 import Template

from ordain.templates.limits import die_with_parent, limit_memory, limit_time
from ordain.templates.sandbox import environment
from ordain.templates.trouble import TextTooLong, describe

MAX_TEXT = 1 << 20
"""The longest text of one job, in characters."""

Places: TypeAlias = dict[tuple[CodeType, int], int]
"""The template line of each place (code and instruction) at which a template has waited."""


def main() -> None:
    """Render what standard input asks for. Ends after the first job that fails."""
    size = int.from_bytes(_exactly(8), "big")
    request = pickle.loads(_exactly(size))  # noqa: S301 - written by the engine, our parent
    die_with_parent()
    lift_memory = limit_memory(request["megabytes"])
    stop_clock = limit_time(request["seconds"])
    templates = environment(request["sources"])
    known: Places = {}
    for name, values in request["jobs"]:
        try:
            text, lines = run(templates.get_template(name), values, known)
            answer: dict[str, Any] = {"text": text, "lines": lines}
        except BaseException as error:  # noqa: BLE001 - whatever a template does is the parent's to report
            stop_clock()
            lift_memory()
            answer = describe(error, name, values, request)
        _send(answer)
        if "error" in answer:
            return


def run(template: Template, values: Mapping[str, object], known: Places) -> tuple[str, list[int]]:
    """Return the text and the template's line for each line of it; `known` saves work from job to job."""
    stream = template.root_render_func(template.new_context(dict(values)))
    pieces: list[str] = []
    lines: list[int] = []
    length = 0
    current = 0  # the template line of the text line in hand, once something visible is on it
    line = 1
    for piece in stream:
        if not piece:
            continue
        length += len(piece)
        pieces.append(piece)
        line = _line(template, stream, known)
        if length > MAX_TEXT:
            raise TextTooLong(line)
        count = piece.count("\n")
        if count:
            lines.append(current or line)
            lines.extend([line] * (count - 1))
            current = 0 if piece[-1] == "\n" else line
        elif not current and not piece.isspace():
            current = line
    text = "".join(pieces)
    if text and text[-1] != "\n":
        lines.append(current or line)
    return text, lines


def _line(template: Template, stream: Iterator[str], known: Places) -> int:
    """Return the line at which the template waits: innermost in its own file, not in others."""
    line = 1
    inner: Any = stream
    while (frame := getattr(inner, "gi_frame", None)) is not None:
        code = frame.f_code
        if code.co_filename == template.filename:
            place = code, frame.f_lasti
            found = known.get(place)
            if found is None:
                found = known[place] = template.get_corresponding_lineno(frame.f_lineno)
            line = found
        inner = inner.gi_yieldfrom
    return line


def _exactly(count: int) -> bytes:
    body = sys.stdin.buffer.read(count)
    if len(body) < count:
        raise SystemExit(1)  # the parent is gone
    return body


def _send(answer: Mapping[str, Any]) -> None:
    view = memoryview(json.dumps(answer).encode() + b"\n")
    while view:
        view = view[os.write(1, view) :]
