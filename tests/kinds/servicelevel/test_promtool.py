"""What Prometheus makes of the rendered rules: promtool checks them, and runs a generated unit test for each alert.

promtool evaluates every group at the interval of the test, whatever the group's own is. So the whole set runs at 5m,
the interval of the counts (the groups that are faster in production look at raw counters, which do not mind), and the
speed of P0 is measured at 30s, alone. Counters have a sample a minute: a range of 5m then holds enough of them both in
Prometheus 2, where both ends of a range count, and in 3, where one does.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor
from pathlib import Path

import pytest
import yaml

from ordain.kinds.servicelevel.budget import Tier
from ordain.kinds.servicelevel.model import LatencyIndicator, Requests, ServiceLevelPolicy
from ordain.kinds.servicelevel.promql import Selector
from ordain.kinds.servicelevel.rules import Promise

HERE = Path(__file__).parent
DAY = 1440
FIRING = 'count by (slo_tier) (ALERTS{alertstate="firing"})'


@dataclass(frozen=True)
class Rendered:
    """One objective of a case, and the rule groups that its golden file has for it."""

    case: str
    promise: Promise
    groups: list[dict]

    def __str__(self) -> str:
        return f"{self.case}/{self.promise.objective.name}"


def rendered() -> list[Rendered]:
    """Return the objectives of the cases that have all windows, both indicators and all of alerting in them."""
    found = []
    for case in (HERE / "quarter", HERE / "two-indicators"):
        (rules,) = yaml.safe_load_all((case / "expected/manifests.yaml").read_text())
        (policy,) = yaml.safe_load_all((case / "policy.yaml").read_text())
        spec = ServiceLevelPolicy.model_validate(policy).spec
        for objective in spec.objectives:
            groups = [
                group for group in rules["spec"]["groups"] if group["rules"][0]["labels"]["slo"] == objective.name
            ]
            labels = groups[0]["rules"][0]["labels"]
            promise = Promise(labels["namespace"], labels["service"], objective, spec.alerting)
            found.append(Rendered(case.name, promise, groups))
    return found


ALL = rendered()
TIERS = [(item, tier) for item in ALL for tier in item.promise.budget.tiers]


def promtool(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run promtool; skip without it, or fail where tools are required."""
    program = shutil.which("promtool")
    if program is None:
        reason = "no promtool: install Debian's package prometheus"
        if os.environ.get("ORDAIN_REQUIRE_TOOLS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@dataclass(frozen=True)
class Stretch:
    """Some minutes of steady traffic: requests a minute, and the share of them that is bad."""

    minutes: int
    rate: float
    bad: float = 0.0


def counter(rates: Iterable[tuple[int, float]], *, start: int = 0, reset_at: int | None = None) -> str:
    """Write a counter with one sample a minute, as promtool's `input_series` have it."""
    parts, value, minute = [], float(start), 0
    for index, (minutes, rate) in enumerate(rates):
        if reset_at == index:
            value = 0.0
        step, now = f"{rate:.6f}", f"{value:.6f}"
        parts.append(f"{now}+{step}x{minutes - 1}" if rate else f"{now}x{minutes - 1}")
        value += rate * minutes
        minute += minutes
    return " ".join(parts)


def series(promise: Promise, stretches: list[Stretch], *, le: str = "", **options: int) -> list[dict]:
    """Return the counters that an application would export."""
    good = [(part.minutes, part.rate * (1 - part.bad)) for part in stretches]
    bad = [(part.minutes, part.rate * part.bad) for part in stretches]
    total = [(part.minutes, part.rate) for part in stretches]
    indicator = promise.objective.indicator
    if isinstance(indicator, LatencyIndicator):
        histogram, seconds = indicator.latency.histogram, float(indicator.latency.threshold)
        spelt = le or f"{seconds:g}"
        labels = ",".join(map(str, indicator.latency.selector.matchers))
        return [
            {"series": f"{histogram}_count{{{labels}}}", "values": counter(total, **options)},
            {"series": f'{histogram}_bucket{{{labels},le="{spelt}"}}', "values": counter(good, **options)},
        ]
    made = [{"series": with_code(indicator.requests, "200"), "values": counter(good, **options)}]
    if any(part.bad for part in stretches):
        made.append({"series": with_code(indicator.requests, "503"), "values": counter(bad, **options)})
    return made


def with_code(requests: Requests, code: str) -> str:
    """Write a series that the total selects, and the errors where the code is 503."""
    total: Selector = requests.total
    return f'{total.metric}{{{",".join(map(str, total.matchers))},code="{code}"}}'


def at(minute: float, expr: str, **samples: float) -> dict:
    """Expect an expression to give one value per tier; `_` is a value without labels, none at all is silence."""
    labels = {name: "{}" if name == "_" else f'{{slo_tier="{name}"}}' for name in samples}
    expected = [{"labels": labels[name], "value": value} for name, value in samples.items()]
    return {"eval_time": f"{round(minute * 60)}s", "expr": expr, "exp_samples": expected}


def firing(minute: float, *tiers: str) -> dict:
    """Expect exactly these tiers to fire."""
    return at(minute, FIRING, **dict.fromkeys(tiers, 1.0))


def run(folder: Path, groups: list[dict], tests: list[dict], *, every: str = "5m") -> None:
    """Let promtool run tests, and show what it says where one fails."""
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups}))
    document = {"rule_files": ["rules.yaml"], "evaluation_interval": every, "tests": tests}
    (folder / "tests.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    done = promtool("test", "rules", "tests.yaml", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def scenario(inputs: list[dict], *checks: dict) -> dict:
    """Return one test of promtool's."""
    return {"interval": "1m", "input_series": inputs, "promql_expr_test": list(checks)}


def alerting(item: Rendered) -> list[dict]:
    """Return the groups without those of the whole window, which take long and alert on nothing."""
    return [group for group in item.groups if not group["name"].endswith(("-budget", "-hours"))]


def quietest(promise: Promise) -> float:
    """Return a traffic (a minute) so thin that one bad event an hour is above every limit."""
    return 1 / (60 * float(promise.budget.tiers[0].factor * promise.budget.share)) / 4


@pytest.mark.parametrize("case", sorted(path.parent.name for path in HERE.glob("*/policy.yaml")))
def test_promtool_accepts_the_rules(case: str, tmp_path: Path) -> None:
    """What is in `.spec` of every case is a valid rule file, without a rule that is there twice."""
    found = [item for item in yaml.safe_load_all((HERE / case / "expected/manifests.yaml").read_text()) if item]
    for rule in (item for item in found if item["kind"] == "PrometheusRule"):
        (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rule["spec"]))
        done = promtool("check", "rules", "--lint-fatal", "rules.yaml", cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_refuses_a_broken_rule(tmp_path: Path) -> None:
    """The check above can fail: an expression with an open brace does not pass."""
    rules = [{"record": "slo:x", "expr": "sum(increase(x{[5m]))"}]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "x", "rules": rules}]}))
    assert promtool("check", "rules", "rules.yaml", cwd=tmp_path).returncode != 0


def test_every_tier_of_every_window_has_a_test() -> None:
    """The alerts of the cases are those that are tested: four for each objective, over all four windows."""
    alerts = {
        (item.case, rule["labels"]["slo"], rule["labels"]["slo_tier"])
        for item in ALL
        for group in item.groups
        for rule in group["rules"]
        if "slo_tier" in rule["labels"]
    }
    assert alerts == {(item.case, item.promise.objective.name, tier.name) for item, tier in TIERS}
    assert {item.promise.objective.window for item in ALL} == {"7d", "28d", "30d", "90d"}


@pytest.mark.parametrize(("item", "tier"), TIERS, ids=lambda value: getattr(value, "name", str(value)))
def test_a_burn_fires_its_tier_and_no_faster_one(item: Rendered, tier: Tier, tmp_path: Path) -> None:
    """A tenth above a tier's limit, after its long window in health: it fires in time, and no faster one does."""
    long = tier.long.seconds // 60
    limit = float(tier.factor * item.promise.budget.share)
    burn = min(1.1 * limit, 1.0)
    needed = long + ceil(long * limit / burn)
    faster = [other.name for other in item.promise.budget.tiers if other.name < tier.name]
    inputs = series(item.promise, [Stretch(long, 600), Stretch(long + 60, 600, burn)])
    only = 'count(ALERTS{{alertstate="firing",slo_tier="{}"}})'.format
    checks = [
        firing(long),
        at(needed - max(10, long * 0.05), only(tier.name)),
        at(needed + 15, only(tier.name), _=1.0),
        *(at(2 * long + 45, only(name)) for name in faster),
    ]
    run(tmp_path, alerting(item), [scenario(inputs, *checks)])


@pytest.mark.parametrize("item", ALL, ids=str)
def test_a_sharp_burn_fires_only_its_tier(item: Rendered, tmp_path: Path) -> None:
    """An hour above P1's limit and below P0's, after three healthy days, fires P1 alone; when it ends, P1 ends."""
    limit = float(item.promise.budget.tiers[1].factor * item.promise.budget.share)
    inputs = series(item.promise, [Stretch(3 * DAY, 600), Stretch(345, 600, 1.15 * limit), Stretch(60, 600)])
    checks = [firing(3 * DAY), firing(3 * DAY + 335, "P1"), firing(3 * DAY + 345 + 40)]
    run(tmp_path, alerting(item), [scenario(inputs, *checks)])


@pytest.mark.parametrize("item", ALL, ids=str)
def test_p0_tells_of_a_total_outage_within_minutes(item: Rendered, tmp_path: Path) -> None:
    """P0 fires when the hour's share of the budget is used up, give or take a minute and a half, and not before."""
    page = [group for group in item.groups if group["interval"] == "30s"]
    after = 60 * float(item.promise.budget.tiers[0].factor * item.promise.budget.share)
    inputs = series(item.promise, [Stretch(180, 600), Stretch(60, 600, 1.0)])
    early, late = floor(2 * (180 + after - 1.5)) / 2, ceil(2 * (180 + after + 1.5)) / 2
    run(tmp_path, page, [scenario(inputs, firing(early), firing(late, "P0"))], every="30s")


@pytest.mark.parametrize("item", ALL, ids=str)
def test_one_failure_in_a_quiet_night_wakes_nobody(item: Rendered, tmp_path: Path) -> None:
    """One bad event among few is above every limit, and still no alert fires: it takes the minimum of bad events."""
    rate, batch = quietest(item.promise), 1
    gap = max(5, round(batch / rate))
    stretches = [part for _ in range(600 // gap) for part in (Stretch(gap - 1, 0), Stretch(1, batch))]
    stretches += [Stretch(1, 1, 1.0), Stretch(240, 0)]
    end = sum(part.minutes for part in stretches)
    bad, total = "slo:bad_events:increase1h", "slo:total_events:increase1h"
    limit = float(item.promise.budget.tiers[0].factor * item.promise.budget.share)
    above = at(end - 220, f"count({bad} > {limit!r} * {total})", _=1.0)
    quiet = [firing(end - minutes) for minutes in (235, 230, 220, 200, 120, 10)]
    run(tmp_path, alerting(item), [scenario(series(item.promise, stretches), above, *quiet)])


@pytest.mark.parametrize("item", ALL, ids=str)
def test_without_traffic_it_is_silent_and_the_budget_is_whole(item: Rendered, tmp_path: Path) -> None:
    """Counters that stand still, from the start or after traffic, give zero events and no NaN."""
    remaining = "slo:error_budget_remaining:ratio"
    labels = {**item.promise.identity, "window": item.promise.objective.window}
    whole = f'sum({remaining}{{slo="{labels["slo"]}"}})'
    still = scenario(series(item.promise, [Stretch(120, 0)]), firing(100), at(100, whole, _=1.0))
    after = scenario(series(item.promise, [Stretch(60, 600), Stretch(120, 0)]), firing(170), at(170, whole, _=1.0))
    run(tmp_path, item.groups, [still, after, scenario([], firing(100), at(100, whole))])


@pytest.mark.parametrize("item", ALL, ids=str)
def test_no_error_yet_counts_as_zero(item: Rendered, tmp_path: Path) -> None:
    """A service that never failed has no series of errors: its bad events are 0, not absent."""
    inputs = series(item.promise, [Stretch(120, 600)])
    checks = [at(60, f"sum(slo:bad_events:{name})", _=0.0) for name in ("increase5m", "increase1h", "count5m")]
    run(tmp_path, item.groups, [scenario(inputs, *checks, firing(60))])


@pytest.mark.parametrize("item", ALL, ids=str)
def test_a_restart_is_no_outage(item: Rendered, tmp_path: Path) -> None:
    """Counters that begin again at zero neither alert nor count below zero."""
    inputs = series(item.promise, [Stretch(120, 600), Stretch(120, 600)], start=10_000, reset_at=1)
    total = "sum(slo:total_events:count5m)"
    steady = [at(minute, f"({total} > bool 2000) * ({total} < bool 4000)", _=1.0) for minute in (110, 125)]
    bad = at(125, "sum(slo:bad_events:count5m)", _=0.0)
    run(tmp_path, item.groups, [scenario(inputs, firing(121), firing(125), firing(200), *steady, bad)])


@pytest.mark.parametrize("le", ["1", "1.0"])
def test_a_bucket_is_found_in_both_spellings(le: str, tmp_path: Path) -> None:
    """Prometheus 3 writes `le="1.0"` where 2 kept the client's `1`."""
    item = next(item for item in ALL if str(item) == "two-indicators/latency")
    inputs = series(item.promise, [Stretch(120, 600, 0.5)], le=le)
    run(tmp_path, item.groups, [scenario(inputs, at(60, "sum(slo:bad_events:count5m) > bool 1000", _=1.0))])


def test_a_threshold_without_a_bucket_is_told_of(tmp_path: Path) -> None:
    """A histogram whose buckets end elsewhere raises an alert of its own, for nothing else would ever fire."""
    item = next(item for item in ALL if str(item) == "two-indicators/latency")
    missing = 'count(ALERTS{alertname="LatencyBucketMissing",alertstate="firing"})'
    wrong = scenario(series(item.promise, [Stretch(120, 600)], le="0.5"), at(90, missing, _=1.0))
    right = scenario(series(item.promise, [Stretch(120, 600)]), at(90, missing))
    run(tmp_path, item.groups, [wrong, right])


def test_an_alert_says_what_it_means(tmp_path: Path) -> None:
    """Labels and annotations are those of kube-prometheus, and the text has its number."""
    item = next(item for item in ALL if str(item) == "two-indicators/availability")
    labels = {"namespace": "shop", "service": "checkout", "slo": "availability", "team": "checkout"}
    expected = {
        "exp_labels": {**labels, "slo_tier": "P0", "severity": "critical", "route": "pager"},
        "exp_annotations": {
            "summary": "checkout fails more than 14.4 times what its availability objective allows",
            "description": "36k bad events in the last 1h: more than 14.4 times what 99.95 % over 30d allows, in the "
            "last 1h and still in the last 5m. At that limit the whole budget lasts 2 d 2 h.",
            "runbook_url": "https://runbooks.example.org/checkout",
        },
    }
    alert = {"eval_time": "150m", "alertname": "ErrorBudgetBurnP0", "exp_alerts": [expected]}
    test = {**scenario(series(item.promise, [Stretch(180, 600, 1.0)], start=1000)), "alert_rule_test": [alert]}
    run(tmp_path, item.groups, [test])


@pytest.mark.parametrize("item", ALL, ids=str)
def test_the_budget_weighs_every_event_alike(item: Rendered, tmp_path: Path) -> None:
    """One busy hour, half of it bad, in a quiet window: what is left follows from the events, not from the hours."""
    budget = item.promise.budget
    step, name = ("60m", "count1h") if budget.window.seconds == 90 * 86400 else ("5m", "count5m")
    count = budget.window.seconds // (60 * int(step[:-1]))
    quiet, busy = count - 12, 12
    bad, total = busy * 500, quiet * 10 + busy * 1000
    labels = ",".join(f'{key}="{value}"' for key, value in item.promise.identity.items())
    inputs = [
        {"series": f"slo:bad_events:{name}{{{labels}}}", "values": f"_ 0x{quiet - 1} 500x{busy - 1}"},
        {"series": f"slo:total_events:{name}{{{labels}}}", "values": f"_ 10x{quiet - 1} 1000x{busy - 1}"},
    ]
    left = 1 - (bad / total) / float(budget.share)
    end = budget.window.seconds // 60
    checks = [
        at(end, "sum(slo:bad_events:window)", _=bad),
        at(end, "sum(slo:total_events:window)", _=total),
        at(end, "sum(slo:error_budget_remaining:ratio)", _=left),
        at(end, "sum(slo:error_budget:ratio)", _=float(budget.share)),
        at(end, "sum(slo:objective:ratio)", _=float(budget.target / 100)),
    ]
    whole = [group for group in item.groups if group["name"].endswith("-budget")]
    run(tmp_path, whole, [{**scenario(inputs, *checks), "interval": step}], every=f"{end}m")


def mutated(item: Rendered, old: str, new: str) -> Rendered:
    """Return an objective whose rules have one thing changed."""
    text = yaml.safe_dump(item.groups, width=10_000)
    assert old in text
    return replace(item, groups=yaml.safe_load(text.replace(old, new)))


MUTATIONS = {
    "a budget ten times as large": (" > 0.0072 * ", " > 0.072 * ", test_p0_tells_of_a_total_outage_within_minutes),
    "no minimum of bad events": (">= 3", ">= 1", test_one_failure_in_a_quiet_night_wakes_nobody),
    "no zero for no errors": ("or 0 *", "or -1 *", test_no_error_yet_counts_as_zero),
    "a division by no traffic": (" > 0)", ")", test_without_traffic_it_is_silent_and_the_budget_is_whole),
    "a short window as long as the long one": ("[29m]", "[5h59m]", test_a_sharp_burn_fires_only_its_tier),
    "a raw counter for an increase": ("increase(", "last_over_time(", test_a_restart_is_no_outage),
    "a mean of means": ("/ (", "* (", test_the_budget_weighs_every_event_alike),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_tests_notice(name: str, tmp_path: Path) -> None:
    """Each of these mistakes in the rules makes the test fail that is there for it."""
    old, new, test = MUTATIONS[name]
    item = next(item for item in ALL if str(item) == "two-indicators/availability")
    broken = mutated(item, old, new)
    with pytest.raises(AssertionError, match="FAILED"):
        test(broken, tmp_path)
