"""What is read from a healthy server, and how little of it."""

import pytest

from ordain.errors import UserError
from ordain.model.kind import Reading
from tests.kubernetes_port.conftest import DEPLOYMENTS, PATH, SCALED, SECRETS, Port, group, groups, page, paged
from tests.kubernetes_port.fake import FakeServer, Reply, status


def test_a_state(port: Port) -> None:
    """The version, the server's own time, what it serves, and the objects pruned and typed, in the order of names."""
    live = port.read()
    assert (live.cluster, live.kubernetes_version, live.taken_at) == ("prod", "1.37", "2026-11-24T18:00:00Z")
    assert live.served == {"v1", "apps/v1"}
    assert [item.body for item in live.objects] == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"replicas": 1},
        }
        for name in ("api", "cart")
    ]


def test_a_cluster_without_a_name(port: Port) -> None:
    """It is called as its context, if a cluster can be called so: names become folders."""
    port.name = ""
    assert port.read().cluster == "dev"
    text = port.kubeconfig.read_text(encoding="utf-8")
    port.kubeconfig.write_text(text.replace("dev", "../dev"), encoding="utf-8")
    with pytest.raises(UserError, match=r"the context \.\./dev has a name that no cluster can have"):
        port.read()


def test_pages(server: FakeServer, port: Port) -> None:
    """A list is read page by page, and the count so far is said."""
    server.pages[PATH] = paged("a", "b", "c")
    assert port.names() == ["a", "b", "c"]
    asked = [query for path, query, _ in server.asked if path == PATH]
    assert asked == [{"limit": "500"}, {"limit": "500", "continue": "b"}, {"limit": "500", "continue": "c"}]
    assert port.told == ["deployments", *(f"deployments, {count} so far" for count in (1, 2, 3))]


def test_an_expired_token_begins_the_list_again(server: FakeServer, port: Port) -> None:
    """After a 410 nothing of the old list stays."""
    healthy, days = paged("a", "b"), [status(410, "expired")]
    old = Reply(page({"metadata": {"name": "gone"}}, token="b"))
    first = [old]

    def answer(query: dict[str, str]) -> Reply:
        if "continue" not in query and first:
            return first.pop()
        return days.pop() if "continue" in query and days else healthy(query)

    server.pages[PATH] = answer
    assert port.names() == ["a", "b"]


def test_a_token_that_always_expires_ends_in_one_whole_list(server: FakeServer, port: Port) -> None:
    """After three lists that ran out the fourth one is asked for without pages."""
    whole = page({"metadata": {"name": "a"}}, {"metadata": {"name": "b"}})
    part = page({"metadata": {"name": "a"}}, token="b")
    server.pages[PATH] = lambda query: (
        status(410, "expired") if "continue" in query else Reply(part if "limit" in query else whole)
    )
    assert port.names() == ["a", "b"]
    assert server.count(PATH) == 7


def test_a_busy_server_is_asked_again(server: FakeServer, port: Port) -> None:
    """429 and 5xx are waited for, at least as long as the server says, and at most half a minute."""
    busy = Reply({"message": "busy"}, 429, {"Retry-After": "7"})
    ages = Reply({"message": "busy"}, 503, {"Retry-After": "3600"})
    server.gives(PATH, busy, Reply(b"oops", 500), ages, page())
    assert port.names() == []
    assert port.slept == [7, 1, 30]


def test_an_answer_that_was_cut_is_asked_for_again(server: FakeServer, port: Port) -> None:
    """A connection that breaks inside of an answer may be better the next time."""
    server.gives(PATH, Reply(page(), cut=5), page())
    assert port.names() == []


def test_secrets_as_metadata_only(server: FakeServer, port: Port) -> None:
    """The data of a Secret is not even asked for, and annotations go."""
    metadata = {"name": "db", "namespace": "shop", "annotations": {"note": "hunter2"}}
    item = {"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata}
    server.gives("/api/v1/secrets", page(item, kind="PartialObjectMetadataList"))
    [found] = port.read(SECRETS).objects
    assert found.body == {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}}
    accepts = [accept for path, _, accept in server.asked if path == "/api/v1/secrets"]
    assert accepts == ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"]


def test_secrets_with_data_are_refused(server: FakeServer, port: Port) -> None:
    """A server that sends whole Secrets all the same is not read any further."""
    server.gives("/api/v1/secrets", page({"metadata": {"name": "db"}, "data": {"a": "b"}}, kind="SecretList"))
    with pytest.raises(UserError, match="it answered with SecretList, not with PartialObjectMetadataList"):
        port.read(SECRETS)


def test_older_discovery(server: FakeServer, port: Port) -> None:
    """A server or proxy without the aggregated answer is asked group by group, and only for what is wanted."""
    versions = [{"groupVersion": "apps/v1", "version": "v1"}]
    server.gives("/api", {"kind": "APIVersions", "versions": ["v1"]})
    more = {"name": "batch", "versions": [{"groupVersion": "batch/v1"}]}
    server.gives("/apis", {"kind": "APIGroupList", "groups": [{"name": "apps", "versions": versions}, more]})
    server.gives("/apis/apps/v1", {"resources": [{"name": "deployments", "kind": "Deployment"}]})
    live = port.read()
    assert (live.served, len(live.objects)) == ({"v1", "apps/v1", "batch/v1"}, 2)
    assert not server.count("/apis/batch/v1")


def test_an_optional_kind_that_is_not_served_is_absent(port: Port) -> None:
    """Without KEDA there are no ScaledObjects, and that is known."""
    assert SCALED.group_kind in port.read(DEPLOYMENTS, SCALED).read


def test_a_group_without_the_kind_is_absent_too(server: FakeServer, port: Port) -> None:
    """Argo CD shares its group with Argo Rollouts: the group alone says nothing."""
    rollouts = Reading("argoproj.io/v1alpha1", "Rollout", "rollouts", optional=True)
    applications = group("argoproj.io", ("applications", "Application"), version="v1alpha1")
    server.gives("/apis", groups(group("apps", ("deployments", "Deployment")), applications))
    assert rollouts.group_kind in port.read(DEPLOYMENTS, rollouts).read


@pytest.mark.parametrize(
    ("version", "freshness", "message"),
    [
        ("v2", "Current", "serves ScaledObject in keda.sh/v2, and ordain reads keda.sh/v1alpha1"),
        ("v1beta1", "Stale", "cannot say whether it has ScaledObject: keda.sh/v1beta1 does not answer"),
    ],
)
def test_what_cannot_be_told_is_an_error(
    server: FakeServer, port: Port, version: str, freshness: str, message: str
) -> None:
    """A kind in another version, or behind an API service that is down, is not "none"."""
    keda = group("keda.sh", ("scaledobjects", "ScaledObject"), version=version, freshness=freshness)
    server.gives("/apis", groups(group("apps", ("deployments", "Deployment")), keda))
    with pytest.raises(UserError, match=message):
        port.read(DEPLOYMENTS, SCALED)


def test_a_kind_that_must_be_there(server: FakeServer, port: Port) -> None:
    """A server without Deployments is none that policies are for."""
    server.gives("/apis", groups())
    with pytest.raises(UserError, match="does not serve Deployment in apps/v1"):
        port.read()
