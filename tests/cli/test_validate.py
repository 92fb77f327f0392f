"""`ordain validate`: which files it reads, and what it says of them."""

from typing import Any

BROKEN = """\
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: other}
spec:
  targets: [{namespaces: [shop]}]
  replicas: {min: three, max: 9}
  disruptions: {maxUnavailable: 1}
"""


def test_the_policies_of_the_project_are_the_default(shop: Any) -> None:
    """Without paths the project's own policies are judged, from any folder below it."""
    shop.patch.chdir(shop.folder / "policies")
    done = shop.ordain("validate")
    assert (done.code, done.out) == (0, "Valid: 1 policy in 1 file.\n")


def test_files_and_folders(shop: Any) -> None:
    """Paths are files and folders in any mixture; a file that is named twice is read once."""
    shop.write("teams/a/one.yaml", BROKEN.replace("three", "3").replace("disruptions", "disruption"))
    done = shop.ordain("validate", "policies/web.yaml", "teams", "policies")
    assert (done.code, done.last) == (0, "Valid: 2 policies in 2 files.")


def test_standard_input(empty: Any) -> None:
    """A dash reads a policy from standard input, no project needed, and places say so."""
    done = empty.ordain("validate", "-", stdin=BROKEN.encode())
    assert done.code == 1
    assert [line for line in done.out.splitlines() if line.startswith("<stdin>:")] == [
        "<stdin>:6:19 POL003 error spec.replicas.min: a whole number is needed, is 'three' (text)",
        "<stdin>:7:3 POL002 error unknown field spec.disruptions",
    ]


def test_all_mistakes_of_all_files_in_one_run(shop: Any) -> None:
    """One bad file does not hide another, and findings are sorted by place."""
    shop.write("policies/b.yaml", BROKEN)
    shop.write("policies/a.yaml", "a: [1\n")
    found = shop.report("validate")["findings"]
    places = [(item["code"], item["where"]["file"], item["where"]["line"]) for item in found]
    assert places == [
        ("YML001", "policies/a.yaml", 1),
        ("POL003", "policies/b.yaml", 6),
        ("POL002", "policies/b.yaml", 7),
    ]


def test_every_mistake_has_a_mend(shop: Any) -> None:
    """Each finding of a policy file has a hint."""
    shop.write("policies/b.yaml", BROKEN)
    assert all(item["hint"] for item in shop.report("validate")["findings"])


def test_a_bad_project_file_is_named_with_its_lines(shop: Any) -> None:
    """Mistakes in ordain.yaml are an error of the run, with places."""
    shop.edit("ordain.yaml", "snapshot: clusters", "snapshots: clusters")
    done = shop.ordain("validate")
    assert (done.code, done.out) == (2, "")
    assert "ordain.yaml:8:7: unknown field spec.clusters[0].snapshots" in done.err


def test_links_in_a_circle_are_an_error_with_their_place(shop: Any) -> None:
    """They may have led to a policy, and are no defect of ordain."""
    (shop.folder / "policies/round.yaml").symlink_to("round.yaml")
    for name in ("validate", "fix", "plan"):
        done = shop.ordain(name)
        assert done.code == 2
        assert done.err.startswith("ordain: policies/round.yaml: cannot read it: Too many levels of symbolic links")
