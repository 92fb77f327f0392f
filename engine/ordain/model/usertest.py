"""What became of a user's test of policies: each expectation with both sides, for the reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ordain.errors import Span
from ordain.model.plan import FieldOrigin


class Verdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "could not run"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a test expects: what it is about, its place in the test's file, both sides as YAML or in words.

    `set_by` is the policy line that the actual value comes from, `hint` what was probably meant.
    """

    about: str
    where: Span
    met: bool
    expected: str
    actual: str
    set_by: FieldOrigin | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class UserTestResult:
    """A test that was run; `trouble` says why it could not be."""

    name: str
    labels: Mapping[str, str]
    where: Span
    expectations: tuple[Expectation, ...] = ()
    trouble: str = ""

    @property
    def unmet(self) -> tuple[Expectation, ...]:
        """The expectations that are not met."""
        return tuple(item for item in self.expectations if not item.met)

    @property
    def verdict(self) -> Verdict:
        """How the test ended."""
        if self.trouble:
            return Verdict.BROKEN
        return Verdict.FAILED if self.unmet else Verdict.PASSED
