"""Turns whatever stops a template into a message, a hint and the place in the template."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from jinja2 import Template, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS

from ordain.errors import UserError
from ordain.templates.limits import TimeUp, time_up


class TextTooLong(Exception):  # noqa: N818 - a limit
    """The text of one job is longer than the limit, at this line of its template."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def describe(
    error: BaseException, template: str, values: Mapping[str, object], limits: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `error` (what), `hint`, `template` and `line` for the job that ran `template` with `values`."""
    place = _place(error, template)
    message, hint = _words(error, template, values, limits)
    if isinstance(error, RecursionError) and not place[1]:
        message, hint = "an expression of the template is nested too deeply", "compute values in steps"
    return {"error": message, "hint": hint, "template": place[0], "line": place[1]}


def _place(error: BaseException, template: str) -> tuple[str, int]:
    """Find the innermost template line on the way to the error (line 0 if none was running)."""
    if isinstance(error, TemplateSyntaxError):
        return error.name or template, error.lineno
    if isinstance(error, TextTooLong):
        return template, error.line
    place = template, 0
    trace = error.__traceback__
    while trace is not None:
        running = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(running, Template):
            place = running.name or template, running.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return place


def _words(
    error: BaseException, template: str, values: Mapping[str, object], limits: Mapping[str, Any]
) -> tuple[str, str]:
    match error:
        case TimeUp():
            return time_up(limits["allowed"])
        case MemoryError():
            return (
                f"the template was stopped: it needs more than {limits['megabytes']} MB of memory",
                "look for texts or lists that grow in a loop",
            )
        case TextTooLong():
            return "the template was stopped: it writes more than 1 MiB", "write one object per template"
        case RecursionError():
            return "the template includes or calls itself without end", "remove the circle"
        case TemplateNotFound():
            return _missing(str(error.name), template, limits["sources"])
        case UserError():
            return error.message, error.hint
    return _sentence(str(error) or type(error).__name__), _advice(error, values)


def _advice(error: BaseException, values: Mapping[str, object]) -> str:
    match error:
        case TemplateSyntaxError():
            return _nearest_filter(error.message or "")
        case UndefinedError():
            return _nearest_value(str(error.message), values)
        case SecurityError():
            return "templates print values; they may not look behind them"
    return f"mend the expression ({type(error).__name__})"


def _sentence(text: str) -> str:
    """Keep the first line, without its full stop and without addresses in memory, which vary."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text.partition("\n")[0]).rstrip(".")


def _missing(name: str, template: str, sources: Mapping[str, str]) -> tuple[str, str]:
    message = f"there is no template '{name}'" + (" to include" if name != template else "")
    near = get_close_matches(name, sources, n=1)
    if near:
        return message, f"did you mean '{near[0]}'?"
    return message, "names are relative to the folder of templates, as in scaling/hpa.yaml.j2, and end in .j2"


def _nearest_filter(message: str) -> str:
    unknown = re.match(r"No filter named '(\w+)'", message)
    near = get_close_matches(unknown[1], sorted(FILTERS), n=1) if unknown else []
    if near and unknown and near[0] != unknown[1]:
        return f"did you mean '{near[0]}'?"
    return "the filters of Jinja2 are there, but those for HTML and chance" if unknown else "mend the template"


def _nearest_value(message: str, values: Mapping[str, object]) -> str:
    unknown = re.match(r"'(\w+)' is undefined$", message)
    if not unknown:
        return "use `is defined` where a value may be absent"
    near = get_close_matches(unknown[1], sorted(values), n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"the values are: {', '.join(sorted(values))}" if values else "the template gets no values"
