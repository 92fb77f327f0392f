"""What admission writes into objects that we apply: it is kept and is no drift, unless Git sets the field, too."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from ordain.model.comparison import Applier
from tests.cluster.api import PATIENCE
from tests.cluster.engines import compare
from tests.cluster.servers import Server

API = "admissionregistration.k8s.io/v1"
ARGO_CD = "argocd-controller"
MUTATIONS = (
    '[JSONPatch{op: "add", path: "/metadata/labels/cost-center", value: "42"}]',
    'object.spec.minReadySeconds != 1 ? [] : [JSONPatch{op: "replace", path: "/spec/minReadySeconds", value: 5}]',
)


def deployment(namespace: str, **spec: Any) -> dict[str, Any]:
    """Return a Deployment."""
    pod = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace, "labels": {"app": "web"}},
        "spec": {"minReadySeconds": 1, "selector": {"matchLabels": {"app": "web"}}, "template": pod, **spec},
    }


@pytest.fixture
def mutated(newest: Server) -> Iterator[str]:
    """Give a namespace in which an admission policy adds a label and raises one field; only a newer server has such."""
    namespace = newest.create_namespace("mutated")
    rule = {
        "apiGroups": ["apps"],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["deployments"],
    }
    where = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    patches = [{"patchType": "JSONPatch", "jsonPatch": {"expression": text}} for text in MUTATIONS]
    policy = {
        "matchConstraints": {"namespaceSelector": where, "resourceRules": [rule]},
        "reinvocationPolicy": "Never",
        "failurePolicy": "Fail",
        "mutations": patches,
    }
    for kind, spec in (
        ("MutatingAdmissionPolicy", policy),
        ("MutatingAdmissionPolicyBinding", {"policyName": namespace}),
    ):
        newest.apply({"apiVersion": API, "kind": kind, "metadata": {"name": namespace}, "spec": spec})
    deadline = time.monotonic() + PATIENCE
    while "cost-center" not in newest.apply(deployment(namespace), manager=ARGO_CD, dry_run=True)["metadata"]["labels"]:
        assert time.monotonic() < deadline, "the policy does not hold"
        time.sleep(0.1)
    yield namespace
    for plural in ("mutatingadmissionpolicybindings", "mutatingadmissionpolicies"):
        newest.request("DELETE", f"/apis/{API}/{plural}/{namespace}").expect()


def test_what_admission_adds_is_no_drift(newest: Server, mutated: str) -> None:
    """A label that nobody has in Git stays, by either engine, and so it does after somebody took it out."""
    desired = deployment(mutated, minReadySeconds=7)
    applied = newest.apply(desired, manager=ARGO_CD, force=True)
    assert applied["metadata"]["labels"]["cost-center"] == "42"
    found = compare(newest, desired, Applier(), [])
    assert (found.offline, found.server) == ("", "")
    changed = deployment(mutated, minReadySeconds=8)
    found = compare(newest, changed, Applier(), [])
    assert found.offline == found.server == (
        "spec.minReadySeconds: live 7, desired 8 | argocd-controller | set\n"
    )  # fmt: skip


def test_what_admission_overrides(newest: Server, mutated: str) -> None:
    """Where it changes what Git sets, only the server knows that no sync helps; offline sees what differs."""
    desired = deployment(mutated)
    applied = newest.apply(desired, manager=ARGO_CD, force=True)
    assert applied["spec"]["minReadySeconds"] == 5
    found = compare(newest, desired, Applier(), [])
    assert found.server == ""
    assert found.offline.startswith("spec.minReadySeconds: live 5, desired 1 | ")
