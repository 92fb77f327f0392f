"""A server that cannot be read whole gives an error that says so, and never part of a state."""

from pathlib import Path
from typing import Any

import pytest

from ordain.errors import UserError
from tests.cluster.processes import free_ports
from tests.kubernetes_port.conftest import PATH, Port, deployment, kubeconfig, page
from tests.kubernetes_port.fake import FakeServer, Reply, status

DAYS: dict[str, tuple[list[Any], str, str]] = {
    "unknown user": ([status(401, "Unauthorized")], "does not know who you are", "log in again"),
    "forbidden": ([status(403, "deployments is forbidden")], "403.*deployments is forbidden", "ordain print-rbac"),
    "nobody": ([status(403, 'User "system:anonymous" cannot')], "403", "without credentials"),
    "not for us": ([status(400, "HTTP sent to HTTPS")], "it answered 400 HTTP sent to HTTPS", "address"),
    "broken for good": ([status(500, "etcd is full")], r"500 etcd is full \(5 times\)", "try again"),
    "busy for good": ([status(429, "too many")], r"429 too many \(5 times\)", "try again"),
    "a login page": ([Reply(b"<html>", headers={"Content-Type": "text/html"})], "a web page", "login page"),
    "sent to a login page": ([Reply(b"", 302, {"Location": "/login"})], "it answered 302", ""),
    "truncated JSON": ([Reply(b'{"kind": "DeploymentList", "items": [')], "no JSON", "proxy"),
    "a cut answer": ([Reply(page(), cut=9)], r"9 bytes of the answer are missing|connection broke", ""),
    "not an object": ([Reply([])], "its JSON is no object", ""),
    "another list": ([Reply(page(kind="PodList"))], "it answered with PodList, not with DeploymentList", ""),
    "no items": ([Reply({"kind": "DeploymentList", "items": {"a": 1}})], "it answered with DeploymentList", ""),
    "gone": ([status(404, "nothing")], r"it answered with nothing \(404\)", ""),
    "no names": ([page({"metadata": {"namespace": "shop"}})], "this Deployment has no metadata.name", ""),
    "no metadata": ([page({"spec": {}})], "this Deployment has no metadata.name", ""),
    "a text for an item": ([page("cart")], "an item of the list is no object", ""),
    "expires for ever": ([status(410, "too old")], r"ran out before it was read, 4 times \(410\)", ""),
    "the same page for ever": ([page(deployment("a"), token="b")], "the same page again and again", ""),
    "dies between pages": ([page(deployment("a"), token="b"), status(503, "down")], r"503 down \(5 times\)", ""),
}


@pytest.mark.parametrize("day", DAYS)
def test_a_bad_day(server: FakeServer, port: Port, day: str) -> None:
    """The error names the server and the path, says what happened, and what to do now."""
    replies, message, hint = DAYS[day]
    server.gives(PATH, *replies)
    with pytest.raises(UserError, match=f"(?s){PATH}.*({message})") as caught:
        port.read()
    assert caught.value.message.startswith(f"{server.url} (dev): ")
    assert hint in caught.value.hint
    assert "secret-token" not in str(caught.value)


@pytest.mark.parametrize("path", ["/version", "/api", "/apis"])
def test_discovery_that_fails(server: FakeServer, port: Port, path: str) -> None:
    """Without knowing what the server offers nothing is read."""
    server.gives(path, status(500, "out of order"))
    with pytest.raises(UserError, match="out of order"):
        port.read()
    assert not server.count(PATH)


def test_something_else_answers(server: FakeServer, port: Port) -> None:
    """A web server that is no API server is told apart at once."""
    server.gives("/version", {"name": "nginx"})
    with pytest.raises(UserError, match="/version does not say a version"):
        port.read()


def test_a_server_that_is_down(port: Port, tmp_path: Path) -> None:
    """Where nobody listens it is said at once: no second try, no waiting."""
    kubeconfig(tmp_path / "config", f"http://127.0.0.1:{free_ports(1)[0]}")
    with pytest.raises(UserError, match=r"no connection: .*[Rr]efused"):
        port.read()
    assert port.slept == []


def test_a_server_that_says_nothing(server: FakeServer, port: Port) -> None:
    """A server that takes the request and does not answer is waited for, five times."""
    server.gives("/version", Reply({}, pause=0.4))
    with pytest.raises(UserError, match=r"no answer in 0.05 s \(5 times\)"):
        port.read(read=0.05)


def test_a_server_that_trickles(server: FakeServer, port: Port) -> None:
    """An answer that comes byte by byte meets the deadline for everything."""
    server.gives(PATH, Reply(page(*map(deployment, "abcdefgh")), pause=0.02))
    with pytest.raises(UserError, match=r"too slow: not all was read in 0.5 s"):
        port.read(total=0.5)


def test_tls_where_there_is_none(server: FakeServer, port: Port, tmp_path: Path) -> None:
    """A server that does not speak TLS is not taken for one that is slow."""
    kubeconfig(tmp_path / "config", server.url.replace("http:", "https:"))
    with pytest.raises(UserError, match="TLS: "):
        port.read()
    assert port.slept == []
