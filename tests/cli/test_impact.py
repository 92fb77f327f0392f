"""`ordain impact`: what changes because of one file, and nothing else; equal changes are told once."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ordain.published import schema_text

ROOT = Path(__file__).parents[2]
NOW = ("--now", "2026-11-24T18:00:00Z")
POLICY = "policies/web.yaml"
SEARCH = """\
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: search}
spec:
  priority: 200
  targets: [{namespaces: [shop], names: [search]}]
  replicas: {max: 20}
"""


def commit(bench: Any, message: str = "policies") -> None:
    """Commit all files of the policy repository, which is made if it is not there."""
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-C", str(bench.folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "--", "ordain.yaml", "policies", "clusters"], check=True)
    if (bench.folder / "templates").is_dir():
        subprocess.run([*git, "add", "templates"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", message], check=True)


@pytest.fixture
def committed(shop: Any) -> Any:
    """Return the shop with a second policy, committed."""
    shop.write("policies/search.yaml", SEARCH)
    commit(shop)
    return shop


def impact(bench: Any, path: str, *flags: str) -> Any:
    """Run the command and return its JSON."""
    return bench.report("impact", path, *NOW, *flags)


def affected(report: Any) -> dict[str, set[str]]:
    """Return what happens to which objects."""
    found: dict[str, set[str]] = {}
    for group in report["groups"]:
        for item in group["objects"]:
            found.setdefault(group["action"], set()).add(f"{item['object']['kind']}/{item['object']['name']}")
    return found


def renders(bench: Any) -> dict[str, str]:
    """Return the text of every object that is rendered now, by its first lines of a name."""
    documents = bench.ordain("render", *NOW).out.split("---\n")[1:]
    return {f"{_line(text, 'kind')}/{_line(text, '  name')}": text for text in documents}


def _line(text: str, key: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"{key}: ")).partition(": ")[2]


def test_an_edit_is_one_group_with_its_objects(committed: Any) -> None:
    """Two workloads whose minReplicas moves are one group, with both sides, the policy line and their names."""
    committed.edit(POLICY, "min: 3", "min: 4")
    done = committed.ordain("impact", POLICY, *NOW)
    assert (done.code, done.err) == (0, "")
    first, *rest = done.out.splitlines()
    assert first.startswith("policies/web.yaml: the working copy against the last commit (")
    assert rest == [
        "",
        "~ update 3 HorizontalPodAutoscaler",
        "    spec.minReplicas: 3 -> 4  set by ScalingPolicy/web (policies/web.yaml:6:19)",
        "  shop/HorizontalPodAutoscaler/cart for shop/Deployment/cart",
        "  shop/HorizontalPodAutoscaler/checkout for shop/Deployment/checkout",
        "  shop/HorizontalPodAutoscaler/search for shop/Deployment/search",
        "",
        "Impact: 0 to create, 3 to update, 0 to delete; 3 objects unchanged.",
    ]


def test_what_another_policy_sets_does_not_change(committed: Any) -> None:
    """The maximum of search comes from its own policy: the edit of another one does not reach it."""
    committed.edit(POLICY, "max: 9", "max: 8")
    assert affected(impact(committed, POLICY)) == {
        "update": {"HorizontalPodAutoscaler/cart", "HorizontalPodAutoscaler/checkout"}
    }


EDITS = {
    "a comment": ("", "# for the auditors\n", POLICY),
    "the layout": ("replicas: {min: 3, max: 9}", "replicas:\n    max: 9\n    min: 3", POLICY),
    "a value": ("max: 9", "max: 8", POLICY),
    "the targets": ("namespaces: [shop]", "namespaces: [shop], names: [cart]", POLICY),
    "a field that goes": ("  disruption: {maxUnavailable: 1}\n", "", POLICY),
    "another policy": ("max: 20", "max: 21", "policies/search.yaml"),
    "a new name": ("name: search", "name: finder", "policies/search.yaml"),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_impact_is_the_difference_of_two_renders(committed: Any, name: str) -> None:
    """The law: an object is in the impact exactly when its rendered text differs; layout and comments have none."""
    old, new, path = EDITS[name]
    before = renders(committed)
    text = (committed.folder / path).read_text()
    committed.write(path, text.replace(old, new, 1) if old else text + new)
    after = renders(committed)
    report = impact(committed, path)
    different = {ref for ref in {*before, *after} if before.get(ref) != after.get(ref)}
    assert set().union(*affected(report).values()) == different
    assert report["summary"]["unchanged"] == len(after) - len(different & after.keys())
    assert bool(different) is (name not in ("a comment", "the layout"))
    assert committed.ordain("impact", path, *NOW, "--exit-code").code == bool(different)


def test_an_unchanged_file_is_compared_with_its_absence(committed: Any) -> None:
    """Nothing was edited: then all that comes from the file is its impact, and the first line says so."""
    report = impact(committed, "policies/search.yaml")
    assert "against its absence, for it is unchanged since the last commit" in report["compared"]
    assert affected(report) == {"update": {"HorizontalPodAutoscaler/search", "PodDisruptionBudget/search"}}


def test_without_a_repository_its_absence_counts(shop: Any) -> None:
    """No commit, nothing to compare with but absence: every object of the only policy comes from it."""
    shop.write("policies/search.yaml", SEARCH.replace("max: 20", "min: 2, max: 20"))
    report = impact(shop, POLICY)
    assert report["compared"] == "the working copy against its absence, for there is no commit to compare with"
    assert affected(report)["create"] == {
        f"{kind}/{name}"
        for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget")
        for name in ("cart", "checkout", "search")
    } - {"HorizontalPodAutoscaler/search"}


def test_new_objects_are_one_group(shop: Any) -> None:
    """Objects that come are told apart by their kind alone, with the fields that they have in common."""
    shop.write("policies/search.yaml", SEARCH)
    groups = {group["kind"]: group for group in impact(shop, POLICY)["groups"] if group["action"] == "create"}
    budgets = groups["PodDisruptionBudget"]
    assert (len(budgets["objects"]), budgets["ownFields"]) == (3, True)
    assert {"spec.maxUnavailable"} <= {field["path"] for field in budgets["fields"]}


def test_against_a_reference(committed: Any) -> None:
    """An earlier commit counts where it is named; unchanged since then is no impact."""
    committed.edit(POLICY, "max: 9", "max: 8")
    commit(committed, "fewer")
    assert affected(impact(committed, POLICY, "--against", "HEAD~1"))["update"] >= {"HorizontalPodAutoscaler/cart"}
    done = committed.ordain("impact", POLICY, *NOW, "--against", "main")
    assert (done.code, done.last) == (0, "No impact: 6 objects rendered just the same.")


def test_a_new_file_and_one_that_is_gone(committed: Any) -> None:
    """A file that the commit lacks, or the working copy, is compared with its absence on that side."""
    committed.write("policies/cart.yaml", SEARCH.replace("search", "cart"))
    report = impact(committed, "policies/cart.yaml")
    assert report["compared"].endswith(", which does not have it")
    assert affected(report) == {"update": {"HorizontalPodAutoscaler/cart", "PodDisruptionBudget/cart"}}
    (committed.folder / "policies/search.yaml").unlink()
    report = impact(committed, "policies/search.yaml")
    assert report["compared"].startswith("its absence against the last commit")
    assert affected(report) == {"update": {"HorizontalPodAutoscaler/search", "PodDisruptionBudget/search"}}


def test_a_commit_that_was_broken(committed: Any) -> None:
    """What an error of the other version concerns counts as not rendered, and a note says so."""
    committed.edit(POLICY, "max: 9", "max: 1")
    commit(committed, "broken")
    committed.edit(POLICY, "max: 1", "max: 9")
    report = impact(committed, POLICY)
    assert affected(report)["create"] >= {"HorizontalPodAutoscaler/cart", "PodDisruptionBudget/search"}
    assert report["notes"][0].startswith("the other version has ")


def test_broken_policies_have_no_impact_yet(committed: Any) -> None:
    """While the working copy is broken nothing can be told: the mistake is, with its place."""
    committed.edit(POLICY, "max: 9", "max: 1")
    done = committed.ordain("impact", POLICY, *NOW)
    assert (done.code, done.out) == (2, "")
    assert "policies/web.yaml:6:19: " in done.err


@pytest.fixture
def templated(committed: Any) -> Any:
    """Return the shop with a template of its own, which prints what ours does, committed."""
    committed.write("templates/scaling/pdb.yaml.j2", (ROOT / "templates/scaling/pdb.yaml.j2").read_text())
    committed.edit("ordain.yaml", "spec:\n", "spec:\n  templates: templates\n")
    commit(committed, "templates")
    return committed


@pytest.mark.parametrize("path", ["templates/scaling/pdb.yaml.j2", "scaling/pdb.yaml.j2"])
def test_a_template_of_the_users(templated: Any, path: str) -> None:
    """An edit of a template changes what it renders, nothing else; by its path or by its name."""
    templated.edit("templates/scaling/pdb.yaml.j2", "{{ unhealthyPodEvictionPolicy }}", "IfHealthyBudget")
    report = impact(templated, path)
    assert report["path"] == "templates/scaling/pdb.yaml.j2"
    (group,) = report["groups"]
    assert [field["path"] for field in group["fields"]] == ["spec.unhealthyPodEvictionPolicy"]
    assert {item["object"]["name"] for item in group["objects"]} == {"cart", "checkout", "search"}


def test_a_comment_in_a_template_has_no_impact(templated: Any) -> None:
    """A comment is not printed."""
    templated.append("templates/scaling/pdb.yaml.j2", "{# for the auditors #}\n")
    assert impact(templated, "scaling/pdb.yaml.j2")["groups"] == []


def test_without_a_users_template_ours_shows(templated: Any) -> None:
    """The absence of a template that shadows ours is ours: this one prints the same."""
    report = impact(templated, "templates/scaling/pdb.yaml.j2")
    assert "against its absence" in report["compared"]
    assert report["groups"] == []


def test_what_a_template_of_ours_renders(committed: Any) -> None:
    """One of the engine's own has no other version here: what it renders is listed."""
    report = impact(committed, "scaling/pdb.yaml.j2")
    assert {item["object"]["name"] for item in report["rendered"]} == {"cart", "checkout", "search"}
    assert {item["object"]["kind"] for item in report["rendered"]} == {"PodDisruptionBudget"}
    assert report["summary"]["line"] == "Renders: 3 objects for 3 subjects."


def test_another_version_that_does_not_render(templated: Any) -> None:
    """A part that others include cannot be left out: the error names it, and a commit to compare with mends it."""
    templated.write("templates/part.j2", "IfHealthyBudget")
    templated.edit("templates/scaling/pdb.yaml.j2", "{{ unhealthyPodEvictionPolicy }}", "{% include 'part.j2' %}")
    done = templated.ordain("impact", "templates/part.j2", *NOW)
    assert (done.code, done.out) == (2, "")
    assert "with the other version of templates/part.j2 nothing can be rendered" in done.err
    assert "--against REF" in done.err


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("policies/webb.yaml", "did you mean policies/web.yaml?"),
        ("scaling/hpa.yaml", "did you mean scaling/hpa.yaml.j2?"),
        ("clusters/prod.yaml", "is no policy file and no template of this project"),
        ("zzz", "its policies are in policies"),
    ],
)
def test_an_unknown_file(committed: Any, path: str, message: str) -> None:
    """What is no part of the project is refused, with the nearest that is."""
    done = committed.ordain("impact", path, *NOW)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_an_unknown_reference(committed: Any) -> None:
    """A commit that is not there is an error, not an absence."""
    done = committed.ordain("impact", POLICY, *NOW, "--against", "nowhere")
    assert done.code == 2
    assert "there is no commit nowhere" in done.err


def test_an_empty_reference_is_not_the_last_commit(committed: Any) -> None:
    """A variable that CI did not set compares with nothing that anybody meant."""
    done = committed.ordain("impact", POLICY, "--against", "")
    assert (done.code, done.err.splitlines()[0]) == (2, "ordain: --against names no commit")


def test_a_linked_file_is_a_policy(committed: Any) -> None:
    """It is read where the link stands, so it has an impact there."""
    (committed.folder / POLICY).rename(committed.folder / "web.yaml")
    (committed.folder / POLICY).symlink_to("../web.yaml")
    assert "HorizontalPodAutoscaler/cart" in affected(impact(committed, POLICY))["create"]


def test_two_clusters_are_told_apart(committed: Any) -> None:
    """A change of one cluster's objects names the cluster."""
    text = (committed.folder / "ordain.yaml").read_text()
    cluster = text[text.index("    - name: prod") : text.index("  output")]
    committed.write("ordain.yaml", text.replace(cluster, cluster + cluster.replace("name: prod", "name: test")))
    committed.edit(POLICY, "min: 3", "min: 4")
    done = committed.ordain("impact", POLICY, *NOW)
    assert "~ update 6 HorizontalPodAutoscaler" in done.out
    assert "  test: shop/HorizontalPodAutoscaler/cart for shop/Deployment/cart" in done.out


def test_the_other_formats(committed: Any) -> None:
    """The JSON fits its published schema; Markdown has the sum, a table for each group, and the objects folded."""
    committed.edit(POLICY, "min: 3", "min: 4")
    done = committed.ordain("impact", POLICY, *NOW, "-o", "json", "-o", "markdown=impact.md")
    report = json.loads(done.out)
    jsonschema.Draft202012Validator(json.loads(schema_text("ImpactReport"))).validate(report)
    page = (committed.folder / "impact.md").read_text()
    assert "**Impact: 0 to create, 3 to update, 0 to delete; 3 objects unchanged.**" in page
    assert "### update 3 objects: HorizontalPodAutoscaler" in page
    assert "| `spec.minReplicas` | `3` | `4` | `ScalingPolicy/web (policies/web.yaml:6:19)` |" in page
    assert "- `shop/HorizontalPodAutoscaler/cart for shop/Deployment/cart`" in page


def test_nothing_is_written_and_all_is_the_same_twice(committed: Any) -> None:
    """Impact changes no file, that of the repository's index included, and gives the same bytes again."""
    committed.edit(POLICY, "min: 3", "min: 4")
    before = committed.bytes_of(".")
    first = committed.ordain("impact", POLICY, *NOW).out
    assert first == committed.ordain("impact", POLICY, *NOW).out
    assert before == committed.bytes_of(".")
