import pytest

from ordain.apischemas import bundle, shipped, versions
from ordain.errors import UserError


def test_versions_are_sorted_and_whole() -> None:
    """Every minor version from the oldest supported to the newest has a bundle."""
    assert versions() == tuple(f"1.{minor}" for minor in range(30, 38))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("1.37", "1.37"), ("v1.37.2", "1.37"), ("1.37.2", "1.37"), ("v1.30.14-eks-1a2b3c", "1.30"),
        ("v1.33.4+k3s1", "1.33"), ("1.30+", "1.30"), ("1.99", "1.37"), ("v2.0.0", "1.37"),
    ],
)  # fmt: skip
def test_bundle_of_a_version(asked: str, answered: str) -> None:
    """A version as clusters write it finds its bundle; one newer than all finds the newest."""
    assert bundle(asked).version == answered


def test_bundle_between_two_is_the_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that has no bundle is answered by the next newer one."""
    monkeypatch.setattr(shipped, "_shipped", lambda: ((1, 30), (1, 37)))
    assert bundle("1.33").version == "1.37"


def test_bundle_is_read_once() -> None:
    """Two spellings of a version share one bundle."""
    assert bundle("1.37") is bundle("v1.37.2")


@pytest.mark.parametrize("version", ["1.29", "v1.9.3", "0.30"])
def test_too_old(version: str) -> None:
    """A version older than the oldest bundle is refused, with the oldest as the hint."""
    with pytest.raises(UserError, match="is older than the schemas") as caught:
        bundle(version)
    assert "1.30 is the oldest" in caught.value.hint


@pytest.mark.parametrize("version", ["", "latest", "1", "1.x", "1.30 beta"])
def test_no_version(version: str) -> None:
    """What is no version is refused."""
    with pytest.raises(UserError, match="is no Kubernetes version"):
        bundle(version)


def test_kinds_and_scope() -> None:
    """The table of kinds says plural name and scope, and None of a kind that is unknown."""
    schemas = bundle("1.37")
    assert schemas.knows("apps/v1", "Deployment")
    assert not schemas.knows("extensions/v1beta1", "Deployment")
    assert schemas.namespaced("apps/v1", "Deployment") is True
    assert schemas.namespaced("v1", "Namespace") is False
    assert schemas.namespaced("example.com/v1", "Thing") is None
    plurals = {(row.api_version, row.kind): row.plural for row in schemas.kinds()}
    assert plurals["networking.k8s.io/v1", "NetworkPolicy"] == "networkpolicies"
