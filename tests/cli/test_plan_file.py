"""The plan as a contract: `plan --out`, and `publish PLAN`, which does just that plan or refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import WEB, Bench, cluster
from tests.cli.saving import NOW, edit, live, publish, save, settle, state

WAIVER = """\
apiVersion: ordain.dev/v1alpha1
kind: Waiver
metadata: {name: late}
spec:
  control: SCL005
  targets: [{namespaces: [shop], kinds: [Deployment], names: [cart, checkout, search]}]
  reason: the new nodes come next week
  owner: team-shop
  ticket: SHOP-1
  expires: 2026-11-24
"""


def test_a_plan_is_published_as_it_was_planned(shop: Any) -> None:
    """The commit is the one that a publish at the plan's time makes, to the byte: files, words, time and trailers."""
    document = save(shop)
    done = publish(shop)
    assert (done.code, done.last) == (0, "Published: 6 created, 0 updated, 0 deleted.")
    commit = shop.git("rev-parse", "main")
    assert f"Ordain-Plan-Digest: {document['plan']['digest']}" in shop.git("log", "-1", "main")
    shop.git("update-ref", "-d", "refs/heads/main")
    shop.publish()
    assert commit == shop.git("rev-parse", "main")


def test_a_dry_run_of_a_plan_writes_nothing(shop: Any) -> None:
    """`--dry-run` checks all that a publish checks and changes no byte."""
    save(shop)
    before = shop.bytes_of(".")
    done = publish(shop, "--dry-run")
    assert (done.code, before) == (0, shop.bytes_of("."))
    assert done.last.endswith("Nothing was written: this was a dry run.")
    shop.edit("policies/web.yaml", "max: 9", "max: 12")
    assert publish(shop, "--dry-run").code == 2


def new_engine(bench: Any) -> None:
    """Let another version of the engine publish."""
    bench.patch.setattr("ordain.stages.planfile.recording.__version__", "9.9.9")


def by_hand(bench: Any) -> None:
    """Let somebody commit to the output branch."""
    bench.commit_by_hand(**{"README.md": "hello\n"})


def new_template(bench: Any) -> None:
    """Let the folder of templates hold one more."""
    bench.write("templates/scaling/extra.yaml.j2", "# nothing\n")


MOVES: dict[str, tuple[Callable[[Any], None], str]] = {
    "a policy was edited": (edit("max: 9", "max: 12"), "policy file policies/web.yaml changed"),
    "its change is named": (
        edit("max: 9", "max: 12"),
        "prod: shop/HorizontalPodAutoscaler/cart: planned spec.maxReplicas: 9 -> 12",
    ),
    "a comment of a policy": (edit("spec:\n", "spec:  # hi\n"), "policy file policies/web.yaml changed"),
    "a policy more": (
        lambda bench: bench.write("policies/more.yaml", WEB.replace("web", "more").replace("[shop]", "[gone]")),
        "policy file policies/more.yaml is new",
    ),
    "a policy less": (lambda bench: (bench.folder / "policies/spare.yaml").unlink(), "policies/spare.yaml is gone"),
    "a template": (new_template, "template scaling/extra.yaml.j2 is new"),
    "the engine": (new_engine, "engine: 0.1.0 -> 9.9.9"),
    "a setting": (edit("spec:\n", "spec:\n  gate: warning\n", "ordain.yaml"), "setting gate changed"),
    "the version of Kubernetes": (edit("1.33", "1.34", "ordain.yaml"), "prod: Kubernetes: 1.33 -> 1.34"),
    "the branch": (by_hand, "prod: tip of the branch prod/ on branch main of out.git: "),
    "a live field": (
        live("maxReplicas: 9", "maxReplicas: 30"),
        "prod: shop/HorizontalPodAutoscaler/cart: live spec.maxReplicas: 9 -> 30",
    ),
    "a live field that differed already": (
        live("minReplicas: 2", "minReplicas: 4"),
        "prod: shop/HorizontalPodAutoscaler/cart: live spec.minReplicas: 2 -> 4",
    ),
    "a workload more": (
        lambda bench: bench.edit("clusters/prod.yaml", "metadata: {name: search,", "metadata: {name: pay,"),
        "prod: shop/HorizontalPodAutoscaler/pay: object: none -> rendered",
    ),
    "a workload less": (
        lambda bench: bench.edit("clusters/prod.yaml", "metadata: {name: search,", "metadata: {name: pay,"),
        "prod: shop/HorizontalPodAutoscaler/search: object: rendered -> none",
    ),
    "the labels of a workload": (
        edit("selector: {matchLabels: {app: cart}}", "selector: {matchLabels: {app: basket}}", "clusters/prod.yaml"),
        "prod: shop/PodDisruptionBudget/cart: planned spec.selector.matchLabels.app: cart -> basket",
    ),
    "what an object is planned from, to the same end": (
        edit("  disruption", "  metrics: [{resource: cpu, utilization: 70%}]\n  disruption"),
        "prod: shop/HorizontalPodAutoscaler/cart: inputs changed",
    ),
    "a finding": (
        edit("resources: {requests: {cpu: 500m, memory: 1Gi}}\n---", "resources: {}\n---", "clusters/prod.yaml"),
        "prod: shop/Deployment/search: finding SCL",
    ),
}  # fmt: skip


@pytest.fixture
def settled(published: Any) -> Any:
    """Return the shop with all of it published and synced, and one live field that was changed by hand."""
    return settle(published)


@pytest.mark.parametrize("case", MOVES)
def test_what_moved_is_named_and_nothing_is_written(settled: Any, case: str) -> None:
    """Whatever moves after the plan was made stops the publish with exit code 2 and a line that names it."""
    save(settled)
    step, line = MOVES[case]
    step(settled)
    before = state(settled)
    done = publish(settled)
    assert (done.code, done.out, before) == (2, "", state(settled)), done.err
    assert line in done.err
    assert done.err.startswith("ordain: plan.json: the plan no longer holds, and nothing was written: ")
    assert "hint: plan again, and review what it says: `ordain plan --out plan.json`" in done.err


HARMLESS: dict[str, Callable[[Any], None]] = {
    "a status write": lambda bench: bench.edit(
        "clusters/prod.yaml",
        "  metadata: {name: cart, namespace: shop, labels: {app: cart}}\n",
        "  metadata: {name: cart, namespace: shop, labels: {app: cart}, resourceVersion: '77', generation: 5}\n"
        "  status: {replicas: 3, readyReplicas: 2}\n",
    ),
    "the status of an object of ours": live(
        "  name: cart\n", "  name: cart\n  resourceVersion: '99'\n  managedFields: []\n"
    ),
    "an autoscaler scaled": lambda bench: (bench.folder / "clusters/prod.yaml").write_text(
        (bench.folder / "clusters/prod.yaml").read_text().replace("    replicas: 3\n", "    replicas: 8\n")
    ),
    "a commit of the policies with the same contents": lambda bench: bench.commit_policies("again"),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_was_not_compared_may_move(settled: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status, resourceVersion, replicas that are not rendered, and the number of a commit do not stop a publish."""
    monkeypatch.setattr(Bench, "commit_policies", commit_policies, raising=False)
    settled.commit_policies("first")
    settled.edit("policies/web.yaml", "max: 9", "max: 12")
    save(settled)
    HARMLESS[case](settled)
    done = publish(settled)
    assert (done.code, done.last) == (
        0,
        "Published: 0 created, 3 updated, 0 deleted. 1 live object drifted. 1 warning.",
    ), done.err


def commit_policies(bench: Any, words: str) -> None:
    """Commit the policy repository as it is, also where nothing changed."""
    import subprocess

    run = ["git", "-c", "user.name=Eve", "-c", "user.email=eve@example.org", "-C", str(bench.folder)]
    subprocess.run([*run, "init", "-q"], check=True)
    subprocess.run([*run, "add", "ordain.yaml", "policies"], check=True)
    subprocess.run([*run, "commit", "-q", "--allow-empty", "-m", words], check=True)


def two_clusters(bench: Any) -> None:
    """Give the shop a second cluster, and both a folder of the output."""
    text = (bench.folder / "ordain.yaml").read_text()
    start, end = text.index("    - name: prod"), text.index("  output:")
    second = text[start:end].replace("prod", "stage")
    output = "  output: {repository: out.git, branch: live, folder: clusters}\n"
    bench.write("ordain.yaml", text[:end] + second + output)
    bench.write("clusters/stage.yaml", cluster("cart"))


def test_a_plan_of_two_clusters(shop: Any) -> None:
    """Both clusters are in the file with their own folders; one that moved is named, and neither is written."""
    two_clusters(shop)
    clusters = save(shop)["plan"]["clusters"]
    assert [(item["cluster"], item["output"], len(item["objects"])) for item in clusters] == [
        ("prod", {"repository": "out.git", "branch": "live", "folder": "clusters/prod", "tip": None}, 6),
        ("stage", {"repository": "out.git", "branch": "live", "folder": "clusters/stage", "tip": None}, 2),
    ]
    recorded = shop.write("clusters/stage.yaml", cluster("cart", "search"))
    done = publish(shop)
    assert done.code == 2
    assert "  stage: shop/HorizontalPodAutoscaler/search: object: none -> rendered\n" in done.err
    assert "  prod: " not in done.err
    recorded.write_text(cluster("cart"))
    assert publish(shop).last == "Published: 8 created, 0 updated, 0 deleted."
    assert {path.split("/")[1] for path in shop.files("live")} == {"prod", "stage"}


def test_a_plan_keeps_the_options_that_it_was_made_with(shop: Any) -> None:
    """Cluster, source, templates, policies, output and adoption are in the file: a publish takes no other."""
    two_clusters(shop)
    shop.append(
        "clusters/stage.yaml",
        "---\n" + shop.ordain("render", "--cluster", "stage").out.replace("managed-by: ordain", "managed-by: hand"),
    )
    shop.write("mine/scaling/extra.yaml.j2", "# nothing\n")
    shop.write("few/web.yaml", WEB.replace("max: 9", "max: 5"))
    made = (
        "--cluster", "stage", "--templates", "mine", "--policies", "few", "--branch", "trial",
        "--adopt", "shop/HorizontalPodAutoscaler/cart", "--adopt", "shop/PodDisruptionBudget/cart",
    )  # fmt: skip
    assert save(shop, *made)["plan"]["choices"] == {
        "adopt": ["shop/HorizontalPodAutoscaler/cart", "shop/PodDisruptionBudget/cart"],
        "branch": "trial",
        "clusters": ["stage"],
        "engine": "offline",
        "policies": ["few"],
        "templates": "mine",
    }
    for flag, *value in (made[:2], made[2:4], made[4:6], made[6:8], made[8:10]):
        done = publish(shop, flag, *value)
        assert (done.code, done.out) == (2, "")
        assert f"plan.json: {flag} cannot change a plan that is made" in done.err
    assert publish(shop).last.startswith("Published: 2 created, 0 updated, 0 deleted.")
    assert set(shop.files("trial")) == {
        f"clusters/stage/{path}"
        for path in (
            ".ordain-inventory",
            "shop/horizontalpodautoscaler-cart.yaml",
            "shop/poddisruptionbudget-cart.yaml",
        )
    }


def test_a_plan_with_findings_at_the_gate_is_never_published(shop: Any) -> None:
    """It is written, says so, can be shown, and no looser gate lets it through later."""
    shop.edit("policies/web.yaml", "disruption: {maxUnavailable: 1}", "disruption: {minAvailable: 3}")
    done = shop.ordain("plan", "--now", NOW, "--out", "plan.json")
    assert done.code == 1
    assert "note: plan.json cannot be published: mend the findings at the gate first." in done.out
    assert shop.ordain("show", "plan.json").out == done.out
    again = publish(shop)
    assert (again.code, again.out) == (2, "")
    assert "plan.json: the plan cannot be published: mend the findings at the gate first\n" in again.err
    assert "hint: `ordain show plan.json` prints it" in again.err
    assert shop.git("for-each-ref") == ""


def test_a_gate_of_its_own(shop: Any) -> None:
    """The gate of the plan holds when it is published; a stricter one stops it as it stops any publish."""
    shop.write("policies/gone.yaml", WEB.replace("web", "gone").replace("[shop]", "[gone]"))
    assert shop.ordain("plan", "--now", NOW, "--out", "plan.json", "--gate", "warning").code == 1
    assert publish(shop, "--gate", "error").code == 2
    save(shop)
    stricter = publish(shop, "--gate", "warning")
    assert (stricter.code, shop.git("for-each-ref")) == (1, "")
    assert "note: Nothing was written: mend the findings at the gate first." in stricter.out
    assert publish(shop).code == 0


OBSTACLES: dict[str, tuple[Callable[[Any], None], int, str]] = {
    "no output": (edit("  output: {repository: out.git}\n", "", "ordain.yaml"), 0, "names no output repository"),
    "a file edited by hand": (
        lambda bench: (
            bench.commit_by_hand(**{"prod/shop/horizontalpodautoscaler-cart.yaml": "mine: 1\n"}),
            bench.edit("policies/web.yaml", "max: 9", "max: 12"),
        ),
        0,
        "A publish would be refused: ",
    ),
    "a broken policy": (edit("min: 3", "min: 30"), 1, "mend the findings at the gate first"),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_what_stands_against_a_publish_is_said_when_the_plan_is_saved(published: Any, case: str) -> None:
    """The file is written, a note says why it cannot be published, and a publish says the same."""
    step, code, words = OBSTACLES[case]
    step(published)
    done = published.ordain("plan", "--now", NOW, "--out", "plan.json")
    assert (done.code, words in done.out) == (code, True), done.out
    again = publish(published)
    assert (again.code, words in again.err, published.commits()) == (2, True, 1 + ("edited" in case))


def test_an_old_plan_is_refused(shop: Any) -> None:
    """Its forecasts and waivers are those of its own time; the settings say how old it may be."""
    save(shop)
    done = publish(shop, now="2026-11-25T18:00:01Z")
    assert (done.code, shop.git("for-each-ref")) == (2, "")
    assert "plan.json: the plan was made for 2026-11-24T18:00:00Z and is older than 24 hours\n" in done.err
    assert "spec.planFile.maxAge" in done.err
    assert publish(shop, now="2026-11-25T18:00:00Z").code == 0
    shop.edit("ordain.yaml", "spec:\n", "spec:\n  planFile: {maxAge: 30m}\n")
    save(shop)
    assert "is older than 0.5 hours" in publish(shop).err


def test_a_plan_for_another_day_is_refused(shop: Any) -> None:
    """A plan for a time to come waits for it; clocks may differ by some minutes."""
    save(shop, now="2026-11-24T19:05:00Z")
    assert publish(shop).code == 0
    save(shop, now="2026-11-24T19:05:01Z")
    done = publish(shop)
    assert done.code == 2
    assert "the plan is for 2026-11-24T19:05:01Z, and now it is 2026-11-24T19:00:00Z" in done.err


def test_a_waiver_that_ended_since(shop: Any) -> None:
    """What a waiver let through when the plan was made is an error again on the day after its last one."""
    shop.edit("policies/web.yaml", "disruption: {maxUnavailable: 1}", "disruption: {minAvailable: 3}")
    shop.write("policies/waiver.yaml", WAIVER)
    save(shop, now="2026-11-24T23:00:00Z")
    done = publish(shop, now="2026-11-25T01:00:00Z")
    assert (done.code, shop.git("for-each-ref")) == (2, "")
    assert "Waiver/late ended on 2026-11-24, and the plan needs it for SCL005: " in done.err
    assert publish(shop, now="2026-11-24T23:59:00Z").code == 0
