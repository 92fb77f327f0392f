"""How a report shall look, and what a format is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ordain.model.finding import Finding, Severity
from ordain.model.plan import Result


@dataclass(frozen=True, slots=True)
class Look:
    """Wishes of the reader: `verbose` is -1 (quiet), 0 or 1; findings from `gate` on count as failures.

    `page` is the path of the HTML report of the same run as this report may link it, empty where none is written.
    """

    color: bool = False
    verbose: int = 0
    gate: Severity = Severity.ERROR
    page: str = ""

    def fails(self, finding: Finding) -> bool:
        """Say whether a finding is at or above the gate and not waived."""
        return finding.waived is None and finding.severity.rank <= self.gate.rank


Format: TypeAlias = Callable[[Result, Look], str]
"""Writes a result as one text that ends with a line end; the same input gives the same text."""
