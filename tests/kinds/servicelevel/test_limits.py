"""The largest policy, and a cluster that cannot hold what is rendered."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ordain.kinds import all_kinds
from ordain.kinds.servicelevel.loading import judge_loading
from ordain.kubeyaml import POLICIES, dump, read
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.live import LiveState
from ordain.model.objects import KubeObject, ObjectRef, Objects, Source
from ordain.stages.render import render
from ordain.stages.resolve import resolve
from ordain.stages.validate import validate
from ordain.templates import template_set

OUTLOOK = Outlook(datetime(2026, 11, 24, tzinfo=UTC), {})
WORKLOAD = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"replicas": 3},
}


def evidence(objectives: list[dict], served: frozenset[str] | None) -> Evidence:
    spec = {"targets": [{"namespaces": ["shop"]}], "objectives": objectives}
    body = {"apiVersion": "ordain.dev/v1alpha1", "kind": "ServiceLevelPolicy", "metadata": {"name": "web"}}
    stream = read(dump({**body, "spec": spec}).encode(), "policy.yaml", POLICIES)
    kinds = all_kinds()
    validated = validate(stream.documents, kinds)
    assert validated.findings == ()
    objects = Objects.of([KubeObject(ObjectRef.of(WORKLOAD), WORKLOAD, Source.LIVE)])
    live = LiveState("demo", "1.37", "", objects, frozenset(), served, "")
    resolved = resolve(validated.policies, live, kinds)
    rendered = render(resolved.effective, live, OUTLOOK, kinds, template_set())
    return Evidence(objects, OUTLOOK, live, resolved.effective, rendered.manifests)


def latency(name: str, selector: str) -> dict:
    bucket = {"histogram": "h" * 200, "threshold": "250ms", "selector": selector}
    return {"name": name, "target": "99.99999999", "window": "90d", "indicator": {"latency": bucket}}


def test_the_largest_policy_fits_what_the_operator_packs() -> None:
    """Twenty objectives with the longest selectors stay below 512 KiB, half of what a ConfigMap holds."""
    selector = '{a="' + "x" * 994 + '"}'
    assert len(selector) == 1000
    found = evidence([latency(f"{'o' * 50}{number}", selector) for number in range(20)], None)
    (manifest,) = found.manifests
    assert 300_000 < len(manifest.text.encode()) < 512 * 1024


@pytest.mark.parametrize(
    ("served", "told"),
    [(None, False), (frozenset({"apps/v1"}), True), (frozenset({"apps/v1", "monitoring.coreos.com/v1"}), False)],
)
def test_a_cluster_without_the_operator_is_told_of(served: frozenset[str] | None, *, told: bool) -> None:
    """Where it is known what is served, a missing PrometheusRule is an error; where it is not, nothing is said."""
    found = list(judge_loading(*_arguments(served)))
    assert [item.code for item in found] == (["SLO009"] if told else [])


def test_plain_objects_have_no_cluster_to_judge() -> None:
    """`ordain check` on files says nothing of a cluster that it does not see."""
    effective, seen = _arguments(frozenset())
    assert list(judge_loading(effective, replace(seen, live=None))) == []


def _arguments(served: frozenset[str] | None) -> tuple:
    seen = evidence([latency("speed", "{}")], served)
    return seen.effective, seen
