"""What network policies allow together: each table row is a set of policies and a pod's labels."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.kinds.compliance.network import Direction, allowed
from ordain.model.objects import KubeObject, ObjectRef, Source

WEB = {"app": "web", "tier": "front"}
DENY = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def policies(*specs: dict[str, Any]) -> list[KubeObject]:
    """Return network policies with these specs."""
    bodies = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"n{index}", "namespace": "shop"},
            "spec": spec,
        }
        for index, spec in enumerate(specs)
    ]
    return [KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in bodies]


def needs(key: str, operator: str, *values: str) -> dict[str, Any]:
    """Return a selector of one expression."""
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("spec", "directions"),
    [
        (DENY, ""),
        ({"podSelector": {}, "ingress": [{}]}, "ingress"),
        ({"podSelector": {}, "egress": [{}]}, "egress"),
        ({"podSelector": {}, "ingress": [{}], "egress": [{}]}, "ingress egress"),
        ({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}], "egress": [{}]}, "ingress"),
        ({"podSelector": {}, "policyTypes": ["Egress"], "ingress": [{}], "egress": [{}]}, "egress"),
        ({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": []}, ""),
        ({"ingress": [{}]}, "ingress"),
        ({"podSelector": {"matchLabels": {"app": "web"}}, "ingress": [{}]}, "ingress"),
        ({"podSelector": {"matchLabels": {"app": "db"}}, "ingress": [{}]}, ""),
        ({"podSelector": {"matchLabels": {"app": "web", "tier": "back"}}, "ingress": [{}]}, ""),
        (
            {
                "podSelector": needs("app", "In", "web"),
                "egress": [{}],
            },
            "egress",
        ),
        (
            {
                "podSelector": needs("app", "NotIn", "web"),
                "egress": [{}],
            },
            "",
        ),
        (
            {
                "podSelector": needs("job", "NotIn", "a"),
                "egress": [{}],
            },
            "egress",
        ),
        ({"podSelector": needs("tier", "Exists"), "egress": [{}]}, "egress"),
        ({"podSelector": needs("tier", "DoesNotExist"), "egress": [{}]}, ""),
    ],
)
def test_a_policy_allows_what_it_has_a_rule_for(spec: dict[str, Any], directions: str) -> None:
    """Beside a default deny, a rule counts for the pods that its policy selects, in the policy's directions."""
    both = policies(DENY, spec)
    assert [one for one in Direction if allowed(WEB, both, one).allowing] == directions.split()


SPECS = st.fixed_dictionaries(
    {"podSelector": st.sampled_from([{}, {"matchLabels": {"app": "web"}}, {"matchLabels": {"app": "db"}}])},
    optional={
        "policyTypes": st.lists(st.sampled_from(["Ingress", "Egress"]), unique=True),
        "ingress": st.lists(st.just({}), max_size=2),
        "egress": st.lists(st.just({}), max_size=2),
    },
)


@given(st.lists(SPECS, max_size=5), SPECS)
def test_a_policy_more_never_takes_an_allow_rule_away(specs: list[dict[str, Any]], more: dict[str, Any]) -> None:
    """Policies only add: whatever was allowed is allowed beside any other policy."""
    for direction in Direction:
        before = allowed(WEB, policies(*specs), direction)
        after = allowed(WEB, policies(*specs, more), direction)
        assert len(before.allowing) <= len(after.allowing)
        assert {item.ref for item in after.allowing} <= {item.ref for item in after.selecting}
