"""SARIF 2.1.0 for code scanning.

GitHub refuses a whole file when one result has no physical location, so a finding on a live object points at
the project file, which names its cluster, and says the object as a logical location. GitHub tells results
apart by `partialFingerprints.primaryLocationLineHash`; ours does not move with lines.
"""

from posixpath import isabs, normpath
from typing import Final
from urllib.parse import quote

from ordain import __version__
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.objects import RawObject
from ordain.model.plan import Result
from ordain.report.differences import about, placed, subject_of, waiver_of
from ordain.report.escapes import json_text, plain
from ordain.report.look import Look

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PROJECT_FILE: Final = "ordain.yaml"
_PROBLEM: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def report(result: Result, _look: Look) -> str:
    """Write all findings as one SARIF run; waived ones are suppressed, justified by their waiver."""
    findings = sorted(result.all_findings(), key=lambda finding: (*by_place(finding), finding.cluster))
    codes = sorted({finding.code for finding in findings})
    index = {code: position for position, code in enumerate(codes)}
    driver = {
        "name": "ordain",
        "semanticVersion": __version__,
        "rules": [_rule([finding for finding in findings if finding.code == code]) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"ordain/{result.command}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.code]) for finding in findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(findings: list[Finding]) -> RawObject:
    finding = min(findings, key=lambda item: item.severity.rank)
    words = finding.name.replace("-", " ")
    manual = f"`ordain explain {finding.code}`"
    return {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": f"{finding.code}: {words}"},
        "fullDescription": {"text": f"Control {finding.code} of ordain: {words}."},
        "help": {"text": f"Run {manual} for what it means, a bad and a good example, the fix and how to waive it."},
        "defaultConfiguration": {"level": finding.severity.value},
        "properties": {"problem.severity": _PROBLEM[finding.severity]},
    }


def _result(finding: Finding, rule: int) -> RawObject:
    message = _words(placed(finding))
    message += f"\nobject: {_words(on)}" if (on := about(finding)) else ""
    message += f"\nhint: {_words(finding.hint)}" if finding.hint else ""
    suppression = {"kind": "external", "status": "accepted", "justification": waiver_of(finding)}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": message},
        "locations": [_location(finding)],
        "partialFingerprints": {"ordain/v1": finding.fingerprint, "primaryLocationLineHash": finding.fingerprint},
        "suppressions": [suppression] if finding.waived else [],
        "properties": {"cluster": finding.cluster} if finding.cluster else {},
    }


def _words(text: str) -> str:
    """Keep a string from being a link: `[text](address)` is one in a SARIF message (section 3.11.6)."""
    return plain(text).replace("](", "] (")


def _location(finding: Finding) -> RawObject:
    where = finding.where
    region = {"startLine": (where.line if where else 0) or 1}
    if where and where.column:
        region["startColumn"] = where.column
    uri = _uri(where.file) if where else _PROJECT_FILE
    location: RawObject = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    if finding.subject:
        name = f"{finding.cluster}/{finding.subject}" if finding.cluster else str(finding.subject)
        location["logicalLocations"] = [{"name": subject_of(finding), "fullyQualifiedName": name, "kind": "resource"}]
    return location


def _uri(file: str) -> str:
    path = quote(normpath(file), safe="/@+,=", errors="surrogatepass")
    return f"file://{path}" if isabs(file) else path
