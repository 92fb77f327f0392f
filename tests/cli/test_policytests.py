"""`ordain test`: what policies must do, each expectation with both sides, its place and the policy line."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import cluster
from tests.cli.policytest_cases import FILE, HPA, TARGET, case, outcome

ROOT = Path(__file__).parents[2]

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
    "an absent entry": f"objects: [{{object: {HPA}, fields: {{'spec.metrics[9].type': null}}}}]",
    "an absent key": f"objects: [{{object: {HPA}, fields: {{\"metadata.annotations['x.org/y']\": null}}}}]",
    "an absent custom resource": "objects: [{object: shop/PrometheusRule/other, rendered: false}]",
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
    f"objects: [{{object: {HPA}, fields: {{spec.minReplica: 3}}}}]": (
        "3",
        "HorizontalPodAutoscaler has no such field",
        "did you mean spec.minReplicas?",
    ),
    f"objects: [{{object: {HPA}, fields: {{spec.minReplica: null}}}}]": (
        "absent",
        "HorizontalPodAutoscaler has no such field",
        "did you mean spec.minReplicas?",
    ),
    f"objects: [{{object: {HPA}, fields: {{'spec.metrics[*].typ': null}}}}]": (
        "absent",
        "HorizontalPodAutoscaler has no such field",
        "did you mean spec.metrics[0].type?",
    ),
    f"objects: [{{object: {HPA}, fields: {{'spec.metrics[9].object.sort': null}}}}]": (
        "absent",
        "HorizontalPodAutoscaler has no such field",
        "what is there: describedObject, metric, target",
    ),
    f"objects: [{{object: {HPA}, fields: {{spec.minReplicas.min: null}}}}]": (
        "absent",
        "HorizontalPodAutoscaler has no such field",
        "what is there: no field below",
    ),
    f"objects: [{{object: {HPA}, fields: {{spec.metrics.type: null}}}}]": (
        "absent",
        "HorizontalPodAutoscaler has no such field",
        "what is there: entries of a list",
    ),
    "objects: [{object: shop/HorizontalPodAutoscalr/cart, rendered: false}]": (
        "not rendered",
        "there is no kind HorizontalPodAutoscalr",
        "did you mean HorizontalPodAutoscaler?",
    ),
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


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ("test.yaml", ""),
        ("objects.yaml", "cluster: {objects: objects.yaml, kubernetesVersion: '1.33'}"),
        ("../../policies/web.yaml", ""),
        ("../../policies/new.yaml", ""),
        ("objects/new.yaml", "cluster: {objects: objects, kubernetesVersion: '1.33'}"),
        ("earlier.yaml", "published: earlier.yaml"),
    ],
)
def test_update_overwrites_nothing_that_the_test_is_given(shop: Any, expected: str, given: str) -> None:
    """The test itself, its policies, its cluster and what was published keep every byte."""
    text = case(f"manifests: {expected}")
    key = given.partition(":")[0]
    lines = [line for line in text.splitlines(keepends=True) if not key or not line.startswith(f"  {key}:")]
    shop.write(FILE, "".join(f"  {given}\n{line}" if line == "  expect:\n" else line for line in lines))
    for name in ("objects.yaml", "objects/cart.yaml"):
        shop.write(f"tests/web/{name}", cluster("cart"))
    shop.write("tests/web/earlier.yaml", shop.ordain("render").out)
    before = shop.bytes_of(".")
    done = shop.ordain("test", "--update")
    assert (done.code, before) == (2, shop.bytes_of(".")), done.out
    assert "--update would overwrite what the test is given" in done.out


def test_update_keeps_what_is_expected_while_the_policies_are_broken(shop: Any) -> None:
    """Nothing was rendered then, which is no reason to expect nothing."""
    shop.write(FILE, case("manifests: expected.yaml"))
    shop.ordain("test", "--update")
    shop.edit("policies/web.yaml", "replicas:", "replicaz:")
    before = shop.bytes_of(".")
    assert (shop.ordain("test", "--update").code, before) == (1, shop.bytes_of("."))


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
