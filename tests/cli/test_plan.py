"""`ordain plan`: what would change, and nothing is written."""

from typing import Any

import pytest

NOW = "2026-11-24T18:00:00Z"


def changes(report: Any, section: int = 0) -> dict[str, list[str]]:
    """Return the changed objects by action."""
    found: dict[str, list[str]] = {}
    for change in report["sections"][section]["plan"]["changes"]:
        found.setdefault(change["action"], []).append(f"{change['object']['kind']}/{change['object']['name']}")
    return found


def test_a_first_plan_creates_everything(shop: Any) -> None:
    """Where nothing is published each manifest is a creation, and the last line is the sum."""
    done = shop.ordain("plan")
    assert (done.code, done.err) == (0, "")
    assert done.last == "Plan: 6 to create, 0 to update, 0 to delete."


def test_a_plan_writes_nothing(shop: Any) -> None:
    """Neither the repository nor the project changes by a byte."""
    before = shop.bytes_of(".")
    shop.ordain("plan")
    assert before == shop.bytes_of(".")


def test_a_plan_shows_updates_and_deletes(shop: Any) -> None:
    """A changed field is an update, an object that no policy asks for any more a deletion."""
    shop.publish()
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    report = shop.report("plan")
    assert changes(report) == {
        "update": [f"HorizontalPodAutoscaler/{name}" for name in ("cart", "checkout", "search")],
        "delete": [f"PodDisruptionBudget/{name}" for name in ("cart", "checkout", "search")],
    }
    fields = report["sections"][0]["plan"]["changes"][0]["fields"]
    assert [(field["path"], field["before"], field["after"]) for field in fields] == [("spec.maxReplicas", "9", "12")]
    assert fields[0]["setBy"]["where"] == {"file": "policies/web.yaml", "line": 6, "column": 27}


def test_exit_code_1_on_changes_only_when_asked(shop: Any) -> None:
    """Changes alone are no failure, but with `--exit-code`; the report says why."""
    assert shop.ordain("plan").code == 0
    assert shop.ordain("plan", "--exit-code").code == 1
    assert shop.report("plan", "--exit-code")["summary"]["exitReasons"] == ["changes"]


@pytest.mark.parametrize("command", ["plan", "publish", "render"])
def test_a_part_of_the_policies_cannot_be_planned(shop: Any, command: str) -> None:
    """Policies are those of the project: a plan of some would delete what the others ask for."""
    done = shop.ordain(command, "policies/web.yaml")
    assert (done.code, done.out) == (2, "")
    assert "policies/web.yaml" in done.err


def test_another_project(shop: Any) -> None:
    """`--project` names another file of settings; its paths start from its own folder, places from here."""
    shop.write("trial/few.yaml", (shop.folder / "policies/web.yaml").read_text().replace("max: 9", "max: 4"))
    settings = (shop.folder / "ordain.yaml").read_text().replace("[policies]", "[few.yaml]")
    settings = settings.replace("clusters/prod", "../clusters/prod").replace("out.git", "../out.git")
    shop.write("trial/ordain.yaml", settings)
    done = shop.ordain("plan", "--project", "trial")
    assert "spec.maxReplicas: 4  set by ScalingPolicy/web (trial/few.yaml:6:27)" in done.out


def test_another_branch_and_repository(shop: Any) -> None:
    """Flags take the place of the project's output."""
    shop.publish()
    assert shop.ordain("plan", "--exit-code", "--branch", "staging").last.startswith("Plan: 6 to create")
    done = shop.ordain("plan", "--repository", "nowhere.git")
    assert done.code == 2
    assert "nowhere.git" in done.err
    assert "git init --bare" in done.err


def test_a_plan_without_an_output_compares_with_the_cluster_alone(shop: Any) -> None:
    """A project that names no repository can plan, and publish says what is missing."""
    shop.edit("ordain.yaml", "  output: {repository: out.git}\n", "")
    assert shop.ordain("plan").code == 0
    done = shop.ordain("publish")
    assert done.code == 2
    assert "the project names no output repository" in done.err


def test_a_plan_needs_a_cluster(empty: Any) -> None:
    """Without a cluster the error says where one is named."""
    empty.ordain("init")
    done = empty.ordain("plan")
    assert done.code == 2
    assert "hint: add spec.clusters to ordain.yaml, or give --context NAME or --snapshot PATH" in done.err


def test_a_plan_without_a_project_file(shop: Any) -> None:
    """Without settings here or above there is nothing to plan, and the error says how to begin."""
    (shop.folder / "ordain.yaml").unlink()
    done = shop.ordain("plan")
    assert (done.code, done.out) == (2, "")
    assert "there is no ordain.yaml here or above\nhint: `ordain init` writes one" in done.err


def test_a_plan_from_flags_alone(shop: Any) -> None:
    """A project without clusters plans for the one whose state is named."""
    text = (shop.folder / "ordain.yaml").read_text()
    shop.write("ordain.yaml", text[: text.index("  clusters:")] + text[text.index("  output:") :])
    done = shop.ordain(
        "plan", "--snapshot", "clusters/prod.yaml", "--kubernetes-version", "1.33",
        "--assume-absent", shop.absent,
    )  # fmt: skip
    assert (done.code, done.last) == (0, "Plan: 6 to create, 0 to update, 0 to delete.")


def test_no_changes_is_a_full_answer(shop: Any) -> None:
    """When Git and the cluster hold what is wanted, the plan says what was compared."""
    shop.publish()
    shop.sync()
    done = shop.ordain("plan", "--exit-code")
    assert done.code == 0
    assert done.last == (
        "No changes. Compared 6 objects with branch main of out.git and with the live objects of prod."
    )


def test_live_differences_have_a_section_of_their_own(shop: Any) -> None:
    """What lives otherwise than Git holds it is drift, apart from the changes of the plan."""
    shop.publish()
    live = shop.ordain("render").out.replace("maxReplicas: 9", "maxReplicas: 30", 1)
    shop.append("clusters/prod.yaml", "---\n" + live)
    report = shop.report("plan")
    assert changes(report) == {}
    (drifted,) = report["sections"][0]["plan"]["live"]
    assert [(field["path"], field["before"], field["after"]) for field in drifted["fields"]] == [
        ("spec.maxReplicas", "30", "9")
    ]
