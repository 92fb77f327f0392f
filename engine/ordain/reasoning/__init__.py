"""Controls that belong to no single kind, one subject a file; `README.md` here is their manual."""

from collections.abc import Iterator
from functools import cache

from ordain.kinds import all_kinds
from ordain.model.finding import Control, Finding
from ordain.model.kind import Evidence
from ordain.reasoning.spine import SPINE


@cache
def all_controls() -> dict[str, Control]:
    """Return every control of the engine and of the kinds, by its code."""
    controls = [*SPINE, *(control for kind in all_kinds().values() for control in kind.controls)]
    return {control.code: control for control in sorted(controls, key=lambda control: control.code)}


def across(_evidence: Evidence) -> Iterator[Finding]:
    """Judge what several kinds together say of a cluster."""
    yield from ()
