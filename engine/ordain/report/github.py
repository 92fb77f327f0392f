"""GitHub workflow annotations: findings at their lines in a pull request.

GitHub shows 10 annotations of a kind per step, so the worst come first and the sum is the first notice.
The escapes are those of the runner's own toolkit (`actions/toolkit`, packages/core/src/command.ts).
"""

from typing import Final

from ordain.model.finding import Finding, Severity, by_place
from ordain.model.plan import Result
from ordain.report.differences import about, placed
from ordain.report.escapes import clip, plain
from ordain.report.look import Look
from ordain.report.summary import sum_line

_COMMAND: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SHOWN: Final = 10
_LONGEST: Final = 4000


def report(result: Result, _look: Look) -> str:
    """Write one workflow command per open finding, by severity, then place, and the sum as a notice."""
    found = sorted(
        (finding for finding in result.all_findings() if finding.waived is None),
        key=lambda finding: (finding.severity.rank, *by_place(finding)),
    )
    loud = [_annotation(finding) for finding in found if finding.severity is not Severity.NOTE]
    quiet = [_annotation(finding) for finding in found if finding.severity is Severity.NOTE]
    return "\n".join([*loud, _sum(result, found), *quiet]) + "\n"


def _annotation(finding: Finding) -> str:
    where = finding.where
    properties = {"title": f"{finding.code} {finding.name}"}
    message = plain(placed(finding))
    if where is not None:
        place = {"file": where.file, "line": str(where.line or 1), "col": str(where.column or 1)}
        properties = place | properties
    if on := about(finding):
        message += f"\nobject: {plain(on)}"
    if finding.hint:
        message += f"\nhint: {plain(finding.hint)}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{clip(message, _LONGEST)}\nfingerprint: {finding.fingerprint}"
    return f"::{_COMMAND[finding.severity]} {written}::{_message(message)}"


def _sum(result: Result, found: list[Finding]) -> str:
    text = plain(sum_line(result))
    for severity in (Severity.ERROR, Severity.WARNING):
        if (count := sum(finding.severity is severity for finding in found)) > _SHOWN:
            text += f"\nGitHub shows {_SHOWN} of {count} {severity}s; the step's log has all of them."
    return f"::notice title=ordain {_property(result.command)}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(plain(text)).replace(":", "%3A").replace(",", "%2C")
