"""Whether a run was as a user's test expects it: each expectation with both sides, its place, and the policy line."""

from collections.abc import Iterator, Sequence

from pydantic import MISSING

from ordain.kubeyaml import flow
from ordain.model.finding import Finding, Severity
from ordain.model.plan import Action
from ordain.model.usertest import Expectation
from ordain.settings.policytest import Expect, ExpectedFinding
from ordain.stages.outcome import Run
from ordain.stages.usertests.reading import UserTest
from ordain.stages.usertests.rendered import judge_manifests, judge_objects


def judge_test(test: UserTest, run: Run) -> tuple[Expectation, ...]:
    """Compare a run with all that a test expects, in the order of its lines; what other files expect comes last.

    What errors stop is as nobody expects it, whatever that is. Raises UserError where the expected manifests cannot
    be read.
    """
    expect = test.spec.expect
    own = [*_plan(test, expect, run), *_findings(test, expect, run)]
    if run.complete:
        own += judge_objects(test, run)
        return (*sorted(own, key=lambda item: item.where), *judge_manifests(test, run))
    for name in ("objects", "manifests"):
        if getattr(expect, name) is not MISSING:
            where = test.where("expect", name)
            own.append(Expectation(name, where, met=False, expected="a plan", actual=f"no plan: {_stopper(run)}"))
    return tuple(sorted(own, key=lambda item: item.where))


def _plan(test: UserTest, expect: Expect, run: Run) -> Iterator[Expectation]:
    if expect.plan is MISSING:
        return
    plans = [item.plan for item in run.clusters if item.plan is not None]
    for action in Action:
        expected = getattr(expect.plan, action.value)
        if expected is MISSING:
            continue
        found = sorted(str(change.ref) for plan in plans for change in plan.changes if change.action is action)
        counted = isinstance(expected, int)
        met = len(found) == expected if counted else set(found) == set(expected)
        yield Expectation(
            f"plan, {action}",
            test.where("expect", "plan", action.value),
            met=run.complete and met,
            expected=str(expected) if counted else _names(expected),
            actual=_actual(found, counted=counted) if run.complete else f"no plan: {_stopper(run)}",
        )


def _names(objects: Sequence[str]) -> str:
    return ", ".join(sorted(objects)) or "none"


def _actual(found: Sequence[str], *, counted: bool) -> str:
    return f"{len(found)}: {_names(found)}" if counted and found else "0" if counted else _names(found)


def _stopper(run: Run) -> str:
    """Name the first error that stands before a plan."""
    errors = [item for item in run.result("test").all_findings() if item.severity is Severity.ERROR and not item.waived]
    return _told(errors[0]) if errors else "nothing was rendered"


def _told(finding: Finding) -> str:
    place = f"{finding.where}: " if finding.where else ""
    subject = f" ({finding.subject})" if finding.subject else ""
    return f"{place}{finding.code} {finding.severity}{', waived' if finding.waived else ''} {finding.message}{subject}"


def _all(findings: Sequence[Finding]) -> str:
    return "; ".join(map(_told, findings))


def _findings(test: UserTest, expect: Expect, run: Run) -> Iterator[Expectation]:
    expected = expect.findings
    if expected is MISSING:
        return
    every = run.result("test").all_findings()
    for part, wanted in (("exactly", True), ("contains", True), ("without", False)):
        items = getattr(expected, part)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            found = [finding for finding in every if _fits(item, finding)]
            near = found or [finding for finding in every if finding.code == item.code]
            unchecked = not wanted and not run.clusters
            yield Expectation(
                f"findings, {part}",
                test.where("expect", "findings", part, index),
                met=bool(found) is wanted and not unchecked,
                expected=f"{_described(item)} is {'' if wanted else 'not '}found",
                actual=f"nothing was checked: {_stopper(run)}" if unchecked else _all(near) or f"no {item.code}",
            )
    if isinstance(expected.exactly, list):
        covered = [item for item in every if any(_fits(one, item) for one in expected.exactly)]
        counted = [item for item in every if item.severity.rank <= Severity(expected.gate).rank]
        others = [item for item in counted if item not in covered]
        where = test.where("expect", "findings", "exactly")
        actual = _all(others) or "nothing else"
        yield Expectation("findings, exactly", where, met=not others, expected="nothing else is found", actual=actual)


def _fits(expected: ExpectedFinding, finding: Finding) -> bool:
    return (
        finding.code == expected.code
        and expected.object in (MISSING, str(finding.subject))
        and expected.severity in (MISSING, finding.severity.value)
        and expected.waived in (MISSING, finding.waived is not None)
        and (expected.message is MISSING or expected.message in finding.message)
    )


def _described(expected: ExpectedFinding) -> str:
    given = expected.model_dump(mode="json", exclude={"code"}, exclude_unset=True)
    return " ".join([expected.code, *(f"{key} {flow(value)}" for key, value in given.items())])
