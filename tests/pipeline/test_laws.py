"""Laws of the pure stages: layering, rendering, and comparing a thing with itself."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordain.model.finding import Severity
from ordain.stages.diff.live import live_changes

NAMES = ("cart", "checkout", "search")
few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

metrics = st.lists(
    st.sampled_from(
        [
            {"resource": "cpu", "utilization": "70%"},
            {"resource": "memory", "averageValue": "500Mi"},
            {"resource": "cpu", "container": "app", "averageValue": "1500m"},
            {"pods": "rps", "averageValue": 120},
            {"external": "queue", "value": "1k", "selector": {"matchLabels": {"b": "one", "a": "two"}}},
            {"object": {"apiVersion": "v1", "kind": "Service", "name": "web"}, "metric": "hits", "value": 7},
        ]
    ),
    min_size=1,
    max_size=3,
)
rules = st.fixed_dictionaries(
    {},
    optional={
        "stabilization": st.sampled_from(["0s", "5m", "1h"]),
        "select": st.sampled_from(["max", "min", "disabled"]),
        "policies": st.lists(
            st.sampled_from([{"percent": 10, "per": "1m"}, {"pods": 4, "per": "15s"}]), min_size=1, max_size=2
        ),
    },
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "replicas": st.fixed_dictionaries({}, optional={"min": st.integers(1, 30), "max": st.integers(1, 60)}).filter(
            lambda spec: spec.get("min", 0) <= spec.get("max", 99)
        ),
        "metrics": metrics,
        "behavior": st.fixed_dictionaries({}, optional={"scaleUp": rules, "scaleDown": rules}),
        "disruption": st.fixed_dictionaries(
            {},
            optional={
                "maxUnavailable": st.sampled_from([1, 2, "25%"]),
                "unhealthyPodEvictionPolicy": st.sampled_from(["AlwaysAllow", "IfHealthyBudget"]),
            },
        ),
    },
)
targets = st.sampled_from(
    [
        [{"namespaces": ["shop"]}],
        [{"names": ["c*"]}],
        [{"names": ["cart"]}, {"names": ["search"]}],
        [{"selector": {"matchLabels": {"app": "checkout"}}}],
        [{"kinds": ["Deployment"]}],
    ]
)


@st.composite
def layers(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an organisation's policy and some above it, no two of one priority."""
    drawn = draw(st.lists(st.tuples(targets, wishes), max_size=3))
    priorities = draw(st.permutations(range(1, 5)))
    specs = {
        f"p{index}": {"targets": target, "priority": priorities[index], **wish}
        for index, (target, wish) in enumerate(drawn)
    }
    return {"base": {"targets": [{"namespaces": ["*"]}], "priority": 0, "replicas": {"max": 20}}, **specs}


def covers(spec: Any, name: str) -> bool:
    """Say, in the simplest way, whether the targets above fit a workload."""
    for target in spec["targets"]:
        if "names" in target:
            if name in target["names"] or (target["names"] == ["c*"] and name.startswith("c")):
                return True
        elif "selector" in target:
            if name == "checkout":
                return True
        else:
            return True
    return False


def laid_over(low: Any, high: Any) -> Any:
    """Lay one spec over another: mappings field by field, all else whole."""
    if isinstance(low, dict) and isinstance(high, dict):
        merged = {key: laid_over(low[key], high[key]) if key in low else high[key] for key in high}
        return {**low, **merged}
    return high


@many
@given(layers())
def test_the_higher_priority_wins_field_by_field(stages: Any, specs: dict[str, Any]) -> None:
    """For each workload the merged spec is that of the simplest layering, whatever the order of files."""
    live = stages.live(stages.deployments(*NAMES))
    found = {item.subject.ref.name: item.merged for item in stages.resolved(specs, live).effective}
    for name in NAMES:
        expected: Any = {}
        for spec in sorted(specs.values(), key=lambda spec: spec["priority"]):
            if covers(spec, name):
                expected = laid_over(expected, {k: v for k, v in spec.items() if k not in ("targets", "priority")})
        assert found[name] == expected


@many
@given(layers(), st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(stages: Any, specs: dict[str, Any], chance: Any) -> None:
    """Any order of the same documents gives the same effective policies with the same setters."""
    live = stages.live(stages.deployments(*NAMES))
    order = sorted(specs)
    chance.shuffle(order)
    one, other = stages.resolved(specs, live), stages.resolved(specs, live, order)
    assert [(item.subject.ref, item.merged) for item in one.effective] == [
        (item.subject.ref, item.merged) for item in other.effective
    ]
    for first, second in zip(one.effective, other.effective, strict=True):
        assert {path: origin.policy for path, origin in first.origins.items()} == {
            path: origin.policy for path, origin in second.origins.items()
        }


@few
@given(layers(), wishes)
def test_a_policy_that_matches_nothing_changes_no_manifest(stages: Any, specs: dict[str, Any], wish: Any) -> None:
    """Whatever it wishes and however high its priority: no workload, no change."""
    live = stages.live(stages.deployments(*NAMES))
    before = stages.rendered(stages.resolved(specs, live), live)
    more = {**specs, "nobody": {"targets": [{"namespaces": ["gone"]}], "priority": 900, **wish}}
    resolved = stages.resolved(more, live)
    after = stages.rendered(resolved, live)
    assert [item.text for item in before.manifests] == [item.text for item in after.manifests]
    assert [item.code for item in resolved.findings if "nobody" in item.message] == ["POL009"]


@few
@given(layers())
def test_rendering_is_idempotent(stages: Any, specs: dict[str, Any]) -> None:
    """The same input rendered twice is the same, byte for byte."""
    live = stages.live(stages.deployments(*NAMES))
    resolved = stages.resolved(specs, live)
    one, other = stages.rendered(resolved, live), stages.rendered(resolved, live)
    assert [(item.path, item.text) for item in one.manifests] == [(item.path, item.text) for item in other.manifests]


@few
@given(layers())
def test_nothing_changes_after_publish_and_sync(stages: Any, specs: dict[str, Any]) -> None:
    """A tree compared with itself, and live objects that are what was published, are an empty plan."""
    workloads = stages.deployments(*NAMES)
    live = stages.live(workloads)
    manifests = stages.rendered(stages.resolved(specs, live), live).manifests
    synced = stages.live([*workloads, *(item.body for item in manifests)])
    plan = stages.plan(manifests, stages.published(manifests), synced)
    assert plan.empty
    assert (plan.unchanged, plan.live_unchanged) == (len(manifests), len(manifests))


@few
@given(layers())
def test_a_render_without_errors_keeps_min_below_max(stages: Any, specs: dict[str, Any]) -> None:
    """Where bounds of different layers cross there is an error; where there is none the autoscaler can work."""
    live = stages.live(stages.deployments(*NAMES))
    resolved = stages.resolved(specs, live)
    manifests = stages.rendered(resolved, live)
    wrong = {
        finding.subject.name
        for finding in stages.findings(resolved, manifests, live)
        if finding.severity is Severity.ERROR and finding.subject
    }
    for item in manifests.manifests:
        if item.ref.kind == "HorizontalPodAutoscaler" and item.ref.name not in wrong:
            assert item.body["spec"]["minReplicas"] <= item.body["spec"]["maxReplicas"]


HPA = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web", "namespace": "shop", "labels": {"a": "b"}, "annotations": {"c": "d"}},
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 2,
        "maxReplicas": 9,
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 7}},
            }
        ],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
    },
}
OPEN = [
    (),
    ("metadata",),
    ("metadata", "labels"),
    ("metadata", "annotations"),
    ("spec",),
    ("spec", "behavior"),
    ("spec", "behavior", "scaleDown"),
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("xyz", min_size=1), inner, max_size=2),
    max_leaves=4,
)


def at(body: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        body = body[step]
    return body


@pytest.fixture(scope="module")
def hpa_type() -> Any:
    from ordain.apischemas import bundle

    return bundle("1.33").field("autoscaling/v2", "HorizontalPodAutoscaler")


def compared(desired: Any, live: Any, field_type: Any) -> list[str]:
    from ordain.model.comparison import Applier
    from ordain.model.objects import KubeObject, ObjectRef, Source

    found = live_changes(desired, KubeObject(ObjectRef.of(live), live, Source.LIVE), field_type, Applier())
    return [item.path for item in found]


@many
@given(st.lists(st.tuples(st.sampled_from(OPEN), st.text("xyz", min_size=1), values), max_size=5))
def test_fields_of_others_are_no_drift(hpa_type: Any, additions: Any) -> None:
    """An object is like itself, and like itself with any fields that others, or the server, have added."""
    live = deepcopy(HPA)
    for path, key, value in additions:
        at(live, path)[key] = value
    assert compared(HPA, live, hpa_type) == []


@many
@given(st.sampled_from(OPEN[1:]), st.data())
def test_any_field_that_is_gone_is_drift(hpa_type: Any, path: Any, data: Any) -> None:
    """Whatever field of ours is missing in the cluster is named."""
    live = deepcopy(HPA)
    owned = [
        key for key in at(live, path) if (path, key) not in ((("metadata",), "name"), (("metadata",), "namespace"))
    ]
    key = data.draw(st.sampled_from(owned))
    del at(live, path)[key]
    assert compared(HPA, live, hpa_type) == [".".join((*path, key))]
