"""What goes wrong with a real server: pages that expire, a server that dies, hangs, or is not there."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ordain.cluster.kubernetes import LiveCluster
from ordain.cluster.transport import Patience
from ordain.errors import UserError
from ordain.model.kind import Reading
from tests.cluster.demo import command, create_many
from tests.cluster.servers import Server, start_server

pytestmark = pytest.mark.xdist_group("cluster-bad-days")

BUDGETS = Reading("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
PAGES = "/apis/policy/v1/poddisruptionbudgets"


@pytest.fixture(scope="module")
def brittle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that forgets old states after a second, with more objects than a page holds."""
    flags = ("--etcd-compaction-interval=1s", "--watch-cache=false")
    with start_server("1.37", tmp_path_factory.mktemp("brittle"), flags=flags) as server:
        create_many(server, server.create_namespace(), 600)
        yield server


def port(server: Server, **more: Any) -> LiveCluster:
    """Return the port to a server, as its admin."""
    return LiveCluster("demo", None, str(server.kubeconfig), **more)


def test_an_expired_page_token(brittle: Server) -> None:
    """The server forgets the list between two pages: it is read again, whole, with what came meanwhile."""
    first: list[str] = []

    def between_pages(message: str) -> None:
        if "500 so far" in message and not first:
            first.append(brittle.request("GET", f"{PAGES}?limit=500").expect()["metadata"]["continue"])
            create_many(brittle, brittle.create_namespace(), 1)
            deadline = time.monotonic() + 60
            while brittle.request("GET", f"{PAGES}?limit=500&continue={first[0]}").status != 410:
                assert time.monotonic() < deadline, "the server does not forget"
                time.sleep(0.5)

    assert len(port(brittle, told=between_pages).read([BUDGETS]).objects) == 601
    assert first


def test_a_server_that_hangs(brittle: Server) -> None:
    """A server that takes requests and answers none is given up in time."""
    apiserver = brittle.processes[-1].pid
    os.kill(apiserver, signal.SIGSTOP)
    try:
        with pytest.raises(UserError, match=r"no answer in 1 s|no connection"):
            port(brittle, patience=Patience(connect=1, read=1, delays=(0.1,))).read([BUDGETS])
    finally:
        os.kill(apiserver, signal.SIGCONT)


def test_a_server_that_dies_between_pages(brittle: Server) -> None:
    """Half a list is no list."""

    def die(message: str) -> None:
        if "500 so far" in message:
            brittle.kill()

    try:
        with pytest.raises(UserError, match=r"no connection|the connection broke"):
            port(brittle, told=die, patience=Patience(delays=(0.1,))).read([BUDGETS])
        done = command("plan", "--project", "policies", "--kubeconfig", str(brittle.kubeconfig))
        assert (done.returncode, done.stdout) == (2, "")
        assert "no connection" in done.stderr
    finally:
        brittle.restart()


def test_a_stranger(brittle: Server, tmp_path: Path) -> None:
    """A token that the server does not know is told from one without rights."""
    text = brittle.kubeconfig.read_text(encoding="utf-8").replace(brittle.token, "wrong")
    (tmp_path / "config").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"it does not know who you are \(401\)"):
        LiveCluster("demo", None, str(tmp_path / "config")).read([BUDGETS])
