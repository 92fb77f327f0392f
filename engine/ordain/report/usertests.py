"""The formats of `ordain test`: text for people, JUnit XML for CI systems, JSON for programs.

No format has a duration in it: the same tests on the same files give the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Final, Literal, TypedDict

from ordain.model.usertest import Expectation, UserTestResult, Verdict
from ordain.report import document as doc
from ordain.report import json as written
from ordain.report.escapes import clip, json_text, no_command, plain, xml
from ordain.report.look import Look
from ordain.report.summary import many

_WORD: Final = {Verdict.PASSED: "PASS", Verdict.FAILED: "FAIL", Verdict.BROKEN: "ERROR"}
_INK: Final = {Verdict.PASSED: "32", Verdict.FAILED: "31", Verdict.BROKEN: "31"}


class ExpectationEntry(TypedDict):
    """One thing that a test expects."""

    about: Annotated[str, "What it is about: an object and a field, a part of the plan, findings."]
    where: Annotated[doc.Place | None, "Its place in the test's file."]
    met: Annotated[bool, "Whether it is as expected."]
    expected: Annotated[str, "What is expected, as YAML or in words."]
    actual: Annotated[str, "What is there, as YAML or in words."]
    setBy: Annotated[doc.Origin | None, "Which line of which policy set the actual value."]
    hint: Annotated[str | None, "What was probably meant."]


class TestEntry(TypedDict):
    """One test."""

    name: Annotated[str, "The test's name."]
    file: Annotated[str, "Its file, as it was named on the command line."]
    line: Annotated[int, "Its first line, counted from 1."]
    labels: Annotated[list[str], "Its labels, as KEY=VALUE."]
    verdict: Annotated[Literal["passed", "failed", "could not run"], "How it ended."]
    trouble: Annotated[str | None, "Why it could not run."]
    expectations: Annotated[list[ExpectationEntry], "What it expects, in the order of its file."]


class TestCounts(TypedDict):
    """The sum."""

    line: Annotated[str, "The last line of the text report."]
    passed: Annotated[int, "Tests that passed."]
    failed: Annotated[int, "Tests with an expectation that is not met."]
    broken: Annotated[int, "Tests that could not run."]
    expectations: Annotated[int, "Expectations of all tests that ran."]


class TestReport(TypedDict):
    """What `ordain test` has to say, for programs."""

    schemaVersion: Annotated[Literal[1], "The version of this format."]
    summary: Annotated[TestCounts, "The sum."]
    tests: Annotated[list[TestEntry], "The tests, in the order of their files."]


def text(tests: Sequence[UserTestResult], look: Look) -> str:
    """Write a line for each test, and below it each expectation that is not met (with -v: all of them)."""
    lines = [
        line for test in tests if look.verbose >= 0 or test.verdict is not Verdict.PASSED for line in _test(test, look)
    ]
    return "\n".join([*map(no_command, lines), *([""] if lines else []), _painted(_sum(tests), "1", look)]) + "\n"


def _test(test: UserTestResult, look: Look) -> Iterator[str]:
    count = "" if test.trouble else f" ({many(len(test.expectations), 'expectation')})"
    word = _painted(_WORD[test.verdict], _INK[test.verdict], look)
    yield f"{word} {plain(test.name)}{count}  {plain(str(test.where))}"
    yield from (f"  {plain(line)}" for line in test.trouble.splitlines())
    for item in test.expectations if look.verbose > 0 else test.unmet:
        yield from _expectation(item)


def _expectation(item: Expectation) -> Iterator[str]:
    if item.met:
        yield f"  met: {plain(item.about)}: {clip(plain(item.actual))}"
        return
    yield f"  {plain(str(item.where))} {plain(item.about)}"
    yield f"    expected: {clip(plain(item.expected))}"
    origin = f", {'set by ' if item.set_by.where else ''}{plain(str(item.set_by))}" if item.set_by else ""
    yield f"    actual:   {clip(plain(item.actual))}{origin}"
    if item.hint:
        yield f"    hint: {plain(item.hint)}"


def _painted(words: str, ink: str, look: Look) -> str:
    return f"\x1b[{ink}m{words}\x1b[0m" if look.color else words


def _count(tests: Sequence[UserTestResult], verdict: Verdict) -> int:
    return sum(test.verdict is verdict for test in tests)


def _sum(tests: Sequence[UserTestResult]) -> str:
    counts = [(verdict, _count(tests, verdict)) for verdict in Verdict]
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts if count or verdict is Verdict.PASSED)
    expected = sum(len(test.expectations) for test in tests)
    return f"Tests: {told}; {many(expected, 'expectation')}."


def junit(tests: Sequence[UserTestResult], _look: Look) -> str:
    """Write JUnit XML: a suite for each file, a case for each test."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="ordain test" {_sizes(tests)}>']
    for file, of_file in groupby(tests, lambda test: test.where.file):
        suite = list(of_file)
        lines.append(f'  <testsuite name="{xml(file)}" {_sizes(suite)}>')
        lines += [line for test in suite for line in _case(test)]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _sizes(tests: Sequence[UserTestResult]) -> str:
    failed, broken = _count(tests, Verdict.FAILED), _count(tests, Verdict.BROKEN)
    return f'tests="{len(tests)}" failures="{failed}" errors="{broken}" skipped="0" time="0"'


def _case(test: UserTestResult) -> Iterator[str]:
    file = xml(test.where.file)
    head = f'    <testcase classname="{file}" name="{xml(test.name)}" file="{file}" line="{test.where.line}" time="0"'
    if test.verdict is Verdict.PASSED:
        yield f"{head}/>"
        return
    tag = "error" if test.trouble else "failure"
    unmet = [line for item in test.unmet for line in _expectation(item)]
    body = "\n".join(xml(line) for line in (test.trouble.splitlines() or unmet))
    message = test.trouble.splitlines()[0] if test.trouble else _in_short(test.unmet)
    yield f'{head}>\n      <{tag} message="{xml(message)}">{body}</{tag}>\n    </testcase>'


def _in_short(unmet: Sequence[Expectation]) -> str:
    first, more = unmet[0], f", and {len(unmet) - 1} more" if len(unmet) > 1 else ""
    return f"{first.about}: expected {clip(first.expected, 100)}, actual {clip(first.actual, 100)}{more}"


def json(tests: Sequence[UserTestResult], _look: Look) -> str:
    """Write the JSON that `schemas/test-report.schema.json` describes."""
    report: TestReport = {
        "schemaVersion": 1,
        "summary": {
            "line": _sum(tests),
            "passed": _count(tests, Verdict.PASSED),
            "failed": _count(tests, Verdict.FAILED),
            "broken": _count(tests, Verdict.BROKEN),
            "expectations": sum(len(test.expectations) for test in tests),
        },
        "tests": [_entry(test) for test in tests],
    }
    return json_text(report)


def _entry(test: UserTestResult) -> TestEntry:
    return {
        "name": test.name,
        "file": test.where.file,
        "line": test.where.line,
        "labels": [f"{key}={value}" for key, value in sorted(test.labels.items())],
        "verdict": test.verdict.value,
        "trouble": test.trouble or None,
        "expectations": [
            {
                "about": item.about,
                "where": written.place(item.where),
                "met": item.met,
                "expected": item.expected,
                "actual": item.actual,
                "setBy": written.set_by(item.set_by),
                "hint": item.hint or None,
            }
            for item in test.expectations
        ],
    }


TEST_FORMATS: Final[Mapping[str, Callable[[Sequence[UserTestResult], Look], str]]] = {
    "text": text,
    "json": json,
    "junit": junit,
}
