"""Which server is asked, and as whom: kubeconfigs, plug-ins, service accounts, proxies, TLS."""

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ordain.cluster.kubeconfig import connect, contexts
from ordain.cluster.transport import Patience, Transport
from ordain.errors import UserError
from tests.kubernetes_port.conftest import kubeconfig
from tests.kubernetes_port.fake import FakeServer
from tests.needs import tool

URL = "https://api.example.org:6443"


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of this machine count."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def plugin(tmp_path: Path, code: str) -> dict[str, Any]:
    """Return a user whose credentials a program gives."""
    script = tmp_path / "plugin.py"
    script.write_text(code, encoding="utf-8")
    api = "client.authentication.k8s.io/v1"
    return {"exec": {"apiVersion": api, "command": sys.executable, "args": [str(script)], "interactiveMode": "Never"}}


def test_the_token(tmp_path: Path) -> None:
    """The current context's server and token are used."""
    found = connect(None, str(kubeconfig(tmp_path / "config", URL)))
    assert (found.name, found.host) == ("dev", URL)
    assert found.headers() == {"authorization": "Bearer secret-token"}


def test_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KUBECONFIG may name several files, some of which are not there; a context is found in any of them."""
    other = kubeconfig(tmp_path / "other", "https://other.example.org")
    other.write_text(other.read_text(encoding="utf-8").replace("dev", "prod"), encoding="utf-8")
    files = [str(kubeconfig(tmp_path / "config", URL)), str(tmp_path / "none"), str(other)]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(files))
    assert connect("prod", None).host == "https://other.example.org"
    assert contexts(None) == ["dev", "prod"]


def test_an_unknown_context(tmp_path: Path) -> None:
    """The error names the contexts that there are."""
    with pytest.raises(UserError, match=r"there is no context pord in .*config") as caught:
        connect("pord", str(kubeconfig(tmp_path / "config", URL)))
    assert caught.value.hint == "known are dev"


def test_no_kubeconfig() -> None:
    """Outside of a pod somebody has to say where the cluster is."""
    with pytest.raises(UserError, match=r"there is no kubeconfig at ~/.kube/config"):
        connect(None, None)


@pytest.mark.parametrize("text", ["", "[]", "{", "clusters: 1", "contexts: [{}]", "current-context: a\ncontexts: []"])
def test_a_broken_kubeconfig(tmp_path: Path, text: str) -> None:
    """Whatever is wrong with it, the error names the file."""
    (tmp_path / "config").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"the kubeconfig .*config cannot be used: "):
        connect(None, str(tmp_path / "config"))


def test_in_a_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a kubeconfig the pod's service account counts."""
    from kubernetes.config import incluster_config

    for name, text in (("TOKEN", "pod-token"), ("CERT", "certificate")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr(incluster_config, f"SERVICE_{name}_FILENAME", str(tmp_path / name))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    found = connect(None, None)
    assert (found.name, found.host) == ("in-cluster", "https://10.0.0.1:443")
    assert found.headers() == {"authorization": "bearer pod-token"}


def test_an_exec_plugin(tmp_path: Path) -> None:
    """The token that a plug-in prints is used."""
    answer = '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "made"}}'
    user = plugin(tmp_path, f"print('''{answer}''')")
    assert connect(None, str(kubeconfig(tmp_path / "config", URL, user))).headers() == {"authorization": "Bearer made"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.exit('please log in')", "please log in"),
        ("print('no JSON')", "failed to decode process output"),
        ("print('{}')", "missing key"),
    ],
)
def test_an_exec_plugin_that_fails(tmp_path: Path, code: str, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The plug-in's own words are in the error; nobody goes on as an anonymous user."""
    path = kubeconfig(tmp_path / "config", URL, plugin(tmp_path, code))
    with pytest.raises(UserError, match=f"the credentials of the context dev cannot be had: .*{message}"):
        connect(None, str(path))
    assert capfd.readouterr() == ("", "")


def test_an_exec_plugin_that_is_not_there(tmp_path: Path) -> None:
    """A plug-in that is not installed is named."""
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin"}}
    with pytest.raises(UserError, match="no-such-plugin"):
        connect(None, str(kubeconfig(tmp_path / "config", URL, user)))


class _Proxy(BaseHTTPRequestHandler):
    """Refuses every tunnel, and keeps where it should have led."""

    wanted: list[str] = []  # noqa: RUF012 - one test looks at it

    def do_CONNECT(self) -> None:
        self.wanted.append(self.path)
        self.send_error(407)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[str]:
    """Give the address of a proxy that lets nobody through."""
    server = HTTPServer(("127.0.0.1", 0), _Proxy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    _Proxy.wanted.clear()


@pytest.mark.parametrize("by", ["HTTPS_PROXY", "proxy-url"])
def test_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, by: str) -> None:
    """The proxy of the environment, or of the kubeconfig, is asked for a tunnel to the server."""
    more = {by: proxy} if by == "proxy-url" else {}
    if not more:
        monkeypatch.setenv(by, proxy)
    path = kubeconfig(tmp_path / "config", URL, **more)
    with pytest.raises(UserError, match=r"no connection: .*407"):
        Transport(connect(None, str(path)), Patience(sleep=lambda _: None)).get("/version")
    assert _Proxy.wanted == ["api.example.org:6443"]


def test_a_host_without_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, server: FakeServer
) -> None:
    """NO_PROXY names servers that are reached directly."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = connect(None, str(kubeconfig(tmp_path / "config", server.url)))
    assert Transport(found, Patience()).get("/version").found


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Give the address of a server that calls itself api.internal, and its certificate."""
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    subprocess.run(
        [
            str(tool("openssl")),
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "1",
            *("-subj", "/CN=api.internal", "-addext", "subjectAltName=DNS:api.internal"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are the point
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    thread.join()


TRUST: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown certificate": ({}, "TLS: .*certificate verify failed"),
    "another name": ({"certificate-authority": "tls.crt"}, "TLS: .*(doesn't match|mismatch)"),
    "no check": ({"insecure-skip-tls-verify": True}, ""),
    "its name": ({"certificate-authority": "tls.crt", "tls-server-name": "api.internal"}, ""),
}


@pytest.mark.parametrize("case", TRUST)
def test_trust(tmp_path: Path, tls: tuple[str, Path], case: str) -> None:
    """A certificate counts that the kubeconfig's authority signed, for the name that is asked for."""
    more, message = TRUST[case]
    transport = Transport(connect(None, str(kubeconfig(tmp_path / "config", tls[0], **more))), Patience())
    if not message:
        assert transport.get("/version").found
        return
    with pytest.raises(UserError, match=message) as caught:
        transport.get("/version")
    assert "certificate-authority" in caught.value.hint


def test_a_plugin_that_hangs(tmp_path: Path) -> None:
    """A plug-in that waits for something which never comes does not make the run wait for ever."""
    user = plugin(tmp_path, "import sys, time\ntime.sleep(5)")
    with pytest.raises(UserError, match=r"context dev cannot be had: its exec plug-in has not ended after 0.2 s"):
        connect(None, str(kubeconfig(tmp_path / "config", URL, user)), login=0.2)


def test_a_token_with_a_line_break(tmp_path: Path) -> None:
    """One at the end is no part of a token; one inside is an error that does not show the token."""
    at_the_end = connect(None, str(kubeconfig(tmp_path / "config", URL, {"token": "secret-token\n"})))
    assert at_the_end.headers() == {"authorization": "Bearer secret-token"}
    for token in ("secret\ntoken", "secret\u2013token"):
        broken = connect(None, str(kubeconfig(tmp_path / "config", URL, {"token": token})))
        with pytest.raises(UserError, match=r"the credentials of the context dev hold a line break") as caught:
            broken.headers()
        assert "secret" not in str(caught.value) + caught.value.hint


def test_a_server_without_a_scheme(tmp_path: Path) -> None:
    """It is refused: the token would go there unencrypted."""
    with pytest.raises(
        UserError, match=r"the address of the server of the context dev starts neither with https:// nor"
    ):
        connect(None, str(kubeconfig(tmp_path / "config", "127.0.0.1:6443")))


def test_a_proxy_without_a_scheme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It speaks HTTP, as curl and kubectl have it."""
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example.org:3128")
    pool: Any = connect(None, str(kubeconfig(tmp_path / "config", URL))).pool
    assert str(pool.proxy) == "http://proxy.example.org:3128"


def test_a_proxy_that_cannot_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error does not show its password."""
    monkeypatch.setenv("HTTPS_PROXY", "ftp://ann:hunter2@proxy.example.org")
    with pytest.raises(UserError, match=r"the proxy of this cluster has no address that can be used") as caught:
        connect(None, str(kubeconfig(tmp_path / "config", URL)))
    assert "hunter2" not in str(caught.value) + caught.value.hint
