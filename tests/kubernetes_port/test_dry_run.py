"""Dry runs on a server that can have any bad day: what is asked, what is understood, what is never sent."""

from typing import Any

import pytest

from ordain.cluster.transport import Patience
from ordain.errors import UserError
from ordain.model.comparison import Applier, Conflict, Rehearsal
from ordain.model.objects import ObjectRef, RawObject
from tests.kubernetes_port.conftest import Port
from tests.kubernetes_port.fake import FakeServer, Reply, status

BUDGETS = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"
PATH = f"{BUDGETS}/web"
LIVE = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web", "namespace": "shop"}}


def budget(name: str = "web", namespace: str = "shop") -> RawObject:
    """Return a manifest."""
    return {**LIVE, "metadata": {"name": name, "namespace": namespace}, "spec": {"maxUnavailable": 1}}


def conflict(*causes: dict[str, Any]) -> Reply:
    """Return the answer to an apply without force."""
    body = {"kind": "Status", "message": "Apply failed", "details": {"causes": list(causes)}, "code": 409}
    return Reply(body, 409)


HELD = {
    "reason": "FieldManagerConflict",
    "message": 'conflict with "kubectl-edit" using policy/v1 at 2026-11-24T10:00:00Z',
    "field": ".spec.maxUnavailable",
}


@pytest.fixture(autouse=True)
def offered(server: FakeServer) -> None:
    """Let the server serve budgets, ConfigMaps, namespaces and Secrets."""
    budgets = {"name": "poddisruptionbudgets", "kind": "PodDisruptionBudget"}
    server.gives("/apis/policy/v1", {"resources": [budgets, {**budgets, "name": "poddisruptionbudgets/status"}]})
    core = [{"name": "namespaces", "kind": "Namespace"}, {"name": "secrets", "kind": "Secret"}]
    server.gives("/api/v1", {"resources": core})


def rehearse(port: Port, *bodies: RawObject, force: bool = True) -> dict[str, Rehearsal]:
    """Dry-run manifests, and return the answers by the objects' names."""
    cluster = port.cluster(Patience(sleep=port.slept.append))
    found = cluster.rehearse({ObjectRef.of(body): body for body in bodies}, Applier(force=force))
    return {str(ref): answer for ref, answer in found.items()}


def test_what_is_sent(server: FakeServer, port: Port) -> None:
    """Each request is a dry run under the name of the applier, the manifest as it is."""
    server.gives(PATH, LIVE)
    assert rehearse(port, budget()) == {"shop/PodDisruptionBudget/web": Rehearsal(LIVE)}
    query = {"fieldManager": "argocd-controller", "force": "false", "dryRun": "All"}
    assert server.sent == [(PATH, query, budget())]


def test_conflicts_are_asked_for_and_then_forced(server: FakeServer, port: Port) -> None:
    """A 409 names the managers and fields; the second answer is the object as it would be."""
    server.gives(PATH, conflict(HELD, {"reason": "FieldManagerConflict", "message": "?", "field": ".x"}), LIVE)
    conflicts = (Conflict("kubectl-edit", ".spec.maxUnavailable"), Conflict("", ".x"))
    assert rehearse(port, budget()) == {"shop/PodDisruptionBudget/web": Rehearsal(LIVE, conflicts)}
    assert [query["force"] for _, query, _ in server.sent] == ["false", "true"]
    assert {query["dryRun"] for _, query, _ in server.sent} == {"All"}


REFUSALS: dict[str, tuple[Reply, str]] = {
    "another conflict": (status(409, "the object has been modified"), "the object has been modified (409)"),
    "invalid": (status(422, "spec.x: Invalid value"), "spec.x: Invalid value (422)"),
    "a webhook": (status(403, 'admission webhook "w" denied the request: no'), 'admission webhook "w" denied'),
    "an unknown field": (status(500, ".spec.x: field not declared in schema"), "field not declared in schema (500)"),
    "no words": (Reply({"kind": "Status"}, 400), "it does not say why (400)"),
    "an address in its memory": (status(422, "is Spec{A:(*int)(0x3edc59d18620)}"), "is Spec{A:(*int)(…)} (422)"),
    "a long story": (status(422, "x" * 900), f"{'x' * 500} (422)"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_value(server: FakeServer, port: Port, name: str) -> None:
    """What the server thinks of one object is said with its words, at once, and the others go on."""
    reply, words = REFUSALS[name]
    server.gives(PATH, reply)
    server.gives(f"{BUDGETS}/api", {**LIVE, "metadata": {"name": "api", "namespace": "shop"}})
    found = rehearse(port, budget(), budget("api"))
    assert words in found["shop/PodDisruptionBudget/web"].refused
    assert found["shop/PodDisruptionBudget/web"].forced is None
    assert found["shop/PodDisruptionBudget/api"].forced
    assert port.slept == []


def test_a_refusal_after_a_conflict(server: FakeServer, port: Port) -> None:
    """An object that only force could bring past its owners may be refused for something else then."""
    server.gives(PATH, conflict(HELD), status(422, "too many"))
    answer = rehearse(port, budget())["shop/PodDisruptionBudget/web"]
    assert (answer.refused, len(answer.conflicts)) == ("too many (422)", 1)


def test_a_kind_that_is_not_served(port: Port) -> None:
    """A kind without a CRD is named, without a request for it."""
    rule = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "a"}}
    words = "it does not serve PrometheusRule in monitoring.coreos.com/v1"
    assert rehearse(port, rule) == {"PrometheusRule/a": Rehearsal(None, refused=words)}


def missing(namespace: str) -> Reply:
    """Return the answer to a new object of a namespace that is not there."""
    body = {"message": f'namespaces "{namespace}" not found', "details": {"name": namespace, "kind": "namespaces"}}
    return Reply(body, 404)


def test_a_namespace_that_is_not_there(server: FakeServer, port: Port) -> None:
    """A missing namespace refuses its objects, unless the same plan makes it: then nobody can say yet."""
    server.gives(PATH, missing("shop"))
    answer = rehearse(port, budget())["shop/PodDisruptionBudget/web"]
    assert answer.refused == 'namespaces "shop" not found; no policy makes the namespace shop (404)'
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    server.gives("/api/v1/namespaces/shop", namespace)
    assert list(rehearse(port, namespace, budget())) == ["Namespace/shop"]


def test_secrets_are_never_sent(server: FakeServer, port: Port) -> None:
    """Not even as a dry run: what is in Git stays there."""
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "web", "namespace": "shop"},
        "data": {"a": "b"},
    }
    assert rehearse(port, secret) == {}
    assert server.sent == []


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_server_is_asked_again(server: FakeServer, port: Port, code: int) -> None:
    """A dry run changes nothing, so it is sent again as a read is, with the pause that the server asks for."""
    busy = Reply({"kind": "Status", "message": "busy"}, code, {"Retry-After": "3"})
    server.gives(PATH, busy, busy, LIVE)
    assert rehearse(port, budget())["shop/PodDisruptionBudget/web"].forced == LIVE
    assert port.slept == [3, 3]


TROUBLES: dict[str, tuple[Reply, str, str]] = {
    "unknown user": (status(401, "Unauthorized"), "does not know who you are", "log in again"),
    "no rights": (
        status(
            403, 'poddisruptionbudgets.policy "web" is forbidden: User "dev" cannot patch resource "x" in API group'
        ),
        "you may not apply this, not even as a dry run",
        "ordain print-rbac --engine server",
    ),
    "busy for good": (status(503, "down"), r"503 down \(5 times\)", "try again"),
    "a login page": (Reply(b"<html>", headers={"Content-Type": "text/html"}), "a web page", "login page"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_server_that_cannot_be_asked(server: FakeServer, port: Port, name: str) -> None:
    """What concerns the whole run ends it, with the path and what to do now; the token is never shown."""
    reply, message, hint = TROUBLES[name]
    server.gives(PATH, reply)
    with pytest.raises(UserError, match=f"(?s){PATH}.*{message}") as caught:
        rehearse(port, *(budget(name) for name in ("web", "a", "b", "c", "d", "e")))
    assert hint in caught.value.hint
    assert "secret-token" not in str(caught.value)


def test_progress_is_told(server: FakeServer, port: Port) -> None:
    """Long work says how far it is."""
    server.gives(PATH, LIVE)
    rehearse(port, budget())
    assert port.told == ["dry run, 1 of 1"]
