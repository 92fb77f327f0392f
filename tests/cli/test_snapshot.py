"""`ordain snapshot`: a cluster's state in one file, and a run on it that is the run on its source."""

import gzip
from typing import Any

import pytest

FLAGS = ("--cluster", "prod", "--kubernetes-version", "1.33")

SECRET = """\
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: shop, annotations: {note: hunter2}}
data: {password: aHVudGVyMg==}
"""


def recorded(bench: Any, name: str = "prod.gz") -> str:
    return gzip.decompress((bench.folder / name).read_bytes()).decode()


def replayed(bench: Any, *arguments: str) -> Any:
    """Plan from the snapshot and return the JSON without the name of the source."""
    report = bench.report("plan", *arguments)
    for section in report["sections"]:
        del section["source"], section["takenAt"]
    return report


def without_settings(commit: str) -> list[str]:
    """Return a commit's lines but the digest of the settings, which name the source."""
    return [line for line in commit.splitlines() if "Ordain-Settings-Digest" not in line]


def test_a_snapshot_of_the_projects_cluster(shop: Any) -> None:
    """Without a source the project's own is recorded; what was done is said on standard error."""
    done = shop.ordain("snapshot", "--out", "prod.gz")
    assert (done.code, done.out) == (0, "")
    assert done.err == "Wrote 3 objects of prod to prod.gz.\n"


def test_a_run_on_the_snapshot_equals_the_run_on_the_list(shop: Any) -> None:
    """The same plan, the same manifests, the same digests in the commit."""
    plain, manifests = replayed(shop), shop.ordain("render").out
    shop.publish()
    commit = without_settings(shop.git("cat-file", "-p", "main"))
    shop.git("update-ref", "-d", "refs/heads/main")
    shop.ordain("snapshot", "--out", "prod.gz")
    assert plain == replayed(shop, "--snapshot", "prod.gz", "--kubernetes-version", "1.33")
    assert manifests == shop.ordain("render", "--snapshot", "prod.gz").out
    shop.publish("--snapshot", "prod.gz")
    assert commit == without_settings(shop.git("cat-file", "-p", "main"))


def test_a_snapshot_of_a_snapshot_is_the_same(shop: Any) -> None:
    """Recording twice changes no byte."""
    shop.ordain("snapshot", "--out", "a.gz")
    assert shop.ordain("snapshot", "--snapshot", "a.gz", "--cluster", "prod", "--out", "b.gz").code == 0
    assert (shop.folder / "a.gz").read_bytes() == (shop.folder / "b.gz").read_bytes()


def test_a_snapshot_from_a_folder_of_manifests(shop: Any) -> None:
    """Files below a folder count as the cluster's state, in any order and split in any way."""
    documents = (shop.folder / "clusters/prod.yaml").read_text().split("---\n")
    for index, text in enumerate(reversed(documents)):
        shop.write(f"state/{index}.yaml", text)
    done = shop.ordain("snapshot", *FLAGS, "--assume-absent", shop.absent, "--snapshot", "state", "--out", "folder.gz")
    assert done.code == 0, done.err
    shop.ordain("snapshot", "--out", "list.gz")
    assert recorded(shop, "folder.gz") == recorded(shop, "list.gz")


def test_a_snapshot_without_a_project(shop: Any) -> None:
    """A list and flags are enough."""
    (shop.folder / "ordain.yaml").unlink()
    done = shop.ordain(
        "snapshot", *FLAGS, "--assume-absent", shop.absent, "--snapshot", "clusters/prod.yaml", "--out", "prod.gz"
    )
    assert (done.code, done.err) == (0, "Wrote 3 objects of prod to prod.gz.\n")


def test_a_kind_that_was_not_read_is_an_error(shop: Any) -> None:
    """What the list does not hold is unknown, never "none"; the hint names the flag and the command."""
    done = shop.ordain("snapshot", "--snapshot", "clusters/prod.yaml", "--out", "prod.gz")
    assert done.code == 0
    shop.edit("ordain.yaml", f"      assumeAbsent: [{shop.absent}]\n", "")
    done = shop.ordain("snapshot", "--out", "other.gz")
    assert done.code == 2
    assert f"--assume-absent {shop.absent}" in done.err
    assert not (shop.folder / "other.gz").exists()


def test_secrets_are_never_recorded(shop: Any) -> None:
    """Neither data nor annotations of a Secret reach the file, redacted or not."""
    shop.append("clusters/prod.yaml", SECRET)
    for flags in ((), ("--redact",)):
        assert shop.ordain("snapshot", "--out", "prod.gz", *flags).code == 0
        text = recorded(shop)
        assert "aHVudGVyMg==" not in text
        assert "hunter2" not in text


def test_redacting_drops_annotations_and_values_of_the_environment(shop: Any) -> None:
    """`--redact` keeps the names and drops what they hold; the plan stays the same."""
    shop.edit(
        "clusters/prod.yaml",
        "name: cart, namespace: shop, ",
        "name: cart, namespace: shop, annotations: {a: b-secret}, ",
    )
    plain = replayed(shop)
    shop.ordain("snapshot", "--out", "prod.gz")
    assert "green" in recorded(shop)
    assert "b-secret" in recorded(shop)
    shop.ordain("snapshot", "--out", "prod.gz", "--redact")
    text = recorded(shop)
    assert "green" not in text
    assert "b-secret" not in text
    assert "COLOUR" in text
    assert plain == replayed(shop, "--snapshot", "prod.gz")


def test_an_old_file_stays_when_the_source_is_bad(shop: Any) -> None:
    """The file is replaced at once or not at all."""
    shop.ordain("snapshot", "--out", "prod.gz")
    before = (shop.folder / "prod.gz").read_bytes()
    shop.write("clusters/prod.yaml", "apiVersion: v1\nkind: List\nitems: [{]\n")
    done = shop.ordain("snapshot", "--out", "prod.gz")
    assert done.code == 2
    assert "clusters/prod.yaml:3" in done.err
    assert before == (shop.folder / "prod.gz").read_bytes()
    assert [path.name for path in shop.folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--snapshot", "nowhere.yaml"), "nowhere.yaml"),
        (("--snapshot", "policies"), "--assume-absent "),
        (("--out", "policies"), "policies"),
        (("--out", "nowhere/prod.gz"), "nowhere/prod.gz"),
    ],
    ids=["no-such-file", "no-cluster", "a-folder", "no-such-folder"],
)
def test_what_cannot_be_recorded_is_an_error(shop: Any, arguments: tuple[str, ...], message: str) -> None:
    """A missing source or a place that cannot be written is named, exit code 2."""
    done = shop.ordain("snapshot", "--out", "prod.gz", *arguments)
    assert done.code == 2
    assert message in done.err
    assert "defect" not in done.err
