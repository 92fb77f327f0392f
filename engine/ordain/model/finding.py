"""Controls (checks with a stable code) and findings (their results)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ordain.errors import Fix, Span
from ordain.model.objects import ObjectRef


class Severity(StrEnum):
    """How much a finding weighs; the gate is one of these."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Smaller is worse."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Control:
    """A check with a stable code; its manual is the section of that code in `README.md` beside it.

    `waivable` is false where a waiver would let a broken document or a lost object through.
    """

    code: str
    name: str
    severity: Severity
    waivable: bool = True


@dataclass(frozen=True, slots=True)
class Waived:
    """The waiver that covers a finding."""

    name: str
    owner: str
    ticket: str
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a control: what, where, and what to do now.

    `where` is the place in a file (a policy, a manifest); `subject` the object that is meant, if it is one;
    `field` the path inside it; `container` its container. `cluster` is set by the pipeline;
    `occurrence` counts the findings of a result with the same `defect` (`Result.numbered`). `fix` is what
    `ordain fix` would do at `where`.
    """

    code: str
    name: str
    severity: Severity
    message: str
    hint: str = ""
    where: Span | None = None
    subject: ObjectRef | None = None
    field: str = ""
    container: str = ""
    cluster: str = ""
    waived: Waived | None = None
    occurrence: int = 1
    fix: Fix | None = None

    @classmethod
    def of(
        cls,
        control: Control,
        message: str,
        *,
        hint: str = "",
        where: Span | None = None,
        subject: ObjectRef | None = None,
        field: str = "",
        container: str = "",
        fix: Fix | None = None,
    ) -> "Finding":
        """Make a finding of a control with its code, name and severity."""
        made = cls(control.code, control.name, control.severity, message, hint, where, subject, field, container)
        return replace(made, fix=fix) if fix else made

    @property
    def defect(self) -> str:
        """A name for what is wrong that stays when lines move: code, subject (else the file), field and container.

        It is the same for a source file, a rendered manifest and the live object, in whichever cluster.
        """
        place = str(self.subject) if self.subject else (self.where.file if self.where else "")
        key = f"{self.code}\0{place}\0{self.field}\0{self.container}"
        if not self.subject:
            key += "\0" + self.message
        return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """The defect, with the occurrence from the second on: unique among `numbered` findings."""
        return self.defect if self.occurrence == 1 else f"{self.defect}-{self.occurrence}"

    def in_cluster(self, cluster: str) -> "Finding":
        """Return the finding with its cluster named."""
        return replace(self, cluster=cluster)


def numbered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings in their order, each with its occurrence among those of the same defect.

    They are counted by cluster and message before their place, so that a number stays when lines move.
    """
    counts: Counter[str] = Counter()
    told_apart = list(findings)
    for index in sorted(range(len(findings)), key=lambda index: _by_meaning(findings[index])):
        one = findings[index]
        counts[one.defect] += 1
        if one.occurrence != counts[one.defect]:
            told_apart[index] = replace(one, occurrence=counts[one.defect])
    return tuple(told_apart)


def _by_meaning(finding: Finding) -> tuple[object, ...]:
    return finding.cluster, finding.message, finding.hint, by_place(finding)


def by_place(finding: Finding) -> tuple[object, ...]:
    """Sort key: file, line, column; findings without a file after those with one."""
    where = finding.where or Span("\U0010ffff")
    return (
        where,
        finding.code,
        str(finding.subject or ""),
        finding.field,
        finding.container,
        finding.message,
    )
