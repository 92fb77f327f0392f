"""`ordain test`: users' tests of their policies, each expectation with both sides, its place and the policy line."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ordain.published import schema_text

ROOT = Path(__file__).parents[2]
HEAD = """\
apiVersion: ordain.dev/v1alpha1
kind: PolicyTest
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec:
  cluster: {{objects: ../../clusters/prod.yaml, kubernetesVersion: "1.33"}}
  now: 2026-11-24T18:00:00Z
  expect:
"""
FILE = "tests/web/test.yaml"
HPA = "shop/HorizontalPodAutoscaler/cart"

TARGET = "{name: cpu, target: {type: Utilization, averageUtilization: 70}}"


def case(expect: str, *, name: str = "web", team: str = "shop") -> str:
    """Return a test that expects this, written from the left edge."""
    return HEAD.format(name=name, team=team) + "".join(f"    {line}\n" for line in expect.strip().splitlines())


def outcome(bench: Any, expect: str) -> dict[str, Any]:
    """Run one test and return its JSON entry."""
    bench.write(FILE, case(expect))
    (test,) = bench.report("test")["tests"]
    return test


MET = {
    "counts": "plan: {create: 6, update: 0, delete: 0}",
    "names": "plan: {delete: []}",
    "a field": f"objects: [{{object: {HPA}, fields: {{spec.minReplicas: 3}}}}]",
    "a text": f"objects: [{{object: {HPA}, fields: {{spec.scaleTargetRef.kind: Deployment}}}}]",
    "a mapping": f"objects: [{{object: {HPA}, fields: {{'spec.metrics[0].resource': {TARGET}}}}}]",
    "an absent field": f"objects: [{{object: {HPA}, fields: {{spec.behavior: null}}}}]",
    "an entry": f"objects: [{{object: {HPA}, fields: {{'spec.metrics[type=Resource].resource.name': cpu}}}}]",
    "every entry": f"objects: [{{object: {HPA}, fields: {{'spec.metrics[*].type': Resource}}}}]",
    "a key with dots": f"objects: [{{object: {HPA}, fields: {{\"metadata.labels['ordain.dev/policy']\": web}}}}]",
    "rendered": f"objects: [{{object: {HPA}}}]",
    "not rendered": "objects: [{object: shop/HorizontalPodAutoscaler/other, rendered: false}]",
    "nothing found": "findings: {exactly: []}",
    "not found": "findings: {without: [{code: SCL005}]}",
}


@pytest.mark.parametrize("name", MET)
def test_an_expectation_that_is_met(shop: Any, name: str) -> None:
    """What the policies really do passes."""
    found = outcome(shop, MET[name])
    assert (found["verdict"], [item for item in found["expectations"] if not item["met"]]) == ("passed", [])
    assert found["expectations"]


UNMET = {
    "plan: {create: 5}": ("5", "6: shop/HorizontalPodAutoscaler/cart, shop/HorizontalPodAutoscaler/checkout", ""),
    f"plan: {{create: [{HPA}]}}": (HPA, "shop/HorizontalPodAutoscaler/cart, shop/Hor", ""),
    "plan: {delete: 1}": ("1", "0", ""),
    f"objects: [{{object: {HPA}, fields: {{spec.minReplicas: 4}}}}]": ("4", "3", ""),
    f"objects: [{{object: {HPA}, fields: {{spec.minReplicas: '3'}}}}]": ('"3"', "3", ""),
    f"objects: [{{object: {HPA}, fields: {{spec.minReplicas: null}}}}]": ("absent", "3", ""),
    f"objects: [{{object: {HPA}, fields: {{spec.minReplica: 3}}}}]": ("3", "absent", "did you mean spec.minReplicas?"),
    f"objects: [{{object: {HPA}, fields: {{'spec.metrics[5].type': Resource}}}}]": ("Resource", "absent", ""),
    f"objects: [{{object: {HPA}, rendered: false}}]": ("not rendered", "rendered", ""),
    f"objects: [{{object: {HPA[:-1]}}}]": ("rendered", "not rendered", f"did you mean {HPA}?"),
    "findings: {contains: [{code: SCL005}]}": ("SCL005 is found", "no SCL005", ""),
}


@pytest.mark.parametrize("expect", UNMET)
def test_an_expectation_that_is_not_met(shop: Any, expect: str) -> None:
    """A wrong expectation fails, with both sides and what was probably meant."""
    found = outcome(shop, expect)
    expected, actual, hint = UNMET[expect]
    (item,) = found["expectations"]
    assert (found["verdict"], item["expected"], item["hint"] or "") == ("failed", expected, hint)
    assert item["actual"].startswith(actual)


def test_a_failure_names_its_line_and_the_policys(shop: Any) -> None:
    """The text has the place in the test, both sides, and the policy line that set the field; the exit code is 1."""
    shop.write(FILE, case(f"objects: [{{object: {HPA}, fields: {{spec.minReplicas: 4}}}}]"))
    done = shop.ordain("test")
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "FAIL web (1 expectation)  tests/web/test.yaml:1:1\n"
        f"  tests/web/test.yaml:8:86 {HPA} spec.minReplicas\n"
        "    expected: 4\n"
        "    actual:   3, set by ScalingPolicy/web (policies/web.yaml:6:19)\n"
        "\nTests: 0 passed, 1 failed; 1 expectation.\n"
    )


def test_quantities_are_compared_by_value(shop: Any) -> None:
    """An expected 1024Mi is 1Gi, in a field that is a quantity."""
    shop.append("policies/web.yaml", "  metrics: [{resource: memory, averageValue: 1Gi}]\n")
    path = "spec.metrics[0].resource.target.averageValue"
    assert outcome(shop, f"objects: [{{object: {HPA}, fields: {{'{path}': 1024Mi}}}}]")["verdict"] == "passed"
    assert outcome(shop, f"objects: [{{object: {HPA}, fields: {{'{path}': 1G}}}}]")["verdict"] == "failed"


def test_findings_exactly(shop: Any) -> None:
    """Each that is listed is found and nothing else is; below the gate nothing counts."""
    shop.edit("policies/web.yaml", "namespaces: [shop]", "namespaces: [nowhere]")
    nothing = "{code: POL009, severity: warning, waived: false, message: matches nothing}"
    assert outcome(shop, f"findings: {{exactly: [{nothing}]}}")["verdict"] == "passed"
    assert outcome(shop, "findings: {exactly: [], gate: error}")["verdict"] == "passed"
    failed = outcome(shop, "findings: {exactly: []}")
    assert [item["actual"] for item in failed["expectations"]] == [
        "policies/web.yaml:5:12: POL009 warning ScalingPolicy/web matches nothing in this cluster"
    ]
    assert outcome(shop, "findings: {exactly: [{code: POL009, waived: true}]}")["verdict"] == "failed"
    assert outcome(shop, "findings: {without: [{code: POL009}]}")["verdict"] == "failed"


def test_broken_policies_can_be_tested(shop: Any) -> None:
    """What keeps policies from planning is a finding to expect; what needs a plan fails, absence included."""
    shop.edit("policies/web.yaml", "max: 9", "max: 2")
    assert outcome(shop, "findings: {exactly: [{code: SCL001, severity: error}]}")["verdict"] == "passed"
    shop.write("tests/web/none.yaml", "")
    absent = "{object: shop/HorizontalPodAutoscaler/other, rendered: false}"
    failed = outcome(
        shop,
        f"plan: {{create: 0}}\nfindings: {{without: [{{code: SCL005}}]}}\nobjects: [{absent}]\nmanifests: none.yaml",
    )
    assert [(item["met"], item["actual"].partition("SCL001")[0]) for item in failed["expectations"]] == [
        (False, "no plan: policies/web.yaml:6:19: "),
        (False, "nothing was checked: policies/web.yaml:6:19: "),
        (False, "no plan: policies/web.yaml:6:19: "),
        (False, "no plan: policies/web.yaml:6:19: "),
    ]


def test_nothing_rendered_can_be_expected(shop: Any) -> None:
    """An empty file of manifests is met by policies that render nothing, and by nothing else."""
    shop.write("tests/web/none.yaml", "")
    assert outcome(shop, "manifests: none.yaml")["verdict"] == "failed"
    shop.edit("policies/web.yaml", "namespaces: [shop]", "namespaces: [nowhere]")
    assert [item["actual"] for item in outcome(shop, "manifests: none.yaml")["expectations"]] == ["none"]


def test_what_was_published_before(shop: Any) -> None:
    """With manifests of an earlier publish a test sees updates and deletions."""
    shop.write("tests/web/earlier.yaml", "---\n" + shop.ordain("render").out)
    shop.edit("policies/web.yaml", "max: 9", "max: 8")
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", "")
    text = case("plan: {create: 0, update: 3, delete: 3}").replace("  expect:", "  published: earlier.yaml\n  expect:")
    shop.write(FILE, text)
    assert shop.ordain("test").code == 0


def test_all_manifests(shop: Any) -> None:
    """What render wrote is expected as a whole; another value, an object too many and one that lacks are told apart."""
    shop.write("tests/web/expected.yaml", shop.ordain("render").out)
    assert outcome(shop, "manifests: expected.yaml")["verdict"] == "passed"
    golden = (shop.folder / "tests/web/expected.yaml").read_text()
    shop.write(
        "tests/web/expected.yaml",
        golden.replace("name: checkout", "name: gone").replace("maxReplicas: 9", "maxReplicas: 8"),
    )
    unmet = [item for item in outcome(shop, "manifests: expected.yaml")["expectations"] if not item["met"]]
    sides = {item["about"]: (item["expected"], item["actual"]) for item in unmet}
    assert sides[f"{HPA} spec.maxReplicas"] == ("8", "9")
    assert sides["shop/HorizontalPodAutoscaler/gone"] == ("rendered", "not rendered")
    assert sides["shop/HorizontalPodAutoscaler/checkout"] == ("not rendered", "rendered")
    (place,) = [item["where"] for item in unmet if item["about"] == f"{HPA} spec.maxReplicas"]
    line = (shop.folder / place["file"]).read_text().splitlines()[place["line"] - 1]
    assert (place["file"], line) == ("tests/web/expected.yaml", "  maxReplicas: 8")


def test_update_writes_the_expected_manifests(shop: Any) -> None:
    """A missing file of manifests is trouble with its mend; --update writes it, and the test passes from then on."""
    shop.write(FILE, case("manifests: expected.yaml"))
    missing = shop.ordain("test")
    assert missing.code == 2
    assert f"{FILE}:8:16: there is no expected.yaml beside the test" in missing.out
    assert "hint: `ordain test --update` writes it" in missing.out
    assert shop.ordain("test", "--update").code == 0
    assert (shop.folder / "tests/web/expected.yaml").read_text() == shop.ordain("render").out
    assert shop.ordain("test").last == "Tests: 1 passed; 6 expectations."


def test_a_test_among_the_policies_is_none(shop: Any) -> None:
    """A folder of policies is read as policies, so a test in it is told to go beside them."""
    shop.write("policies/tests/test.yaml", case("plan: {create: 6}"))
    done = shop.ordain("validate")
    assert done.code == 1
    assert "policies/tests/test.yaml:2:7 POL001 error a PolicyTest is no policy" in done.out
    assert "hint: keep it beside the policies, not among them" in done.out


def test_policies_and_templates_of_its_own(shop: Any) -> None:
    """A test may name its policies and templates, from its own folder, and then needs no project."""
    shop.write("tests/web/mine.yaml", (shop.folder / "policies/web.yaml").read_text().replace("min: 3", "min: 5"))
    template = (ROOT / "templates/scaling/pdb.yaml.j2").read_text()
    shop.write(
        "tests/web/templates/scaling/pdb.yaml.j2",
        template.replace("{{ unhealthyPodEvictionPolicy }}", "IfHealthyBudget"),
    )
    fields = f"objects:\n- {{object: {HPA}, fields: {{spec.minReplicas: 5}}}}\n"
    fields += "- {object: shop/PodDisruptionBudget/cart, fields: {spec.unhealthyPodEvictionPolicy: IfHealthyBudget}}"
    text = case(fields).replace("spec:\n", "spec:\n  policies: [mine.yaml]\n  templates: templates\n", 1)
    shop.write(FILE, text)
    (shop.folder / "ordain.yaml").unlink()
    done = shop.ordain("test", "tests")
    assert (done.code, done.last) == (0, "Tests: 1 passed; 2 expectations.")


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
