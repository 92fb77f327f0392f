"""`ordain test`: which tests run, mistakes in them, and the reports."""

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ordain.published import schema_text
from tests.cli.policytest_cases import FILE, HPA, case, outcome

ROOT = Path(__file__).parents[2]

MISTAKES = {
    "an unknown field": (
        "plan: {create: 6}",
        "plan:",
        "plam:",
        f"{FILE}:8:5: unknown field spec.expect.plam (did you mean `plan`?)",
    ),
    "nothing expected": (
        "plan: {create: 6}",
        "    plan: {create: 6}\n",
        "    {}\n",
        f"{FILE}:8:5: spec.expect: one of plan, findings, objects, manifests is needed",
    ),
    "an empty plan": (
        "plan: {create: 6}",
        "{create: 6}",
        "{}",
        "spec.expect.plan: one of create, update, delete is needed",
    ),
    "no objects": ("objects: []", "", "", f"{FILE}:8:14: spec.expect.objects: must not be empty"),
    "no fields": (f"objects: [{{object: {HPA}, fields: {{}}}}]", "", "", "fields: must not be empty"),
    "no findings": (
        "findings: {gate: error}",
        "",
        "",
        "spec.expect.findings: one of exactly, contains, without is needed",
    ),
    "no time": ("plan: {create: 6}", "  now: 2026-11-24T18:00:00Z\n", "", "spec.now is missing"),
    "a wrong time": (
        "plan: {create: 6}",
        "2026-11-24T18:00:00Z",
        "tomorrow",
        f"{FILE}:6:8: spec.now: a time is needed",
    ),
    "a wrong object": (
        "objects: [{object: cart}]",
        "",
        "",
        f"{FILE}:8:24: spec.expect.objects[0].object: NAMESPACE/KIND/NAME is needed",
    ),
    "a wrong count": ("plan: {create: -1}", "", "", "a count is needed, or a list of objects"),
    "a wrong path": (f"objects: [{{object: {HPA}, fields: {{'spec..x': 1}}}}]", "", "", "a path is needed"),
    "a wrong code": ("findings: {contains: [{code: SCL05}]}", "", "", "a code is needed, such as SCL005"),
    "an unknown code": ("findings: {without: [{code: SCL999}]}", "", "", f"{FILE}:8:33: there is no control SCL999"),
    "fields of what is absent": (
        f"objects: [{{object: {HPA}, rendered: false, fields: {{a: 1}}}}]",
        "",
        "",
        "rendered and fields exclude each other",
    ),
    "both": ("findings: {exactly: [], contains: [{code: SCL005}]}", "", "", "exactly and contains exclude each other"),
    "another kind": (
        "plan: {create: 6}",
        "kind: PolicyTest",
        "kind: PolicyTst",
        f"{FILE}:2:7: kind: must be PolicyTest",
    ),
    "no cluster": (
        "plan: {create: 6}",
        "objects: ../../clusters/prod.yaml, ",
        "",
        "one of snapshot, objects is needed",
    ),
    "no YAML": ("plan: {create: 6}", "{create: 6}", "{create: 6", FILE),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_test(shop: Any, name: str) -> None:
    """It is told with its place and its mend before anything runs; a test that expects nothing is one."""
    expect, old, new, message = MISTAKES[name]
    text = case(expect)
    assert old in text
    shop.write(FILE, text.replace(old, new, 1) if old else text)
    done = shop.ordain("test")
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "`ordain explain PolicyTest`" in done.err


def test_what_cannot_run_stops_no_other(shop: Any) -> None:
    """A test whose cluster is missing is an error of its own; the others run, and the exit code is 2."""
    shop.write(FILE, case("plan: {create: 6}"))
    shop.write("tests/broken/test.yaml", case("plan: {create: 6}", name="lost").replace("prod.yaml", "gone.yaml"))
    done = shop.ordain("test")
    assert done.code == 2
    assert done.out.startswith("ERROR lost  tests/broken/test.yaml:1:1\n  clusters/gone.yaml: cannot read the cluster")
    assert "\nPASS web (1 expectation)  tests/web/test.yaml:1:1\n" in done.out
    assert done.last == "Tests: 1 passed, 1 could not run; 1 expectation."


def test_a_template_that_breaks_is_that_tests_trouble(shop: Any) -> None:
    """A user's template with a mistake is told with its line."""
    shop.write("templates/scaling/hpa.yaml.j2", "a: {{ nothing }}\n")
    shop.edit("ordain.yaml", "spec:\n", "spec:\n  templates: templates\n")
    shop.write(FILE, case("plan: {create: 6}"))
    done = shop.ordain("test")
    assert done.code == 2
    assert "  templates/scaling/hpa.yaml.j2:1: " in done.out


def test_tests_of_other_tools_are_passed_over(shop: Any) -> None:
    """A test.yaml of promtool is none of ours where it is found, and a mistake where it is named."""
    shop.write("alerts/test.yaml", "rule_files: [a.yaml]\ntests: []\n")
    shop.write(FILE, case("plan: {create: 6}"))
    assert shop.ordain("test").last == "Tests: 1 passed; 1 expectation."
    done = shop.ordain("test", "alerts/test.yaml")
    assert done.code == 2
    assert "alerts/test.yaml:1:1: unknown field rule_files" in done.err


def test_a_pipe_is_not_waited_for(shop: Any) -> None:
    """A named pipe that happens to be called test.yaml is passed over, as it is among policies."""
    shop.write(FILE, case("plan: {create: 6}"))
    (shop.folder / "tests/pipe").mkdir()
    os.mkfifo(shop.folder / "tests/pipe/test.yaml")
    assert shop.ordain("test").code == 0


def test_another_projects_tests_are_its_own(shop: Any) -> None:
    """A project in a folder below keeps its tests: they are of other policies. Named, they run."""
    shop.write(FILE, case("plan: {create: 6}"))
    shop.write("other/tests/test.yaml", case("plan: {create: 1}"))
    shop.write("other/ordain.yaml", (shop.folder / "ordain.yaml").read_text())
    assert shop.ordain("test").last == "Tests: 1 passed; 1 expectation."
    assert shop.ordain("test", "other").last == "Tests: 0 passed, 1 failed; 1 expectation."


def test_rules_for_live_clusters_play_no_part(shop: Any) -> None:
    """What the settings leave alone in live clusters matches nothing in a test, and that is no finding of it."""
    shop.edit("ordain.yaml", "spec:\n", "spec:\n  ignore: [{kind: Deployment, pointers: [/spec/replicas]}]\n")
    assert outcome(shop, "findings: {exactly: []}")["verdict"] == "passed"


def test_no_test_is_an_error(shop: Any) -> None:
    """A run without a test shows nothing, so it does not pass; nor does a path that is not there."""
    done = shop.ordain("test")
    assert (done.code, done.out) == (2, "")
    assert "there are no tests below ." in done.err
    assert shop.ordain("test", "tests/gone").code == 2


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        (("--label", "team=shop"), ["web", "web-2"]),
        (("--label", "team=pay"), ["pay"]),
        (("--run", "web*"), ["web", "web-2"]),
        (("--run", "pay", "--run", "web"), ["pay", "web"]),
        (("--run", "web*", "--label", "team=shop"), ["web", "web-2"]),
        (("tests/pay",), ["pay"]),
        (("tests/pay/test.yaml", "tests/pay"), ["pay"]),
    ],
)
def test_some_of_them(shop: Any, flags: tuple[str, ...], names: list[str]) -> None:
    """Tests are picked by label, by name and by path; one that is named twice runs once."""
    both = case("plan: {create: 6}") + "---\n" + case("plan: {create: 6}", name="web-2")
    shop.write(FILE, both)
    shop.write("tests/pay/test.yaml", case("plan: {create: 6}", name="pay", team="pay"))
    assert [test["name"] for test in shop.report("test", *flags)["tests"]] == names


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--run", "wob"), "none of the 1 tests fits --run wob\nhint: did you mean --run web?"),
        (("--label", "team=x"), "none of the 1 tests fits --label team=x"),
        (("--label", "team"), "--label team is no label"),
    ],
)
def test_none_of_them(shop: Any, flags: tuple[str, ...], message: str) -> None:
    """A choice that no test fits is an error: a pass would show nothing."""
    shop.write(FILE, case("plan: {create: 6}"))
    done = shop.ordain("test", *flags)
    assert done.code == 2
    assert message in done.err


def test_nothing_is_written_and_all_is_the_same_twice(published: Any) -> None:
    """Tests read no output branch, write nothing, and give the same bytes again."""
    published.write(FILE, case("plan: {create: 6, update: 0}"))
    before = published.bytes_of(".")
    first = published.ordain("test", "-v").out
    assert "Tests: 1 passed; 2 expectations." in first
    assert first == published.ordain("test", "-v").out
    assert before == published.bytes_of(".")


def test_quiet_and_verbose(shop: Any) -> None:
    """-q leaves failures and the sum, -v shows what is met."""
    shop.write(FILE, case("plan: {create: 6}"))
    assert shop.ordain("test", "-q").out == "Tests: 1 passed; 1 expectation.\n"
    assert "  met: plan, create: 6: " in shop.ordain("test", "-v").out


def test_the_reports_of_programs(shop: Any) -> None:
    """The JSON fits its published schema; JUnit has a case for each test, with what failed and what could not run."""
    shop.write(FILE, case(f"plan: {{create: 6}}\nobjects: [{{object: {HPA}, fields: {{spec.minReplicas: 4}}}}]"))
    shop.write("tests/a/test.yaml", case("plan: {create: 6}", name="fine"))
    shop.write("tests/b/test.yaml", case("plan: {create: 6}", name="lost").replace("prod.yaml", "gone.yaml"))
    done = shop.ordain("test", "-o", "json", "-o", "junit=tests.xml")
    assert done.code == 2
    report = json.loads(done.out)
    jsonschema.Draft202012Validator(json.loads(schema_text("TestReport"))).validate(report)
    assert [report["summary"][key] for key in ("passed", "failed", "broken", "expectations")] == [1, 1, 1, 3]
    suites = ET.parse(shop.folder / "tests.xml").getroot()
    assert [suites.get(key) for key in ("tests", "failures", "errors")] == ["3", "1", "1"]
    found = {case.get("name"): [child.tag for child in case] for case in suites.iter("testcase")}
    assert found == {"fine": [], "lost": ["error"], "web": ["failure"]}
    assert suites.find(".//failure").get("message") == f"{HPA} spec.minReplicas: expected 4, actual 3"


def test_the_demos_own_tests_pass(empty: Any) -> None:
    """The policies of the demo come with tests, and they hold."""
    done = empty.ordain("test", "--project", str(ROOT / "policies"))
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"Tests: 4 passed; [0-9]+ expectations\.", done.last)
