"""Controls that belong to no single kind, one subject a file; `README.md` here is their manual."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from ordain.kinds import all_kinds
from ordain.model.finding import Control, Finding
from ordain.model.kind import Evidence
from ordain.reasoning import drains, restores
from ordain.reasoning.guards import GUARDS
from ordain.reasoning.spine import SPINE

_ACROSS: Final = (drains, restores)
"""What looks at several kinds at once, a subject each: `CONTROLS`, and `check` like that of a kind."""


@cache
def all_controls() -> dict[str, Control]:
    """Return every control of the engine and of the kinds, by its code."""
    controls = [
        *SPINE,
        *GUARDS,
        *(control for module in _ACROSS for control in module.CONTROLS),
        *(control for kind in all_kinds().values() for control in kind.controls),
    ]
    return {control.code: control for control in sorted(controls, key=lambda control: control.code)}


def across(evidence: Evidence) -> Iterator[Finding]:
    """Judge what several kinds together say of a cluster."""
    for module in _ACROSS:
        yield from module.check(evidence)
