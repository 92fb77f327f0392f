"""`ordain render`: the manifests as one stream, or as files in a folder that it may call its own."""

from typing import Any

import pytest
import yaml

PATHS = {
    f"prod/shop/{kind}-{name}.yaml"
    for kind in ("horizontalpodautoscaler", "poddisruptionbudget")
    for name in ("cart", "checkout", "search")
}


def below(bench: Any, folder: str) -> set[str]:
    root = bench.folder / folder
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_the_stream_holds_all_manifests_and_nothing_else(shop: Any) -> None:
    """Standard output can be piped into kubectl: YAML documents alone."""
    done = shop.ordain("render")
    bodies = list(yaml.safe_load_all(done.out))
    assert done.code == 0
    assert [f"{body['kind']}/{body['metadata']['name']}" for body in bodies] == [
        f"{kind}/{name}"
        for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget")
        for name in ("cart", "checkout", "search")
    ]


def test_the_folder_holds_what_publish_commits(shop: Any) -> None:
    """`--out` and `publish` write the same files with the same bytes."""
    shop.ordain("render", "--out", "built")
    shop.publish()
    for path in PATHS:
        assert (shop.folder / "built" / path).read_text() == shop.git("show", f"main:{path}")


def test_the_same_folder_can_be_written_again(shop: Any) -> None:
    """A second render of the same input changes no byte."""
    assert shop.ordain("render", "--out", "built").code == 0
    before = shop.bytes_of("built")
    assert shop.ordain("render", "--out", "built").code == 0
    assert before == shop.bytes_of("built")
    assert PATHS | {".ordain-render"} == below(shop, "built")


def test_files_that_are_no_longer_rendered_are_removed(shop: Any) -> None:
    """What an earlier render wrote and this one does not goes; what others put beside it stays."""
    shop.ordain("render", "--out", "built")
    shop.write("built/README.md", "mine")
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    assert shop.ordain("render", "--out", "built").code == 0
    expected = {path for path in PATHS if "horizontal" in path} | {".ordain-render", "README.md"}
    assert expected == below(shop, "built")


def test_a_folder_of_others_is_refused(shop: Any) -> None:
    """A folder that render did not write is left as it is."""
    shop.write("src/main.py", "print()")
    done = shop.ordain("render", "--out", "src")
    assert done.code == 2
    assert "src is not empty and was not written by `ordain render`" in done.err
    assert below(shop, "src") == {"main.py"}


@pytest.mark.parametrize("hostile", ["../precious.txt", "/{folder}/precious.txt", "prod/../../precious.txt"])
def test_a_list_of_files_that_leads_elsewhere_deletes_nothing(shop: Any, hostile: str) -> None:
    """The list in the folder is input like any other: a path that leads out of it is refused."""
    precious = shop.write("precious.txt", "mine")
    shop.ordain("render", "--out", "built")
    listed = hostile.format(folder=shop.folder.as_posix().lstrip("/"))
    shop.write("built/.ordain-render", f"{listed}\n")
    done = shop.ordain("render", "--out", "built")
    assert precious.read_text() == "mine"
    assert done.code == 2
    assert ".ordain-render" in done.err


def test_a_link_in_the_folder_is_not_followed_out_of_it(shop: Any) -> None:
    """A link where a namespace's folder belongs does not lead the files to another place."""
    shop.ordain("render", "--out", "built")
    for path in (shop.folder / "built/prod/shop").iterdir():
        path.unlink()
    (shop.folder / "built/prod/shop").rmdir()
    (shop.folder / "elsewhere").mkdir()
    (shop.folder / "built/prod/shop").symlink_to(shop.folder / "elsewhere")
    done = shop.ordain("render", "--out", "built")
    assert list((shop.folder / "elsewhere").iterdir()) == []
    assert done.code == 2


def test_findings_at_the_gate_write_no_folder(shop: Any) -> None:
    """An error leaves the folder as it was, the exit code 1 and the finding on standard error."""
    shop.ordain("render", "--out", "built")
    before = shop.bytes_of("built")
    shop.edit("policies/web.yaml", "max: 9", "max: 1")
    done = shop.ordain("render", "--out", "built")
    assert (done.code, done.out) == (1, "")
    assert "SCL001" in done.err
    assert before == shop.bytes_of("built")


def test_the_settings_for_argo_cd(shop: Any) -> None:
    """`--argocd` prints what leaves the replicas of autoscaled workloads alone, and no manifest."""
    done = shop.ordain("render", "--argocd")
    spec = yaml.safe_load(done.out)["spec"]
    assert spec["syncPolicy"]["syncOptions"] == ["RespectIgnoreDifferences=true"]
    assert spec["ignoreDifferences"] == [
        {"group": "apps", "kind": "Deployment", "namespace": "shop", "name": name, "jsonPointers": ["/spec/replicas"]}
        for name in ("cart", "checkout", "search")
    ]


def test_reports_of_render_go_to_standard_error_or_files(shop: Any) -> None:
    """With `-o` standard output still holds the manifests alone."""
    done = shop.ordain("render", "-o", "json=found.json")
    assert done.out.startswith("---\napiVersion: autoscaling/v2\n")
    assert (shop.folder / "found.json").read_text().startswith("{")
    also = shop.ordain("render", "-o", "json")
    assert also.out == done.out
    assert also.err.startswith("{")
