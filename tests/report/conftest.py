"""Results to report on: every shape that a format has to tell; a test with `case` runs for each of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from pydantic import BaseModel

from ordain.errors import Span
from ordain.model.chart import Chart, ChartBand, ChartLine
from ordain.model.finding import Finding, Severity, Waived
from ordain.model.objects import KubeObject, ObjectRef, Source
from ordain.model.plan import (
    Action,
    Cause,
    Change,
    FieldChange,
    FieldOrigin,
    Moved,
    OnSync,
    Plan,
    Published,
    Result,
    Section,
)
from ordain.model.policy import EffectivePolicy, Subject
from tests.report.charts import CHART, EMPTY, MEMORY, manifest

CHECKOUT: Final = ObjectRef("shop", "Deployment", "checkout", "apps")
CART: Final = ObjectRef("shop", "Deployment", "cart", "apps")
OUTPUT: Final = "branch main of build/gitops.git"


def hpa(name: str) -> ObjectRef:
    return ObjectRef("shop", "HorizontalPodAutoscaler", name, "autoscaling")


def pdb(name: str) -> ObjectRef:
    return ObjectRef("shop", "PodDisruptionBudget", name, "policy")


def origin(line: int, policy: str = "ScalingPolicy/checkout") -> FieldOrigin:
    return FieldOrigin(policy, Span("policies/shop.yaml", line, 5))


DEFAULT: Final = FieldOrigin("default of ScalingPolicy", None)

MIN_ABOVE_MAX: Final = Finding(
    "SCL003",
    "min-above-max",
    Severity.ERROR,
    "minReplicas 5 is above maxReplicas 3",
    hint="raise spec.replicas.max or lower spec.replicas.min",
    where=Span("policies/shop.yaml", 12, 5),
)
NO_MATCH: Final = Finding(
    "POL004",
    "policy-matches-nothing",
    Severity.WARNING,
    "ScalingPolicy/search matches no workload",
    hint="check spec.targets; `kubectl get deployments -A` lists the names",
    where=Span("policies/search.yaml", 4, 3),
    cluster="demo",
)
NO_REQUEST: Final = Finding(
    "SCL011",
    "no-request",
    Severity.ERROR,
    "a cpu target needs a cpu request, and there is none",
    hint="set resources.requests.cpu of the container",
    subject=CHECKOUT,
    field="spec.template.spec.containers[0].resources",
    container="app",
    cluster="demo",
)
AMBIGUOUS: Final = Finding(
    "SCL020",
    "slow-scale-down",
    Severity.NOTE,
    "scaleDown removes at most 10% a minute",
    where=Span("policies/shop.yaml", 30, 7),
    subject=CHECKOUT,
    cluster="demo",
)
WAIVED: Final = Finding(
    "SCL012",
    "blocked-drain",
    Severity.ERROR,
    "the budget lets no pod go at 1 replica",
    hint="raise spec.replicas.min",
    subject=ObjectRef("legacy", "Deployment", "billing", "apps"),
    cluster="demo",
    waived=Waived("billing-drain", "payments", "SHOP-481", "single instance until the new queue", "2027-01-31"),
)
WHOLE_FILE: Final = Finding(
    "POL001",
    "unreadable",
    Severity.ERROR,
    "the file is not UTF-8",
    hint="save it as UTF-8",
    where=Span("policies/old.yaml"),
)

CREATE: Final = Change(
    Action.CREATE,
    hpa("checkout"),
    "shop/HorizontalPodAutoscaler-checkout.yaml",
    (
        FieldChange("apiVersion", None, "autoscaling/v2"),
        FieldChange("kind", None, "HorizontalPodAutoscaler"),
        FieldChange("metadata.name", None, "checkout"),
        FieldChange("metadata.namespace", None, "shop"),
        FieldChange("spec.minReplicas", None, "3", origin(12)),
        FieldChange("spec.maxReplicas", None, "40", origin(12)),
        FieldChange("spec.metrics[0].resource.target.averageUtilization", None, "70", origin(14)),
        FieldChange("spec.behavior.scaleDown.stabilizationWindowSeconds", None, "300", DEFAULT),
    ),
    subject=CHECKOUT,
    reason="3 to 40 pods, 70% of the cpu request",
)
UPDATE: Final = Change(
    Action.UPDATE,
    hpa("cart"),
    "shop/HorizontalPodAutoscaler-cart.yaml",
    (
        FieldChange("spec.maxReplicas", "10", "12", origin(31, "ScalingPolicy/cart")),
        FieldChange("spec.behavior.scaleUp.selectPolicy", None, "Max", DEFAULT),
        FieldChange("metadata.annotations['shop.example.org/tier']", "web", None),
    ),
    subject=CART,
    reason="2 to 12 pods, 70% of the cpu request",
)
DELETE: Final = Change(
    Action.DELETE,
    pdb("search"),
    "shop/PodDisruptionBudget-search.yaml",
    (),
    reason="no policy asks for it any more",
)
UPGRADE: Final = Change(
    Action.UPDATE,
    pdb("cart"),
    "shop/PodDisruptionBudget-cart.yaml",
    (FieldChange("spec.unhealthyPodEvictionPolicy", None, "AlwaysAllow", DEFAULT),),
    subject=CART,
    cause=Cause.ENGINE,
)
DRIFT: Final = Change(
    Action.UPDATE,
    hpa("payments"),
    "shop/HorizontalPodAutoscaler-payments.yaml",
    (
        FieldChange(
            "spec.minReplicas",
            "1",
            "2",
            origin(44, "ScalingPolicy/payments"),
            manager="kubectl-edit",
            since="2026-09-30T22:14:03Z",
            on_sync=OnSync.TAKEN_OVER,
        ),
    ),
)
HELD: Final = replace(
    DRIFT,
    fields=(
        *DRIFT.fields,
        FieldChange(
            "spec.maxReplicas", "9", "8", origin(45), "tuner, platform", since="2026-09-02T10:00:00Z",
            on_sync=OnSync.CONFLICT, moved=Moved.CLUSTER,
        ),
        FieldChange("metadata.labels.tier", "web", None, manager="argocd-controller", on_sync=OnSync.REMOVED),
        FieldChange(
            "spec.behavior.scaleUp.selectPolicy", "Min", "Max", DEFAULT, "argocd-controller", on_sync=OnSync.RESET,
            moved=Moved.GIT,
        ),
        FieldChange("spec.metrics", None, "[{type: Resource}]", origin(46), on_sync=OnSync.SET),
    ),
)  # fmt: skip
LEFT_ALONE: Final = replace(
    DRIFT,
    fields=(
        FieldChange(
            "metadata.labels.cost-center", "4711", None, manager="billing", since="2026-09-02T10:00:00Z",
            on_sync=OnSync.KEPT, ignored="not in Git, and not ours",
        ),
        FieldChange("spec.maxReplicas", "30", "8", origin(45), ignored="ordain.yaml:12:5"),
    ),
)  # fmt: skip
SNIPPET: Final = """\
spec:
  ignoreDifferences:
    - group: apps
      kind: Deployment
      name: checkout
      namespace: shop
      jsonPointers: [/spec/replicas]
"""


def demo(findings: tuple[Finding, ...], plan: Plan | None, snippets: tuple[str, ...] = ()) -> Section:
    return Section(
        "demo",
        "1.37",
        "snapshot policies/demo.snapshot.json.gz",
        "2026-10-01T06:00:00Z",
        findings,
        plan,
        snippets=snippets,
        output=OUTPUT,
    )


PLAN: Final = Plan(
    "demo",
    (CREATE, DELETE, UPDATE, UPGRADE),
    11,
    (
        replace(CREATE, pending=True),
        DRIFT,
        Change(Action.DELETE, pdb("search"), "", (), pending=True),
        Change(
            Action.UPDATE,
            hpa("cart"),
            "",
            (FieldChange("spec.maxReplicas", "10", "12", pending=True),),
            pending=True,
        ),
        Change(Action.CREATE, pdb("payments"), "", ()),
    ),
    10,
    adopted=(hpa("gateway"),),
)


class Replicas(BaseModel):
    min: int = 2
    max: int = 10


class Spec(BaseModel):
    replicas: Replicas = Replicas()
    paused: bool = False


def effective(ref: ObjectRef, *, highest: int, line: int) -> EffectivePolicy:
    """Make an effective policy that sets the highest number of replicas and leaves the rest to the defaults."""
    merged = {"replicas": {"max": highest}}
    subject = Subject(KubeObject(ref, {}, Source.LIVE, lambda _: None))
    origins = {("replicas", "max"): origin(line, "ScalingPolicy/shop")}
    return EffectivePolicy("ScalingPolicy", subject, Spec.model_validate(merged), merged, origins, ())


def pictured(section: Section) -> Section:
    """Add to a section what holds, and pictures for a changed and an unchanged object."""
    return replace(
        section,
        manifests=(manifest(hpa("checkout"), CHECKOUT, CHART), manifest(hpa("gateway"), CHECKOUT, MEMORY, EMPTY)),
        effective=(
            effective(CART, highest=12, line=31),
            effective(CHECKOUT, highest=40, line=12),
            effective(ObjectRef("shop", "Deployment", "search", "apps"), highest=12, line=31),
        ),
    )


EVIL: Final = (
    "\x1b[31mred\x1b[0m\r\n::error file=x::owned\n##[error]x\x00\x07\x9b1m\u202eabc\u2028`|"
    "<script>alert(1)</script><!-- x --> ]]> &amp; @team #123 GH-7 o/r#9 **b** [l](http://x) ![i](https://x/y)"
    "</style></title></svg>\"' onload=alert(1) javascript:alert(1) {{7*7}} {% raw %} {#"
    " www.x.org %0A </details> ``` \ud800 \udc80 \ufffe \uffff \U0001f600 \U000e0041 $x$ | --- |"
)


def hostile(text: str) -> Result:
    """Make a result that holds `text` wherever a policy or a cluster has a say."""
    where = Span(f"policies/{text}.yaml", 3, 1)
    ref = ObjectRef(text, text, text, text)
    fields = (
        FieldChange(text, text, text, FieldOrigin(text, where), manager=text, since=text, ignored=text),
        FieldChange(f"```\n{text}", None, f"\n```\n{text}"),
    )
    plan = Plan(
        text,
        tuple(Change(action, replace(ref, name=f"{text}{action}"), text, fields, ref, text) for action in Action),
        1,
        (Change(Action.UPDATE, ObjectRef("a", text, text), text, fields, reason=text),),
        1,
        adopted=(ref,),
        ignored=(Change(Action.UPDATE, ref, text, fields),),
    )
    findings = (
        Finding(text, text, Severity.WARNING, text, text, None, ref, cluster=text),
        Finding(text, text, Severity.NOTE, text, cluster=text),
        Finding(text, text, Severity.ERROR, text, waived=Waived(text, text, text, text, text)),
    )
    anywhere = Finding(text, text, Severity.ERROR, text, text, where, ref, text, text)
    chart = Chart(text, text, text, (ChartLine(text, (0, 60), (1.0, 2.0)),), (ChartBand(text, (0,), (1.0,), (2.0,)),))
    holding = replace(
        effective(ref, highest=3, line=1), kind=text, origins={("replicas", "max"): FieldOrigin(text, where)}
    )
    section = Section(
        text, text, text, text, findings, plan, (manifest(ref, ref, chart),), (f"name: {text}",), text, (holding,)
    )
    return Result(text, (anywhere,), (section,), published=(Published(text, text, text, 1, 1),), notes=(text,))


CASES: Final = {
    "valid": Result("validate", (), policies=12, files=5),
    "findings": Result("validate", (MIN_ABOVE_MAX, WHOLE_FILE, AMBIGUOUS, NO_MATCH), policies=12, files=5),
    "checked": Result("check", (), (demo((NO_REQUEST, AMBIGUOUS, WAIVED), None),), objects=40),
    "nothing": Result("plan", (), (demo((), Plan("demo", (), 14, (), 14)),), policies=12, files=5),
    "plan": Result(
        "plan",
        (),
        (demo((NO_MATCH, NO_REQUEST, AMBIGUOUS, WAIVED), PLAN, (SNIPPET,)),),
        policies=12,
        files=5,
        exit_reasons=("findings",),
    ),
    "pictures": Result(
        "plan",
        (),
        (pictured(demo((WAIVED,), PLAN)), replace(pictured(demo((), None)), cluster="staging")),
        policies=12,
        files=5,
    ),
    "drift": Result(
        "plan", (), (demo((), Plan("demo", (), 14, (HELD,), 13, ignored=(LEFT_ALONE,))),), policies=12, files=5
    ),
    "stopped": Result("plan", (MIN_ABOVE_MAX,), (demo((), PLAN), Section("prod", "1.30", "kubeconfig", "", ()))),
    "published": Result(
        "publish",
        (),
        (demo((WAIVED,), PLAN),),
        policies=12,
        files=5,
        published=(Published("build/gitops.git", "main", "3f1c9d2", 3, 1),),
        notes=("look at it: git --git-dir build/gitops.git show main",),
    ),
    "dry-run": Result(
        "publish",
        (),
        (demo((), PLAN),),
        policies=12,
        files=5,
        published=(Published("build/gitops.git", "main", None, 3, 1, dry_run=True),),
    ),
    "hostile": hostile("x\x1b[1m\n::error::y `|<b>@team #1 ]]>"),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", sorted(CASES))


@pytest.fixture
def result(case: str) -> Result:
    return CASES[case]


@pytest.fixture
def results() -> dict[str, Result]:
    return CASES


@pytest.fixture(scope="session")
def holding() -> Callable[[str], Result]:
    return hostile


@pytest.fixture(scope="session")
def evil() -> str:
    return EVIL


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ordain.report.sarif.__version__", "1.2.3")
    monkeypatch.setattr("ordain.report.html.__version__", "1.2.3")
