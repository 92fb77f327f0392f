"""A comment on a pull request stays below GitHub's limit, whatever the size of the result."""

import re
from dataclasses import replace

import pytest

from ordain.model.finding import Finding, Severity
from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change, FieldChange, Plan, Result, Section
from ordain.report import FORMATS
from ordain.report.look import Look


def _big(count: int, word: str) -> Result:
    fields = tuple(FieldChange(f"spec.{word}{index}", "1", word) for index in range(5))
    changes = tuple(
        Change(Action.UPDATE, ObjectRef("shop", "Deployment", f"{word}-{index}"), "x.yaml", fields, reason=word)
        for index in range(count)
    )
    findings = tuple(
        Finding("SCL001", "x", severity, f"{word} {index}", subject=change.ref, cluster="demo")
        for index, change in enumerate(changes)
        for severity in (Severity.ERROR, Severity.NOTE)
    )
    live = tuple(replace(change, ref=replace(change.ref, namespace="other")) for change in changes)
    plan = Plan("demo", changes, 0, live, 0)
    return Result("plan", (), (Section("demo", "1.37", "snapshot", "", findings, plan),))


@pytest.mark.parametrize("word", ["web", "größe-日本-\U0001f600", "a|b`<c>@d" * 20])
@pytest.mark.parametrize("count", [1, 100, 5000])
def test_it_stays_below_the_limit(count: int, word: str) -> None:
    """The comment is closed, below the limit in characters and bytes, and says what it left out."""
    written = FORMATS["markdown"](_big(count, word), Look())
    assert len(written.encode()) <= 65_000
    assert written.startswith("<!-- ordain -->\n")
    assert written.count("<details>") == written.count("</details>")
    assert len(re.findall("^```", written, re.MULTILINE)) % 2 == 0
    assert "Left out" not in written or count > 1
    if count == 5000:
        assert len(written.encode()) > 50_000
        assert all(word in written.rpartition("Left out")[2] for word in ("findings", "changes", "field by field"))


def test_many_clusters_stay_below_the_limit() -> None:
    """A thousand clusters do not break the limit either."""
    one = _big(3, "web").sections[0]
    result = Result("plan", (), tuple(replace(one, cluster=f"cluster-{index}") for index in range(1000)))
    written = FORMATS["markdown"](result, Look())
    assert len(written.encode()) <= 65_000
    assert "clusters (" in written.rpartition("Left out")[2]
