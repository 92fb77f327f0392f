"""Whether a run was as a user's test expects it: each expectation with both sides, its place, and the policy line."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import MISSING

from ordain.apischemas import Bundle, FieldType
from ordain.errors import UserError
from ordain.kubeyaml import flow
from ordain.model.fieldpath import chosen, parse_path, places
from ordain.model.finding import Finding, Severity
from ordain.model.objects import ObjectRef, show_path
from ordain.model.objects import Path as FieldPath
from ordain.model.plan import Action, Manifest
from ordain.model.spec import nearest
from ordain.model.usertest import Expectation
from ordain.settings.policytest import Expect, ExpectedFinding, ExpectedObject
from ordain.stages.diff.fields import field_changes
from ordain.stages.diff.live import same_value
from ordain.stages.outcome import Run
from ordain.stages.render import set_by
from ordain.stages.schemas import schemas_of
from ordain.stages.usertests.reading import UserTest, read_manifests

_ABSENT = "absent"


def judge_test(test: UserTest, run: Run) -> tuple[Expectation, ...]:
    """Compare a run with all that a test expects, in the order of its lines; what other files expect comes last.

    Raises UserError where the expected manifests cannot be read.
    """
    expect = test.spec.expect
    own = (*_plan(test, expect, run), *_findings(test, expect, run), *_objects(test, expect, run))
    return (*sorted(own, key=lambda item: item.where), *_manifests(test, expect, run))


def _plan(test: UserTest, expect: Expect, run: Run) -> Iterator[Expectation]:
    if expect.plan is MISSING:
        return
    plans = [item.plan for item in run.clusters if item.plan is not None]
    for action in Action:
        expected = getattr(expect.plan, action.value)
        if expected is MISSING:
            continue
        where, about = test.where("expect", "plan", action.value), f"plan, {action}"
        if not plans:
            yield Expectation(about, where, met=False, expected=_names(expected), actual=f"no plan: {_stopper(run)}")
            continue
        found = [str(change.ref) for plan in plans for change in plan.changes if change.action is action]
        met = len(found) == expected if isinstance(expected, int) else set(found) == set(expected)
        count = f"{len(found)}: " if found else "0"
        actual = count * isinstance(expected, int) + (_names(found) if found or not isinstance(expected, int) else "")
        yield Expectation(about, where, met=met, expected=_names(expected), actual=actual)


def _names(expected: int | Sequence[str]) -> str:
    return str(expected) if isinstance(expected, int) else ", ".join(sorted(expected)) or "none"


def _stopper(run: Run) -> str:
    """Name the first error that stands before a plan."""
    errors = [item for item in run.result("test").all_findings() if item.severity is Severity.ERROR and not item.waived]
    return _told(errors[0]) if errors else "nothing was rendered"


def _told(finding: Finding) -> str:
    place = f"{finding.where}: " if finding.where else ""
    subject = f" ({finding.subject})" if finding.subject else ""
    return f"{place}{finding.code} {finding.severity}{', waived' if finding.waived else ''} {finding.message}{subject}"


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
            yield Expectation(
                f"findings, {part}",
                test.where("expect", "findings", part, index),
                met=bool(found) is wanted,
                expected=f"{_described(item)} is {'' if wanted else 'not '}found",
                actual="; ".join(map(_told, near)) or f"no {item.code}",
            )
    if isinstance(expected.exactly, list):
        covered = [item for item in every if any(_fits(one, item) for one in expected.exactly)]
        counted = [item for item in every if item.severity.rank <= Severity(expected.gate).rank]
        others = [item for item in counted if item not in covered]
        where = test.where("expect", "findings", "exactly")
        actual = "; ".join(map(_told, others)) or "nothing else"
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


def _made(run: Run) -> dict[ObjectRef, tuple[Manifest, Bundle]]:
    """Return all that was rendered, each with the schemas of its cluster."""
    return {
        made.ref: (made, schemas_of(item.observed.live)) for item in run.clusters for made in item.manifests.manifests
    }


def _objects(test: UserTest, expect: Expect, run: Run) -> Iterator[Expectation]:
    if expect.objects is MISSING:
        return
    rendered = {str(ref): found for ref, found in _made(run).items()}
    for index, item in enumerate(expect.objects):
        where = test.where("expect", "objects", index)
        manifest, schemas = rendered.get(item.object, (None, None))
        if manifest is None or schemas is None or not item.rendered:
            actual = "rendered" if manifest else "not rendered" if run.clusters else f"not rendered: {_stopper(run)}"
            meant = nearest(item.object, list(rendered)) if item.rendered and not manifest else None
            yield Expectation(
                item.object,
                where,
                met=item.rendered is bool(manifest),
                expected="rendered" if item.rendered else "not rendered",
                actual=actual,
                set_by=set_by(manifest, "") if manifest else None,
                hint=f"did you mean {meant}?" if meant else "",
            )
            continue
        yield from _fields(test, index, item, manifest, schemas)


def _fields(
    test: UserTest, index: int, item: ExpectedObject, manifest: Manifest, schemas: Bundle
) -> Iterator[Expectation]:
    if item.fields is MISSING:
        where = test.where("expect", "objects", index)
        yield Expectation(item.object, where, met=True, expected="rendered", actual="rendered")
        return
    root = schemas.field(manifest.body["apiVersion"], manifest.ref.kind)
    for path, expected in item.fields.items():
        found = [(place, _at(manifest.body, place)) for place in places(parse_path(path), manifest.body)]
        wrong = [pair for pair in found if expected is None or not same_value(expected, pair[1], _typed(root, pair[0]))]
        place, actual = next(iter(wrong or found), ((), None))
        met = not wrong and bool(found) is (expected is not None)
        yield Expectation(
            f"{item.object} {path}",
            test.where("expect", "objects", index, "fields", path),
            met=met,
            expected=_ABSENT if expected is None else flow(expected),
            actual=flow(actual) if found else _ABSENT,
            set_by=set_by(manifest, show_path(place)) if found else None,
            hint="" if met or found else _near_key(manifest.body, path),
        )


def _at(value: Any, place: FieldPath) -> object:
    for step in place:
        value = value[step]
    return value


def _typed(field_type: FieldType | None, place: FieldPath) -> FieldType | None:
    for step in place:
        field_type = field_type.child(step) if field_type else None
    return field_type


def _place(path: str, body: object) -> FieldPath:
    with suppress(ValueError):  # a key may hold what no path can say
        return next(places(parse_path(path), body), ())
    return ()


def _near_key(body: Any, path: str) -> str:
    """Return what the first step that leads nowhere was probably meant to be."""
    place: FieldPath = ()
    for step in parse_path(path):
        found = next(iter(chosen(step, body)), None)
        if found is None:
            meant = nearest(step, list(body)) if isinstance(step, str) and isinstance(body, dict) else None
            return f"did you mean {show_path((*place, meant))}?" if meant else ""
        place, body = (*place, found[0]), found[1]
    return ""


def _manifests(test: UserTest, expect: Expect, run: Run) -> Iterator[Expectation]:
    path = test.path(expect.manifests)
    if path is None:
        return
    where = test.where("expect", "manifests")
    if not Path(path).exists():
        raise UserError(
            f"there is no {expect.manifests} beside the test",
            hint="`ordain test --update` writes it; read it before you commit it",
            where=where,
        )
    expected = read_manifests(path)
    made = _made(run)
    for ref in sorted({*expected, *made}):
        document = expected.get(ref)
        manifest, schemas = made.get(ref, (None, None))
        if document is None or manifest is None or schemas is None:
            place = document.span(()) if document else where
            there = ("rendered", "not rendered")
            expected_side, actual_side = there if document else reversed(there)
            yield Expectation(str(ref), place, met=False, expected=expected_side, actual=actual_side)
            continue
        field_type = schemas.field(manifest.body["apiVersion"], ref.kind)
        different = list(field_changes(document.value, manifest.body, field_type))
        if not different:
            yield Expectation(str(ref), document.span(()), met=True, expected="as it is here", actual="as it is here")
        for name, before, after in different:
            yield Expectation(
                f"{ref} {name}",
                document.span(_place(name, document.value)),
                met=False,
                expected=_ABSENT if before is None else before,
                actual=_ABSENT if after is None else after,
                set_by=set_by(manifest, name),
            )
