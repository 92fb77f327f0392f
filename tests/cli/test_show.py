"""Saved plans are printed, compared and refused as files: `show`, `diff`, and what is no plan."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from ordain.cli.interrupt import Interrupted
from ordain.published import schema_text
from ordain.report import FORMAT_NAMES
from tests.cli.conftest import WEB
from tests.cli.saving import LATER, NOW, live, save, settle


@pytest.fixture
def settled(published: Any) -> Any:
    """Return the shop with all of it published and synced, and one live field that was changed by hand."""
    return settle(published)


@pytest.mark.parametrize("verbosity", [(), ("-v",), ("-q",)])
def test_a_saved_plan_is_shown_as_it_was_reported(settled: Any, verbosity: tuple[str, ...]) -> None:
    """Every format has the same bytes from the file as from the plan, and the exit code is the same."""
    settled.edit("policies/web.yaml", "max: 9", "max: 12")
    flags = [*verbosity, "--exit-code", *(flag for form in FORMAT_NAMES for flag in ("-o", f"{form}=out/{form}"))]
    (settled.folder / "out").mkdir()
    done = settled.ordain("plan", "--now", NOW, "--out", "plan.json", *flags)
    planned = settled.bytes_of("out")
    for name in ("policies", "clusters", "out.git", "ordain.yaml"):
        (settled.folder / name).rename(settled.folder / f"no-{name}")
    shown = settled.ordain("show", "plan.json", *flags)
    assert (done.code, shown.code, planned) == (1, 1, settled.bytes_of("out"))
    assert len(planned) == len(FORMAT_NAMES)


def test_a_saved_plan_of_broken_policies_is_shown(shop: Any) -> None:
    """A plan that stops at its policies is a file with findings and without clusters."""
    shop.edit("policies/web.yaml", "min: 3", "min: 30")
    done = shop.ordain("plan", "--now", NOW, "--out", "plan.json")
    assert done.code == 1
    assert shop.ordain("show", "plan.json").out == done.out


def test_the_same_plan_is_the_same_bytes(settled: Any) -> None:
    """Nothing in the file depends on when or how often it is written, or on what was there before."""
    save(settled)
    first = (settled.folder / "plan.json").read_bytes()
    save(settled)
    assert first == (settled.folder / "plan.json").read_bytes()
    assert str(settled.folder).encode() not in first


def test_a_plan_file_fits_its_schema(settled: Any) -> None:
    """The published schema describes what is written, with all that a plan can hold."""
    import jsonschema

    settled.edit("policies/web.yaml", "max: 9", "max: 12")
    document = save(settled)
    jsonschema.Draft202012Validator(json.loads(schema_text("PlanFile"))).validate(document)
    canonical = json.dumps(document["plan"], sort_keys=True, separators=(",", ":"))
    assert document["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "edited": (lambda text: text.replace('"9"', '"90"', 1), "the plan file is not as ordain wrote it"),
    "another digest": (
        lambda text: text.replace('"sha256": "', '"sha256": "0', 1),
        "the plan file is not as ordain wrote it",
    ),
    "truncated": (lambda text: text[: len(text) // 2], "this is no whole plan file"),
    "empty": (lambda _: "", "this is no whole plan file"),
    "a list": (lambda _: "[]", "this is no whole plan file"),
    "YAML": (lambda _: WEB, "this is no whole plan file"),
    "a report": (lambda _: '{"schemaVersion": 1}', "this is no whole plan file"),
    "another format": (lambda _: '{"format": "x", "version": 1}', "this is no plan file"),
    "newer": (lambda text: text.replace('"version": 1', '"version": 2', 1), "a newer ordain wrote this plan file"),
    "no plan in it": (
        lambda _: json.dumps(
            {"format": "ordain.dev/plan", "version": 1, "sha256": hashlib.sha256(b"{}").hexdigest(), "plan": {}}
        ),
        "this is no plan file of version 1",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_is_no_plan_is_refused(shop: Any, case: str) -> None:
    """Each command that takes a plan says what the file is instead, with exit code 2, and does nothing."""
    save(shop)
    step, words = BROKEN[case]
    path = shop.folder / "plan.json"
    path.write_text(step(path.read_text()))
    for command in (
        ("publish", "plan.json", "--now", LATER),
        ("show", "plan.json"),
        ("diff", "plan.json", "plan.json"),
    ):
        done = shop.ordain(*command)
        assert (done.code, done.out) == (2, "")
        assert f"ordain: plan.json: {words}" in done.err
        assert "hint: " in done.err
    assert shop.git("for-each-ref") == ""


def test_a_plan_from_standard_input(shop: Any) -> None:
    """`-` reads the plan from a pipe."""
    save(shop)
    content = (shop.folder / "plan.json").read_bytes()
    assert shop.ordain("show", "-", stdin=content).last == "Plan: 6 to create, 0 to update, 0 to delete."
    assert shop.ordain("publish", "-", "--now", LATER, stdin=content).code == 0


def test_policies_from_standard_input_cannot_be_kept(shop: Any) -> None:
    """A publish could not read them again."""
    done = shop.ordain("plan", "--policies", "-", "--out", "plan.json", stdin=WEB.encode())
    assert (done.code, done.out, (shop.folder / "plan.json").exists()) == (2, "", False)
    assert "a plan from standard input cannot be kept" in done.err


@pytest.mark.parametrize("name", ["nowhere/plan.json", "policies"])
def test_a_place_that_cannot_be_written(shop: Any, name: str) -> None:
    """It is said with exit code 2."""
    done = shop.ordain("plan", "--now", NOW, "--out", name)
    assert done.code == 2
    assert f"{name}: cannot write it" in done.err


@pytest.mark.parametrize("report", ["plan.json", "./plan.json", "link.json"])
def test_a_report_does_not_take_the_place_of_the_plan(shop: Any, report: str) -> None:
    """The plan and a report in one file would leave the report alone, which nobody can publish."""
    (shop.folder / "link.json").symlink_to("plan.json")
    done = shop.ordain("plan", "--now", NOW, "--out", "plan.json", "-o", f"json={report}")
    assert (done.code, done.out, (shop.folder / "plan.json").exists()) == (2, "", False)
    assert "the plan and a report would go to plan.json\nhint: give each a file of its own" in done.err


def test_the_link_to_standard_output_stays(shop: Any) -> None:
    """Redirected to a file, `/dev/stdout` is a file, too; it is written to, and nobody's link is replaced."""
    link = shop.folder / "stdout"
    link.symlink_to("/dev/fd/1")
    with (shop.folder / "log").open("wb") as log:
        log.write(b"earlier\n")
        log.flush()
        command = shop.command("plan", "--now", NOW, "--out", "stdout", "-o", "json=report.json")
        assert subprocess.run(command, cwd=shop.folder, stdout=log, check=False).returncode == 0
    first, _, plan = (shop.folder / "log").read_bytes().partition(b"\n")
    assert (first, link.is_symlink(), json.loads(plan)["format"]) == (b"earlier", True, "ordain.dev/plan")


def test_a_plan_does_not_go_to_standard_output(shop: Any) -> None:
    """There is the report; `-` is no file of that name either, which `show -` could not read."""
    done = shop.ordain("plan", "--now", NOW, "--out", "-")
    assert (done.code, done.out, (shop.folder / "-").exists()) == (2, "", False)
    assert "a plan goes to a file: standard output has the report" in done.err


def test_killed_while_writing(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old plan stays whole until the new one is, and nothing else is left."""
    save(shop)
    before = shop.bytes_of(".")
    shop.edit("policies/web.yaml", "max: 9", "max: 12")

    def interrupt(*_: object) -> None:
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupt)
        with pytest.raises(Interrupted):
            shop.ordain("plan", "--now", NOW, "--out", "plan.json")
    shop.edit("policies/web.yaml", "max: 12", "max: 9")
    assert before == shop.bytes_of(".")


def test_two_equal_plans(shop: Any) -> None:
    """`ordain diff` says what is the same, with exit code 0 and with equal JSON."""
    save(shop, name="a.json")
    save(shop, name="b.json")
    done = shop.ordain("diff", "a.json", "b.json", "--exit-code")
    assert (done.code, done.out) == (0, "No differences. a.json and b.json plan the same: 6 objects for prod.\n")
    found = shop.report("diff", "a.json", "b.json")
    assert (found["equal"], found["differences"], found["before"]["now"]) == (True, [], NOW)


DIFFERENCES = """\
time: 2026-11-24T18:00:00Z -> 2026-11-24T19:00:00Z
option clusters: none -> prod
policy file policies/spare.yaml is gone
policy file policies/web.yaml changed
prod: shop/HorizontalPodAutoscaler/cart: planned spec.maxReplicas: 9 -> 12
prod: shop/HorizontalPodAutoscaler/cart: live spec.minReplicas: 2 -> 4
prod: shop/HorizontalPodAutoscaler/checkout: planned spec.maxReplicas: 9 -> 12
prod: shop/HorizontalPodAutoscaler/pay: object: none -> rendered
prod: shop/HorizontalPodAutoscaler/search: object: rendered -> none
prod: shop/PodDisruptionBudget/cart: object: rendered -> none
prod: shop/PodDisruptionBudget/checkout: object: rendered -> none
prod: shop/PodDisruptionBudget/search: object: rendered -> none
prod: finding POL009 warning: gone: ScalingPolicy/spare matches nothing in this cluster
13 differences between a.json and b.json.
"""


def test_two_plans_differ(settled: Any) -> None:
    """`ordain diff` names inputs, objects, planned and live fields and findings, each in a line; 1 by --exit-code."""
    save(settled, name="a.json")
    settled.edit("policies/web.yaml", "max: 9", "max: 12")
    settled.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    live("minReplicas: 2", "minReplicas: 4")(settled)
    settled.edit("clusters/prod.yaml", "metadata: {name: search,", "metadata: {name: pay,")
    (settled.folder / "policies/spare.yaml").unlink()
    save(settled, "--cluster", "prod", name="b.json", now=LATER)
    done = settled.ordain("diff", "a.json", "b.json", "--exit-code")
    assert (done.code, done.out) == (1, DIFFERENCES)
    assert settled.ordain("diff", "a.json", "b.json").code == 0
    found = settled.report("diff", "a.json", "b.json")
    assert (found["equal"], len(found["differences"])) == (False, len(DIFFERENCES.splitlines()) - 1)
    assert found["differences"][5] == {
        "side": "live",
        "name": "spec.minReplicas",
        "before": "2",
        "after": "4",
        "cluster": "prod",
        "object": {
            "group": "autoscaling",
            "kind": "HorizontalPodAutoscaler",
            "namespace": "shop",
            "name": "cart",
        },
    }
