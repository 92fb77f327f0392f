import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.errors import UserError
from ordain.git import check_paths, object_path
from ordain.model.objects import ObjectRef

CASES = [
    (ObjectRef("shop", "HorizontalPodAutoscaler", "web", "autoscaling"), "shop/horizontalpodautoscaler-web.yaml"),
    (ObjectRef("", "Namespace", "shop"), "_cluster/namespace-shop.yaml"),
    (ObjectRef("", "ClusterRole", "system:node", "rbac.authorization.k8s.io"), "_cluster/clusterrole-system:node.yaml"),
]


@pytest.mark.parametrize(("ref", "path"), CASES)
def test_an_object_has_one_path(ref: ObjectRef, path: str) -> None:
    """The path of an object is its namespace, its kind in lower case and its name."""
    assert object_path(ref) == path


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a\\b", "a\0b", "a\nb", "a\x7fb", ".git", "../../x"])
@pytest.mark.parametrize("field", ["namespace", "kind", "name"])
def test_a_name_that_leads_elsewhere_is_refused(name: str, field: str) -> None:
    """No part of an object's name can lead out of the cluster's folder."""
    parts = {"namespace": "shop", "kind": "Service", "name": "web", field: name}
    if field == "namespace" and not name:
        return
    with pytest.raises(UserError, match="cannot be published"):
        object_path(ObjectRef(**parts))


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_path_stays_in_its_folder(namespace: str, name: str) -> None:
    """Whatever a name holds, the path has one folder and one file name, or is refused."""
    try:
        path = object_path(ObjectRef(namespace, "Service", name))
    except UserError:
        return
    folder, file = path.split("/")
    assert folder not in {"", ".", ".."}
    assert file.startswith("service-")
    check_paths([path])


def test_a_long_name_fits_a_file_system() -> None:
    """A file name above 255 bytes is shortened, and two names that share a beginning stay apart."""
    first, second = (
        object_path(ObjectRef("shop", "HorizontalPodAutoscaler", "a" * 252 + end, "autoscaling")) for end in "xy"
    )
    assert len(first.split("/")[1]) <= 255
    assert first != second


@pytest.mark.parametrize(
    "paths",
    [
        ("shop/Service-web.yaml", "shop/service-web.yaml"),
        ("shop", "shop/service-web.yaml"),
        ("../x",),
        ("/x",),
        ("a//b",),
    ],
)
def test_paths_that_do_not_fit_each_other_are_refused(paths: tuple[str, ...]) -> None:
    """Two paths that differ by letter case, a file that is also a folder and a way out are refused."""
    with pytest.raises(UserError):
        check_paths(paths)


def test_ordinary_paths_are_fine() -> None:
    """Different files in nested folders are accepted."""
    check_paths(["a/b.yaml", "a/c.yaml", "ab/b.yaml"])
