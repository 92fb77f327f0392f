"""What a run rendered against what a user's test expects of it: fields by their path, or manifests as a whole."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pydantic import MISSING

from ordain.apischemas import Bundle, FieldType
from ordain.errors import UserError
from ordain.kinds import all_kinds
from ordain.kubeyaml import flow
from ordain.model.fieldpath import Entries, chosen, parse_path, places
from ordain.model.objects import ObjectRef, show_path
from ordain.model.objects import Path as FieldPath
from ordain.model.plan import Manifest
from ordain.model.spec import nearest
from ordain.model.usertest import Expectation
from ordain.settings.policytest import ExpectedObject
from ordain.stages.diff.fields import field_changes
from ordain.stages.diff.values import same
from ordain.stages.outcome import Run
from ordain.stages.render import set_by
from ordain.stages.schemas import schemas_of
from ordain.stages.usertests.reading import UserTest, read_manifests

_ABSENT: Final = "absent"


def _made(run: Run) -> dict[ObjectRef, tuple[Manifest, Bundle]]:
    """Return all that was rendered, each with the schemas of its cluster."""
    return {
        made.ref: (made, schemas_of(item.observed.live)) for item in run.clusters for made in item.manifests.manifests
    }


def judge_objects(test: UserTest, run: Run) -> Iterator[Expectation]:
    """Compare what a run rendered with what a test expects of single objects and their fields."""
    objects = test.spec.expect.objects
    rendered = {str(ref): found for ref, found in _made(run).items()}
    kinds = _known_kinds(run)
    for index, item in enumerate(objects if isinstance(objects, list) else ()):
        where = test.where("expect", "objects", index)
        manifest, schemas = rendered.get(item.object, (None, None))
        kind = item.object.split("/")[-2]
        meant = nearest(kind, kinds) if not item.rendered and kind not in kinds else None
        if meant:  # it would be met whatever the policies say
            actual, hint = f"there is no kind {kind}", f"did you mean {meant}?"
            yield Expectation(item.object, where, met=False, expected="not rendered", actual=actual, hint=hint)
            continue
        if manifest is None or schemas is None or not item.rendered:
            meant = nearest(item.object, list(rendered)) if item.rendered and not manifest else None
            yield Expectation(
                item.object,
                where,
                met=item.rendered is bool(manifest),
                expected="rendered" if item.rendered else "not rendered",
                actual="rendered" if manifest else "not rendered",
                set_by=set_by(manifest, "") if manifest else None,
                hint=f"did you mean {meant}?" if meant else "",
            )
            continue
        yield from _fields(test, index, item, manifest, schemas)


def _known_kinds(run: Run) -> list[str]:
    """Return the kinds of objects that Kubernetes has, that policies write, or that a template of the user's wrote."""
    builtin = {row.kind for item in run.clusters for row in schemas_of(item.observed.live).kinds()}
    written = {name for kind in all_kinds().values() for name in kind.writes}
    return sorted(builtin | written | {ref.kind for ref in _made(run)})


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
        wrong = [pair for pair in found if expected is None or not same(expected, pair[1], _typed(root, pair[0]))]
        place, actual = next(iter(wrong or found), ((), None))
        unknown = None if found else _unknown(root, path)
        met = not wrong and bool(found) is (expected is not None) and unknown is None
        absent = f"{manifest.ref.kind} has no such field" if unknown else _ABSENT
        yield Expectation(
            f"{item.object} {path}",
            test.where("expect", "objects", index, "fields", path),
            met=met,
            expected=_ABSENT if expected is None else flow(expected),
            actual=flow(actual) if found else absent,
            set_by=set_by(manifest, show_path(place)) if found else None,
            hint="" if met or found else _near_key(manifest.body, path) or f"what is there: {unknown}" * bool(unknown),
        )


def _at(value: Any, place: FieldPath) -> object:
    for step in place:
        value = value[step]
    return value


def _typed(field_type: FieldType | None, place: FieldPath) -> FieldType | None:
    for step in place:
        field_type = field_type.child(step) if field_type else None
    return field_type


def _unknown(field_type: FieldType | None, path: str) -> str | None:
    """Return what else is known at the first step that the schema does not have; None where a field can be there."""
    for step in parse_path(path):
        if field_type is None or field_type.kind == "any":
            return None
        if field_type.kind == "list" and not isinstance(step, str):
            field_type = field_type.child(0)
        elif field_type.kind == "map" and not isinstance(step, int):
            field_type = field_type.child("")
        elif field_type.kind == "object" and step in field_type.names:
            field_type = field_type.child(str(step))
        elif field_type.kind == "object" and isinstance(step, Entries):
            return None
        else:
            return ", ".join(field_type.names) or (
                "entries of a list" if field_type.kind == "list" else "no field below"
            )
    return None


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


def judge_manifests(test: UserTest, run: Run) -> Iterator[Expectation]:
    """Compare all that a run rendered with the manifests that a test expects; raises UserError for broken ones."""
    path = test.path(test.spec.expect.manifests)
    if path is None:
        return
    where = test.where("expect", "manifests")
    if not Path(path).exists():
        raise UserError(
            f"there is no {test.spec.expect.manifests} beside the test",
            hint="`ordain test --update` writes it; read it before you commit it",
            where=where,
        )
    expected = read_manifests(path)
    made = _made(run)
    if not expected and not made:
        yield Expectation("manifests", where, met=True, expected="none", actual="none")
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
