"""Report formats: a new one is a file here, with a `report` function, and a line in `FORMATS`.

This file imports nothing of the engine, so that `--help` can list the formats at no cost: a format is loaded
when it is first used. `Look` and the type `Format` are in `look.py`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ordain.model.plan import Result
    from ordain.report.look import Format, Look


def _format(module: str) -> "Format":
    def report(result: "Result", look: "Look") -> str:
        written: Format = import_module(f"ordain.report.{module}").report
        return written(result.numbered(), look)

    return report


FORMATS: "Final[Mapping[str, Format]]" = {
    "text": _format("text"),
    "json": _format("json"),
    "sarif": _format("sarif"),
    "junit": _format("junit"),
    "markdown": _format("markdown"),
    "github": _format("github"),
    "html": _format("html"),
}
FORMAT_NAMES: Final = tuple(FORMATS)
