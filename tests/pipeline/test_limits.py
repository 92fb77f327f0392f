"""The limits of a publish: counts over all clusters, shares in each of them."""

from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ordain.model.live import OutputTip
from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change
from ordain.settings import Limits, ProjectSpec
from ordain.stages.guard.limits import over_limits
from ordain.stages.guard.outgoing import Outgoing
from ordain.stages.project import ProjectFile

_KINDS = ("ConfigMap", "Service")
_SIZES = st.dictionaries(st.sampled_from(_KINDS), st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1)
_LIMIT = st.fixed_dictionaries(
    {"percentAbove": st.integers(0, 6)},
    optional={"count": st.integers(0, 30), "percent": st.integers(1, 100).map("{}%".format)},
)


def outgoing(cluster: str, sizes: dict[str, tuple[int, int]]) -> Outgoing:
    """Return a cluster by kind: how many objects are published, and how many of them (at most) are deleted."""
    paths = {
        kind: [f"shop/{kind.lower()}-{number}.yaml" for number in range(there)] for kind, (there, _) in sizes.items()
    }
    gone = [
        Change(Action.DELETE, ObjectRef("shop", kind, str(number)), path, ())
        for kind, (_, deleted) in sizes.items()
        for number, path in enumerate(paths[kind][:deleted])
    ]
    published = tuple(path for kind in sizes for path in paths[kind])
    return Outgoing(cluster, tuple(gone), published, OutputTip(None, {}, None, lambda _path: b""))


def judged(limits: dict[str, object], clusters: list[Outgoing]) -> list[tuple[str, str]]:
    """Return the code and the cluster of each finding."""
    spec = ProjectSpec(policies=["policies"], limits=Limits.model_validate(limits))
    return [(item.code, item.cluster) for item in over_limits(ProjectFile(spec, Path()), clusters)]


@given(_LIMIT, st.lists(_SIZES, min_size=1, max_size=3), st.sampled_from(["", *_KINDS]))
def test_a_limit_is_exceeded_exactly_above_its_count_or_its_share(
    limit: dict[str, object], sizes: list[dict[str, tuple[int, int]]], kind: str
) -> None:
    """Beyond the count over all clusters, or beyond the share (never rounded) in one; not at them."""
    off = {"count": 1_000_000, "percent": "100%"}
    named = [(f"c{number}", of) for number, of in enumerate(sizes)]
    counted = [
        (
            name,
            sum(there for each, (there, _) in of.items() if kind in ("", each)),
            sum(min(pair) for each, pair in of.items() if kind in ("", each)),
        )
        for name, of in named
        if any(there for there, _ in of.values())
    ]
    total = sum(gone for _, _, gone in counted)
    expected = [("PUB001", "")] if "count" in limit and total > limit["count"] else []
    if "percent" in limit:
        most = Fraction(int(str(limit["percent"])[:-1]), 100)
        expected += [
            ("PUB001", name)
            for name, there, gone in counted
            if gone > limit["percentAbove"] and Fraction(gone, there) > most
        ]
    settings = (
        {"deletions": off, "perKind": [{"kinds": [kind], "deletions": limit}]}
        if kind
        else {"deletions": {**off, **limit}}
    )
    assert judged(settings, [outgoing(name, of) for name, of in named]) == expected
