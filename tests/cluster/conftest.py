"""Real API servers: the newest and the oldest supported version, each started when the first test asks for it.

Tests share them: each works in a namespace of its own. A test that stops a server starts one for itself with
`start_server`. All tests of one shared server run in one worker.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.servers import Server, start_server

HERE = Path(__file__).parent
SHARED = {"newest": "1.37", "oldest": "1.30"}


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one shared server in one worker, so that no worker starts it again."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.is_relative_to(HERE):
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            for name in {*item.fixturenames, parameters.get("server")} & SHARED.keys():
                item.add_marker(pytest.mark.xdist_group(f"cluster-{name}"))


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of the newest supported version."""
    with start_server(SHARED["newest"], tmp_path_factory.mktemp("newest")) as server:
        yield server


@pytest.fixture(scope="session")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of the oldest supported version."""
    with start_server(SHARED["oldest"], tmp_path_factory.mktemp("oldest")) as server:
        yield server


@pytest.fixture(params=list(SHARED))
def server(request: pytest.FixtureRequest) -> Server:
    """Give both of them, one after the other: the test runs twice."""
    shared: Server = request.getfixturevalue(request.param)
    return shared
