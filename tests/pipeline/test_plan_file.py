"""Laws of plan files: what is written is read, and comparing knows no direction."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ordain.errors import Span
from ordain.model.chart import Chart, ChartBand, ChartLine
from ordain.model.finding import Finding, Severity
from ordain.model.objects import ObjectRef
from ordain.model.plan import Change, FieldChange, FieldOrigin, Plan
from ordain.model.planfile import (
    HoldsFor,
    Pictures,
    PlanFile,
    PlannedCluster,
    PlannedObject,
    PlannedOutput,
    Setting,
    Side,
)
from ordain.report import FORMATS
from ordain.report.look import Look
from ordain.stages.planfile import moves, print_plan, read_plan, result_of

words = st.text(st.characters(), max_size=4)  # lone surrogates as well: a file may be named by any bytes
names = st.sampled_from(["a", "b"])
texts = st.one_of(names, words)
floats = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(-(2**60), 2**60)
digests = st.dictionaries(names, st.sampled_from(["0" * 64, "1" * 64]), max_size=2)
steps = st.one_of(names, st.integers(0, 9))


def many(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


refs = st.builds(ObjectRef, names, names, names, names)
spans = st.builds(Span, texts, st.integers(0, 9), st.integers(0, 9))
origins = st.builds(FieldOrigin, texts, maybe(spans))
times = many(whole)
charts = st.builds(
    Chart,
    texts,
    texts,
    texts,
    many(st.builds(ChartLine, texts, times, many(maybe(floats)))),
    many(st.builds(ChartBand, texts, times, many(floats), many(floats))),
)
"""Strategies for the fields that hypothesis cannot tell from their types."""
GIVEN: dict[type, Callable[[], dict[str, st.SearchStrategy[Any]]]] = {
    FieldChange: lambda: {"set_by": maybe(origins), "path": names, "before": maybe(texts), "after": maybe(texts)},
    Change: lambda: {"fields": many(built(FieldChange)), "ref": refs, "subject": maybe(refs), "path": names},
    Plan: lambda: {
        **dict.fromkeys(("changes", "live", "ignored"), many(built(Change))),
        "adopted": many(refs),
        "cluster": names,
    },
    Finding: lambda: {"where": maybe(spans), "subject": maybe(refs), "message": texts},
    PlannedObject: lambda: {"ref": refs, "sha256": names, "inputs": names},
    PlannedOutput: lambda: {"tip": maybe(names), "folder": names},
    PlannedCluster: lambda: {
        "cluster": names,
        "output": maybe(built(PlannedOutput)),
        "series": digests,
        "objects": many(built(PlannedObject)),
        "findings": many(built(Finding)),
        "plan": maybe(built(Plan)),
        "pictures": many(st.builds(Pictures, refs, many(charts))),
        "effective": many(
            st.builds(HoldsFor, names, many(refs), many(st.builds(Setting, many(steps), texts, origins)))
        ),
        "snippets": many(texts),
    },
    PlanFile: lambda: {
        "now": st.datetimes(timezones=st.just(UTC)),
        "choices": st.dictionaries(names, st.one_of(texts, st.booleans(), many(texts))),
        "policies": digests,
        "templates": digests,
        "settings": digests,
        "clusters": st.lists(built(PlannedCluster), max_size=2, unique_by=lambda one: one.cluster).map(tuple),
        "findings": many(built(Finding)),
        "notes": many(texts),
    },
}


def built(kind: type) -> st.SearchStrategy[Any]:
    """Return values of a dataclass, every field of it chosen."""
    given = GIVEN[kind]() if kind in GIVEN else {}
    return st.builds(kind, **{field.name: given.get(field.name, ...) for field in fields(kind)})  # type: ignore[arg-type]


plans = built(PlanFile)
some = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where a plan may be written."""
    return tmp_path_factory.mktemp("plans") / "plan.json"


@some
@given(plan=plans)
def test_what_is_written_is_read(file: Path, plan: PlanFile) -> None:
    """A plan comes back from its file as it was, is written again to the same bytes, and every report is the same."""
    content = print_plan(plan)
    file.write_bytes(content)
    again = read_plan(str(file))
    assert plan == again
    assert content == print_plan(again)
    for name, report in FORMATS.items():
        assert report(result_of(plan), Look(verbose=1)) == report(result_of(again), Look(verbose=1)), name


@some
@given(plan=plans)
def test_a_plan_does_not_differ_from_itself(plan: PlanFile) -> None:
    """Nor from one whose objects were only read at another time, from another source."""
    clusters = tuple(replace(item, taken_at="later", source="elsewhere") for item in plan.clusters)
    assert moves(plan, replace(plan, clusters=clusters, notes=("new",))) == ()


@some
@given(one=plans, other=plans)
def test_comparing_knows_no_direction(one: PlanFile, other: PlanFile) -> None:
    """What went in one direction came in the other: the same differences, with their sides exchanged."""
    there = {(move.side, move.name, move.before, move.after, move.cluster, move.object) for move in moves(one, other)}
    back = {(move.side, move.name, move.after, move.before, move.cluster, move.object) for move in moves(other, one)}
    assert {move for move in there if move[0] is not Side.TIP} == {move for move in back if move[0] is not Side.TIP}


@some
@given(plan=plans)
def test_every_digest_counts(plan: PlanFile) -> None:
    """A digest of an input that moves is a difference, whatever else is in the plan."""
    for field in ("policies", "templates", "settings"):
        assert moves(plan, replace(plan, **{field: {**getattr(plan, field), "c": "2" * 64}}))
    assert moves(plan, replace(plan, engine=plan.engine + "x"))
    assert moves(plan, replace(plan, gate=Severity.NOTE)) or plan.gate is Severity.NOTE
