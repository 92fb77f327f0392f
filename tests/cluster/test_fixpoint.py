"""The law of a plan: what was applied is no difference any more, whatever was there before, by either engine."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ordain.model.comparison import Applier
from ordain.stages.diff.fields import overlap
from tests.cluster.bodies import KINDS, LABELS, Body, bodies
from tests.cluster.engines import Verdicts, compare
from tests.cluster.servers import Server

EXAMPLES = settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ARGO_CD = "argocd-controller"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[1])
@EXAMPLES
@given(data=st.data())
def test_applied_is_no_difference(server: Server, kind: tuple[str, str], data: st.DataObject) -> None:
    """Over an older version and what others wrote neither engine is blind; after the sync neither finds a thing."""
    before, foreign, desired = (data.draw(bodies(kind), label=name) for name in ("before", "foreign", "desired"))
    texts = data.draw(LABELS, label="labels of another")
    namespace = server.create_namespace("fixpoint")
    ours, theirs, wanted = (placed(body, namespace) for body in (before, foreign, desired))
    server.apply(ours, manager=ARGO_CD, force=True)
    refused = server.request(
        "PATCH",
        f"{server.admin.path_of(theirs)}?fieldManager=somebody",
        {"metadata": {"annotations": texts}, **{key: value for key, value in theirs.items() if key == "spec"}},
        content_type="application/strategic-merge-patch+json",
    ).status
    assert refused in (200, 422)  # what they wrote beside ours need not be valid
    planned = compare(server, wanted, Applier(), [])
    if planned.refused:
        return  # nor is what we want beside theirs
    assert [path for path in paths(planned.server) if not found(path, paths(planned.offline), planned)] == []
    assert planned.server or not planned.offline
    server.apply(wanted, manager=ARGO_CD, force=True)
    applied = compare(server, wanted, Applier(), [])
    assert (applied.offline, applied.server, applied.refused) == ("", "", "")


def paths(lines: str) -> list[str]:
    """Return the paths of lines."""
    return [row.split(": ")[0] for row in lines.splitlines()]


def found(path: str, others: list[str], planned: Verdicts) -> bool:
    """Say whether a path, or one above or below it, is among others, or among what offline cannot know.

    managedFields hold no values: a field that is owned and not there may have been applied as zero or false, which
    servers leave out, or be one that the server does not keep.
    """
    return any(overlap(path, other) for other in [*others, *planned.not_kept])


def placed(body: Body, namespace: str) -> dict[str, Any]:
    """Return an object in a namespace."""
    return {**body, "metadata": {**body["metadata"], "namespace": namespace}}
