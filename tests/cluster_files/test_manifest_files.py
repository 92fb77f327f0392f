"""Lists and folders of manifests as a recorded cluster."""

import os
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from ordain.errors import Span, UserError
from ordain.model.kind import Reading
from ordain.model.live import LiveState
from ordain.model.objects import ObjectRef, Source

DEPLOYMENT = Reading("apps/v1", "Deployment", "deployments")
BUDGET = Reading("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
ROLLOUT = Reading("argoproj.io/v1alpha1", "Rollout", "rollouts", optional=True)
DEPLOYMENT_YAML = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  namespace: shop
spec:
  replicas: 3
"""
SECRET_YAML = """apiVersion: v1
kind: Secret
metadata: {name: db, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"a":"c4n4ry"}}'}}
data: {a: c4n4ry}
"""
Reader = Callable[..., LiveState]


def in_list(*documents: str, kind: str = "List") -> str:
    items = "".join("- " + text.rstrip("\n").replace("\n", "\n  ") + "\n" for text in documents)
    return f"apiVersion: v1\nkind: {kind}\nitems:{' []' if not items else ''}\n{items}"


def names(live: LiveState) -> list[str]:
    return [str(item.ref) for item in live.objects]


@pytest.mark.parametrize(
    "content",
    [
        DEPLOYMENT_YAML,
        "---\n" + DEPLOYMENT_YAML + "---\n",
        in_list(DEPLOYMENT_YAML),
        in_list(in_list(DEPLOYMENT_YAML)),
        in_list(DEPLOYMENT_YAML.partition("kind: Deployment\n")[2]).replace(
            "v1\nkind: List", "apps/v1\nkind: DeploymentList"
        ),
        "# only text\n---\n" + DEPLOYMENT_YAML,
        DEPLOYMENT_YAML + "---\n" + DEPLOYMENT_YAML,
    ],
    ids=["object", "documents", "list", "list in a list", "typed list", "comment", "the same twice"],
)
def test_every_form_of_a_list_is_read(tmp_path: Path, read: Reader, content: str) -> None:
    """One object, several documents, and lists of lists give the same objects."""
    (tmp_path / "list.yaml").write_text(content)

    live = read(tmp_path / "list.yaml", DEPLOYMENT, version="1.37")

    assert names(live) == ["shop/Deployment/checkout"]
    assert live.objects.by_ref[ObjectRef("shop", "Deployment", "checkout", "apps")].source is Source.LIVE


def test_json_is_read(tmp_path: Path, read: Reader) -> None:
    """`kubectl get -o json` works as well."""
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b"}}
    (tmp_path / "list.json").write_bytes(orjson.dumps({"apiVersion": "v1", "kind": "List", "items": [body]}))

    assert names(read(tmp_path / "list.json", DEPLOYMENT, version="1.37")) == ["b/Deployment/a"]


def test_a_folder_is_read_to_the_bottom(tmp_path: Path, read: Reader) -> None:
    """YAML and JSON files count, in folders of folders; hidden and other files do not."""
    for name in ("a/b/one.yaml", "a/two.yml", ".hidden/x.yaml", "a/.x.yaml", "a/README.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(DEPLOYMENT_YAML.replace("checkout", file.stem))

    assert names(read(tmp_path, DEPLOYMENT, version="1.37")) == ["shop/Deployment/one", "shop/Deployment/two"]


def test_a_folder_linked_to_itself_is_read_once(tmp_path: Path, read: Reader) -> None:
    """Links to folders are not followed."""
    (tmp_path / "a.yaml").write_text(DEPLOYMENT_YAML)
    (tmp_path / "again").symlink_to(".")

    assert names(read(tmp_path, DEPLOYMENT, version="1.37")) == ["shop/Deployment/checkout"]


def test_objects_know_their_lines(tmp_path: Path, read: Reader) -> None:
    """A path in an object leads to a line and a column of the file, in lists too."""
    (tmp_path / "list.yaml").write_text(in_list(SECRET_YAML, DEPLOYMENT_YAML))
    live = read(tmp_path / "list.yaml", DEPLOYMENT, version="1.37")

    found = live.objects.by_ref[ObjectRef("shop", "Deployment", "checkout", "apps")]

    assert found.locate(("spec", "replicas")) == Span("list.yaml", 14, 15)


def test_a_secret_in_a_file_is_not_kept(tmp_path: Path, read: Reader) -> None:
    """Neither data nor last-applied of a Secret gets into the live state."""
    (tmp_path / "list.yaml").write_text(in_list(SECRET_YAML))

    live = read(tmp_path / "list.yaml", version="1.37")

    assert names(live) == ["default/Secret/db"]
    assert "c4n4ry" not in repr([item.body for item in live.objects])


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("apps/v1", "Deployment", "default"),
        ("v1", "Namespace", ""),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", ""),
        ("example.org/v1", "Widget", "default"),
        ("example.org/v1", "ClusterWidget", ""),
    ],
)
def test_an_object_without_a_namespace(
    tmp_path: Path, read: Reader, api_version: str, kind: str, expected: str
) -> None:
    """It lands where kubectl would put it: in `default`, unless its kind has no namespace."""
    (tmp_path / "a.yaml").write_text(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n")

    (item,) = read(tmp_path / "a.yaml", version="1.37").objects

    assert item.ref.namespace == expected
    assert (item.get("metadata", "namespace") or "") == expected


@pytest.mark.parametrize(("scope", "expected"), [("Cluster", ""), ("Namespaced", "default")])
def test_a_definition_in_the_files_says_the_scope(tmp_path: Path, read: Reader, scope: str, expected: str) -> None:
    """A CustomResourceDefinition is believed, wherever it stands."""
    (tmp_path / "a.yaml").write_text("apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: x}\n")
    (tmp_path / "b.yaml").write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.org}\n"
        f"spec: {{group: example.org, names: {{kind: Widget}}, scope: {scope}}}\n"
    )

    live = read(tmp_path, version="1.37")

    assert [item.ref.namespace for item in live.objects.of_kind("Widget")] == [expected]


def test_a_kind_that_is_not_there_is_unknown(tmp_path: Path, read: Reader) -> None:
    """The message names the missing kinds; the hint gives the flag and the command that reads them."""
    (tmp_path / "list.yaml").write_text(DEPLOYMENT_YAML)

    with pytest.raises(UserError, match="PodDisruptionBudget, Rollout") as caught:
        read(tmp_path / "list.yaml", DEPLOYMENT, BUDGET, ROLLOUT, version="1.37")

    assert caught.value.hint == (
        "if there are none, add --assume-absent PodDisruptionBudget,Rollout; else write the list again with all: "
        "`kubectl get deployments,poddisruptionbudgets --all-namespaces -o yaml`"
    )


@pytest.mark.parametrize(
    "absent",
    [
        ["PodDisruptionBudget", "Rollout"],
        ["poddisruptionbudget,rollouts"],
        ["PodDisruptionBudget.policy", " rollouts.argoproj.io , "],
    ],
)
def test_a_kind_can_be_assumed_absent(tmp_path: Path, read: Reader, absent: list[str]) -> None:
    """By kind, plural or Kind.group, in any case, one by one or with commas."""
    (tmp_path / "list.yaml").write_text(DEPLOYMENT_YAML)

    live = read(tmp_path / "list.yaml", DEPLOYMENT, BUDGET, ROLLOUT, version="1.37", absent=absent)

    assert {"Deployment.apps", "PodDisruptionBudget.policy", "Rollout.argoproj.io"} == set(map(str, live.read))


def test_two_kinds_of_one_name_are_told_apart(tmp_path: Path, read: Reader) -> None:
    """The flag has the group where the kind alone would not do."""
    (tmp_path / "list.yaml").write_text(DEPLOYMENT_YAML)
    services = (Reading("v1", "Service", "services"), Reading("serving.knative.dev/v1", "Service", "services"))

    with pytest.raises(UserError) as caught:
        read(tmp_path / "list.yaml", *services, version="1.37")

    assert "--assume-absent Service,Service.serving.knative.dev;" in caught.value.hint


def test_a_kind_that_is_there_cannot_be_assumed_absent(tmp_path: Path, read: Reader) -> None:
    """An assumption that the file disproves is an error."""
    (tmp_path / "list.yaml").write_text(DEPLOYMENT_YAML)

    with pytest.raises(UserError, match="Deployment: assumed absent, and the file holds some"):
        read(tmp_path / "list.yaml", DEPLOYMENT, version="1.37", absent=["deployments"])


def test_an_empty_typed_list_says_that_there_are_none(tmp_path: Path, read: Reader) -> None:
    """A PodDisruptionBudgetList without items counts as read."""
    content = "apiVersion: policy/v1\nkind: PodDisruptionBudgetList\nitems: null\n"
    (tmp_path / "list.yaml").write_text(content)

    assert BUDGET.group_kind in read(tmp_path / "list.yaml", BUDGET, version="1.37").read


def test_an_empty_list_says_nothing(tmp_path: Path, read: Reader) -> None:
    """A List without items names no kind, so none counts as read."""
    (tmp_path / "list.yaml").write_text(in_list())

    with pytest.raises(UserError, match="PodDisruptionBudget"):
        read(tmp_path / "list.yaml", BUDGET, version="1.37")


def test_the_version_must_be_said(tmp_path: Path, read: Reader) -> None:
    """A list does not say which Kubernetes it came from."""
    (tmp_path / "list.yaml").write_text(DEPLOYMENT_YAML)

    with pytest.raises(UserError) as caught:
        read(tmp_path / "list.yaml", DEPLOYMENT)

    assert "--kubernetes-version 1.37" in caught.value.hint


BAD = {
    "empty": ("", "holds no objects"),
    "only comments": ("# nothing\n", "holds no objects"),
    "a text": ("hello\n", r"list\.yaml:1:1: this is no Kubernetes object"),
    "a list of texts": (in_list("hello"), r"list\.yaml:4:3: this is no Kubernetes object"),
    "no kind": ("apiVersion: v1\nmetadata: {name: a}\n", r"list\.yaml:1:1: kind is missing"),
    "no apiVersion": ("kind: Service\nmetadata: {name: a}\n", "apiVersion is missing"),
    "no name": ("apiVersion: v1\nkind: Service\nmetadata:\n  labels: {}\n", r"list\.yaml:4:3: .* no metadata\.name"),
    "a number as name": ("apiVersion: v1\nkind: Service\nmetadata: {name: 5}\n", r"no metadata\.name"),
    "a label as number": (
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {x: 1}}\n",
        r":3:\d+: .*is no text",
    ),
    "not YAML": ("a: [\n", r"list\.yaml:"),
    "a page": (
        "apiVersion: v1\nkind: ServiceList\nmetadata: {continue: abc}\nitems: []\n",
        r"list\.yaml:3:\d+: this is one page",
    ),
    "one name twice": (
        DEPLOYMENT_YAML + "---\n" + DEPLOYMENT_YAML.replace("3", "4"),
        r"list\.yaml:9:1: shop/Deployment/checkout is here twice.*list\.yaml:1:1",
    ),
    "a list of a file that is no list": ("apiVersion: v1\nkind: List\nitems: 5\n", r"no metadata\.name"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, read: Reader, content: str, message: str) -> None:
    """What is no object, not whole or contradictory stops the run, with its line."""
    (tmp_path / "list.yaml").write_text(content)

    with pytest.raises(UserError) as caught:
        read(tmp_path / "list.yaml", version="1.37")

    assert caught.match(message)


def test_a_folder_without_manifests_is_an_error(tmp_path: Path, read: Reader) -> None:
    """An empty folder is never an empty cluster."""
    (tmp_path / "README.md").touch()

    with pytest.raises(UserError, match="the folder holds no manifests"):
        read(tmp_path, version="1.37")


def test_what_is_no_file_in_a_folder_is_an_error(tmp_path: Path, read: Reader) -> None:
    """A pipe would be waited for forever."""
    os.mkfifo(tmp_path / "a.yaml")

    with pytest.raises(UserError, match="this is not a file"):
        read(tmp_path, version="1.37")


def test_a_broken_link_in_a_folder_is_an_error(tmp_path: Path, read: Reader) -> None:
    """A file that cannot be read is never skipped."""
    (tmp_path / "a.yaml").symlink_to("a.yaml")

    with pytest.raises(UserError, match=r"a\.yaml: cannot read it"):
        read(tmp_path, version="1.37")


def test_the_digest_is_of_the_content(tmp_path: Path, read: Reader) -> None:
    """Comments, order and file names do not change it; a value does."""
    (tmp_path / "a.yaml").write_text(DEPLOYMENT_YAML)
    (tmp_path / "b.yaml").write_text("# a comment\n" + in_list(DEPLOYMENT_YAML))
    (tmp_path / "c.yaml").write_text(DEPLOYMENT_YAML.replace("3", "4"))

    first, same, other = (read(tmp_path / name, version="1.37").digest for name in ("a.yaml", "b.yaml", "c.yaml"))

    assert first == same != other
