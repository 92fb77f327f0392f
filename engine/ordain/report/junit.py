"""JUnit XML for CI systems that show test results: a suite for the project and one for each cluster.

A finding is a test case; its fingerprint is a property of the case. At or above the gate it is a failure; below
the gate it passes and its text is the case's output; a waived one is skipped with its waiver as the reason. A
suite without findings has one passing case. Names of cases hold no line numbers, so that a CI system can follow
a case from run to run.
"""

from collections.abc import Iterator

from ordain.model.finding import Finding, by_place
from ordain.model.plan import Result
from ordain.report.differences import about, place_of, subject_of, waiver_of
from ordain.report.escapes import xml
from ordain.report.look import Look


def report(result: Result, look: Look) -> str:
    """Write all findings as JUnit XML."""
    suites = [("project", result.findings)]
    suites += [(f"cluster {section.cluster}", section.findings) for section in result.sections]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    name = xml(f"ordain {result.command}")
    everything = [finding for _, findings in suites for finding in findings]
    tests = sum(max(1, len(findings)) for _, findings in suites)
    lines.append(f'<testsuites name="{name}" {_sizes(everything, tests, look)}>')
    for suite, findings in suites:
        lines += _suite(suite, findings, look)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _sizes(findings: list[Finding], tests: int, look: Look) -> str:
    failures = sum(look.fails(finding) for finding in findings)
    skipped = sum(finding.waived is not None for finding in findings)
    return f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'


def _suite(name: str, findings: tuple[Finding, ...], look: Look) -> Iterator[str]:
    yield f'  <testsuite name="{xml(name)}" {_sizes(list(findings), max(1, len(findings)), look)}>'
    if not findings:
        yield f'    <testcase classname="ordain" name="no findings in {xml(name)}" time="0"/>'
    for finding in sorted(findings, key=by_place):
        yield from _case(finding, look)
    yield "  </testsuite>"


def _case(finding: Finding, look: Look) -> Iterator[str]:
    where = finding.where
    place = [subject_of(finding), finding.field] if finding.subject else [where.file if where else "", finding.field]
    name = " ".join([finding.code, *filter(None, place)])
    file = f' file="{xml(where.file)}" line="{where.line or 1}"' if where else ""
    head = f'    <testcase classname="{xml(f"ordain.{finding.name}")}" name="{xml(name)}"{file} time="0">'
    head += "\n      <properties>"
    head += f'<property name="fingerprint" value="{finding.fingerprint}"/></properties>'
    if finding.waived is not None:
        yield f'{head}\n      <skipped message="{xml(f"waived by {waiver_of(finding)}")}"/>'
    elif look.fails(finding):
        kind = f'type="{finding.severity}" message="{xml(finding.message)}"'
        yield f"{head}\n      <failure {kind}>{_body(finding)}</failure>"
    else:
        yield f"{head}\n      <system-out>{_body(finding)}</system-out>"
    yield "    </testcase>"


def _body(finding: Finding) -> str:
    lines = [f"{place_of(finding)} {finding.code} {finding.severity} {finding.message}"]
    lines += [f"object: {on}"] if (on := about(finding)) else []
    lines += [f"hint: {finding.hint}"] if finding.hint else []
    return "\n".join(map(xml, lines))
