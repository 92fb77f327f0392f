"""Bad input: a clear error, and nothing is lost. Policies, recorded states, names."""

import gzip
import hashlib
import json
from typing import Any

import pytest


def refused(bench: Any, code: int, *messages: str) -> Any:
    """Publish, which must fail with these words and leave the repository as it is."""
    before = bench.bytes_of()
    done = bench.ordain("publish")
    assert done.code == code, done.out + done.err
    assert before == bench.bytes_of()
    for message in messages:
        assert message in done.out + done.err
    assert "defect" not in done.err
    return done


def resealed(bench: Any, name: str, old: str, new: str) -> None:
    """Change a snapshot as an attacker would: with the digest of the changed content."""
    path = bench.folder / name
    *lines, end = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    assert any(old in line for line in lines)
    content = "".join(lines).replace(old, new).encode()
    last = json.loads(end)
    last["end"]["sha256"] = hashlib.sha256(content).hexdigest()
    path.write_bytes(gzip.compress(content + json.dumps(last).encode() + b"\n"))


def test_no_policies(published: Any) -> None:
    """A project without a policy is an error, never a plan that deletes everything."""
    (published.folder / "policies/web.yaml").unlink()
    refused(published, 2, "there are no policies in policies", "hint: `ordain init` writes a first one")
    assert published.ordain("plan").code == 2
    assert published.ordain("validate").code == 2


def test_policies_that_are_all_comments(published: Any) -> None:
    """Files without a document are no policies."""
    published.write("policies/web.yaml", "# later\n---\n")
    refused(published, 2, "there are no policies in policies")


def test_a_missing_folder_of_policies(published: Any) -> None:
    """A path that does not exist is named."""
    (published.folder / "policies").rename(published.folder / "policy")
    refused(published, 2, "there is no file or folder policies")


def test_a_policy_that_matches_nothing(published: Any) -> None:
    """It is a warning with its place; what it had published is not deleted as a whole."""
    published.edit("policies/web.yaml", "[shop]", "[shp]")
    plan = published.ordain("plan")
    assert "policies/web.yaml:5:12 POL009 warning ScalingPolicy/web matches nothing in this cluster" in plan.out
    refused(published, 2, "no policy asks for anything here, and 6 files are published")


@pytest.mark.parametrize("broken", ["a: [1\n", "kind: ScalingPolicy\n", "\x00"], ids=["yaml", "shape", "bytes"])
def test_a_load_error_stops_before_a_deletion(published: Any, broken: str) -> None:
    """While one file is broken nothing is planned: its policy might be the one that asks for what is there."""
    published.write("policies/broken.yaml", broken)
    published.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    done = refused(published, 1, "policies/broken.yaml:1:")
    assert done.last.endswith("in 1 of 2 files.")


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.999], ids=str)
def test_a_snapshot_that_is_cut(published: Any, kept: float) -> None:
    """A recorded state that ends too early is refused: what is missing would be deleted."""
    published.ordain("snapshot", "--out", "prod.gz")
    whole = (published.folder / "prod.gz").read_bytes()
    (published.folder / "clusters/prod.yaml").write_bytes(whole[: max(2, int(len(whole) * kept))])
    refused(published, 2, "clusters/prod.yaml")


def test_a_snapshot_that_is_cut_and_packed_again(published: Any) -> None:
    """The count and digest at its end tell, even where gzip is content."""
    published.ordain("snapshot", "--out", "prod.gz")
    lines = gzip.decompress((published.folder / "prod.gz").read_bytes()).splitlines(keepends=True)
    for cut in (lines[:-1], [*lines[:-2], lines[-1]], lines[:1]):
        (published.folder / "clusters/prod.yaml").write_bytes(gzip.compress(b"".join(cut)))
        refused(published, 2, "clusters/prod.yaml")


def test_a_list_that_is_cut(published: Any) -> None:
    """A list in JSON that ends too early cannot be parsed, and is named."""
    body = {"apiVersion": "v1", "kind": "List", "items": []}
    published.write("clusters/prod.yaml", json.dumps(body)[:-2])
    refused(published, 2, "clusters/prod.yaml:2:1: ")


def test_a_list_that_is_empty(published: Any) -> None:
    """A kind that was not read is an error, never "none"."""
    published.write("clusters/prod.yaml", "apiVersion: v1\nkind: List\nitems: []\n")
    refused(published, 2, "it does not say whether there are objects of these kinds", "--assume-absent")


def test_a_kind_that_was_not_read(published: Any) -> None:
    """One kind that nobody read is enough to stop."""
    text = (published.folder / "clusters/prod.yaml").read_text()
    published.write("clusters/prod.yaml", text.replace("kind: ResourceQuotaList", "kind: LimitRangeList"))
    refused(published, 2, "ResourceQuota")


def test_a_cluster_that_cannot_be_read(published: Any) -> None:
    """A missing recorded state is an error with its name."""
    (published.folder / "clusters/prod.yaml").unlink()
    refused(published, 2, "clusters/prod.yaml", "No such file")


def test_a_cluster_without_workloads(published: Any) -> None:
    """An empty desired state over published files stops: nothing is emptied by a bad read."""
    text = (published.folder / "clusters/prod.yaml").read_text()
    head, _, rest = text.partition("---\n")
    assert "Deployment" in head
    published.write("clusters/prod.yaml", "apiVersion: apps/v1\nkind: DeploymentList\nitems: []\n---\n" + rest)
    refused(published, 2, "ordain does not delete them all")


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "/etc/passwd", "-rf", "A", "x\\ny", "$(id)", ""])
def test_the_name_of_a_policy(published: Any, name: str) -> None:
    """A policy's name is checked where it is written."""
    published.edit("policies/web.yaml", "{name: web}", f'{{name: "{name}"}}')
    refused(published, 1, "policies/web.yaml:3:18 POL003 error metadata.name")


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "a\\\\b", "x\\ny", ".git", "a\\u0000b"])
@pytest.mark.parametrize("field", ["name", "namespace"])
def test_the_name_of_a_workload_in_a_list(published: Any, field: str, name: str) -> None:
    """An object with a name that no server takes is refused before it becomes a path."""
    text = (published.folder / "clusters/prod.yaml").read_text()
    old = "name: cart, namespace: shop" if field == "name" else "namespace: shop, labels: {app: cart}"
    new = old.replace("name: cart", f'name: "{name}"') if field == "name" else old.replace("shop", f'"{name}"')
    published.write("clusters/prod.yaml", text.replace(old, new))
    published.edit("policies/web.yaml", "{namespaces: [shop]}", "{kinds: [Deployment]}")
    refused(published, 2)
    done = published.ordain("render", "--out", "built/below")
    assert done.code == 2
    assert sorted(path.name for path in published.folder.iterdir()) == [
        "clusters",
        "ordain.yaml",
        "out.git",
        "policies",
    ]


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", ".git"])
def test_the_name_of_a_workload_in_a_snapshot(published: Any, name: str) -> None:
    """A forged snapshot leads no further than an honest one."""
    published.ordain("snapshot", "--out", "prod.gz")
    resealed(published, "prod.gz", '"name":"cart","namespace"', f'"name":"{name}","namespace"')
    (published.folder / "prod.gz").replace(published.folder / "clusters/prod.yaml")
    refused(published, 2)


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "/tmp", ".git"])
def test_the_name_of_a_cluster(published: Any, name: str) -> None:
    """A cluster's name becomes a folder: only plain names are taken."""
    published.edit("ordain.yaml", "name: prod", f'name: "{name}"')
    refused(published, 2, "ordain.yaml:7:13", "spec.clusters[0].name")
    assert published.ordain("plan", "--snapshot", "clusters/prod.yaml", "--cluster", name).code == 2


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "/tmp", ".git"])
def test_the_name_of_a_cluster_on_the_command_line(shop: Any, name: str) -> None:
    """Where the settings name no cluster the name comes from a flag, and is judged all the same."""
    text = (shop.folder / "ordain.yaml").read_text()
    shop.write("ordain.yaml", text[: text.index("  clusters:")] + text[text.index("  output:") :])
    done = shop.ordain("plan", "--snapshot", "clusters/prod.yaml", "--cluster", name)
    assert (done.code, done.out) == (2, "")
    assert "--cluster" in done.err
    assert "defect" not in done.err


@pytest.mark.parametrize("folder", ["../../x", "..", "/tmp", "a//b", "a/../b", ".git", "a/.git/hooks", "", "a\\\\b"])
def test_the_folder_of_the_output(published: Any, folder: str) -> None:
    """The output's folder stays inside the tree."""
    published.edit("ordain.yaml", "{repository: out.git}", f'{{repository: out.git, folder: "{folder}"}}')
    refused(published, 2)


@pytest.mark.parametrize("branch", ["../../x", "refs/heads/main", "a..b", "-x", "HEAD", "a b", "x.lock", ""])
def test_the_name_of_the_branch(published: Any, branch: str) -> None:
    """A branch that Git would not take is named, with an example of one that it takes."""
    published.edit("ordain.yaml", "{repository: out.git}", f'{{repository: out.git, branch: "{branch}"}}')
    refused(published, 2)


def test_a_template_folder_that_is_missing(published: Any) -> None:
    """A folder of templates that is not there is no reason to use others."""
    published.edit("ordain.yaml", "spec:\n", "spec:\n  templates: mine\n")
    refused(published, 2, "the folder of templates does not exist")


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("tomorrow", "--now tomorrow is no time"),
        ("0001-01-01", "--now 0001-01-01 is too far away"),
        ("9999-12-31", "--now 9999-12-31 is too far away"),
    ],
)
def test_a_time_that_no_calendar_reaches(published: Any, time: str, message: str) -> None:
    """Schedules are looked at for years around the run: a run at the end of the calendar is refused."""
    done = published.ordain("plan", "--now", time)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
