"""The rule groups of one objective: event counts, alerts on their sums, and what is left of the budget.

Counts are recorded, not ratios, so quiet hours weigh nothing and nothing is divided by zero. An alert compares the bad
events with a share of all events. There are no subqueries: they would be too slow, and promtool cannot test them.

- `page` (30 s) looks at the raw counters over 5m and 1h, for P0 must not wait.
- `counts` (5m) records the events of the last five minutes, one count after the other, and sums them up for P1 to P3.
- `hours` (1h, for 90d only) sums the counts up once more.
- `budget` (2m, so that an instant query always finds a sample) says what is left over the whole window.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import MISSING

from ordain.kinds.servicelevel.budget import Budget, Tier, compact, in_words, plain
from ordain.kinds.servicelevel.model import Alerting, LatencyBucket, LatencyIndicator, Objective, Requests
from ordain.kinds.servicelevel.promql import Selector, bucket
from ordain.model.objects import RawObject
from ordain.quantities import Duration

_STEP: Final = Duration.parse("5m")
_HOUR: Final = Duration.parse("1h")
_QUARTER: Final = Duration.parse("90d")


@dataclass(frozen=True)
class Promise:
    """One objective of a service, with all that its rules say of it."""

    namespace: str
    service: str
    objective: Objective
    alerting: Alerting

    @property
    def budget(self) -> Budget:
        """Its error budget."""
        return Budget(self.objective.target, Duration.parse(self.objective.window))

    @property
    def identity(self) -> dict[str, str]:
        """The labels that tell it from every other one, on all that is recorded and on every alert."""
        return {"namespace": self.namespace, "service": self.service, "slo": self.objective.name}

    def __str__(self) -> str:
        return f"{plain(self.objective.target)} % over {self.objective.window}"


def groups(promise: Promise) -> Iterator[RawObject]:
    """Return the rule groups of an objective, as `spec.groups` of a PrometheusRule has them."""
    name = f"{promise.service}-{promise.objective.name}"
    tiers = promise.budget.tiers
    page = [tier for tier in tiers if tier.long == _HOUR]
    later = [tier for tier in tiers if tier.long != _HOUR]
    fast = [rule for window in (_STEP, _HOUR) for rule in _counts(promise, "increase", window)] if page else []
    if page:
        yield {
            "name": f"{name}-page",
            "interval": "30s",
            "rules": [*fast, *(_alert(promise, tier) for tier in page)],
        }
    slow = [*_counts(promise, "count", _STEP), *(_alert(promise, tier) for tier in later)]
    yield {"name": f"{name}-counts", "interval": "5m", "rules": slow}
    if promise.budget.window == _QUARTER:
        yield {"name": f"{name}-hours", "interval": "1h", "rules": list(_hours(promise))}
    yield {"name": f"{name}-budget", "interval": "2m", "rules": list(_budget(promise))}


def _counts(promise: Promise, how: str, window: Duration) -> Iterator[RawObject]:
    """Record the bad events and all events of a window, from the raw counters."""
    span = compact(window)
    indicator = promise.objective.indicator
    if isinstance(indicator, LatencyIndicator):
        bad, total = _slow(indicator.latency, span)
    else:
        bad, total = _failed(indicator.requests, span)
    yield _record(promise, f"slo:bad_events:{how}{span}", bad)
    yield _record(promise, f"slo:total_events:{how}{span}", total)


def _failed(requests: Requests, span: str) -> tuple[str, str]:
    total = _increase(requests.total, span)
    return f"{_increase(requests.errors, span)}\nor 0 * {total}", total


def _slow(latency: LatencyBucket, span: str) -> tuple[str, str]:
    total, fast = _increase(_count(latency), span), _increase(_bucket(latency), span)
    return f"clamp_min({total} - {fast}, 0)", total


def _increase(selector: Selector, span: str) -> str:
    return f"sum(increase({selector}[{span}]))"


def _count(latency: LatencyBucket) -> Selector:
    selector = Selector("", ()) if latency.selector is MISSING else latency.selector
    return selector.named(f"{latency.histogram}_count")


def _bucket(latency: LatencyBucket) -> Selector:
    return _count(latency).named(f"{latency.histogram}_bucket", bucket(latency.threshold))


def _hours(promise: Promise) -> Iterator[RawObject]:
    for side in ("bad", "total"):
        recorded = f"slo:{side}_events:count5m{_selector(promise)}"
        yield _record(promise, f"slo:{side}_events:count1h", f"sum_over_time({recorded}[1h])")


def _budget(promise: Promise) -> Iterator[RawObject]:
    budget, window = promise.budget, promise.objective.window
    counts = "count1h" if budget.window == _QUARTER else "count5m"
    yield _record(promise, "slo:objective:ratio", f"vector({plain(budget.target / 100)})", window=window)
    yield _record(promise, "slo:error_budget:ratio", f"vector({plain(budget.share)})", window=window)
    for side in ("bad", "total"):
        recorded = f"slo:{side}_events:{counts}{_selector(promise)}"
        yield _record(promise, f"slo:{side}_events:window", f"sum_over_time({recorded}[{window}])", window=window)
    bad, total = (f"slo:{side}_events:window{_selector(promise)}" for side in ("bad", "total"))
    remaining = f"1 - (\n  {bad} / ({total} > 0)\n  or 0 * {total}\n) / {plain(budget.share)}"
    yield _record(promise, "slo:error_budget_remaining:ratio", remaining, window=window)
    if isinstance(promise.objective.indicator, LatencyIndicator):
        yield _bucket_missing(promise, promise.objective.indicator.latency)


def _alert(promise: Promise, tier: Tier) -> RawObject:
    long, brief = compact(tier.long), compact(tier.short)
    limit = plain(tier.factor * promise.budget.share)
    bad, least = _sum(promise, "bad", tier.long), promise.alerting.minimumBadEvents
    condition = (
        f"{bad} > {limit} * {_sum(promise, 'total', tier.long)}\n"
        f"and {_sum(promise, 'bad', tier.short)} > {limit} * {_sum(promise, 'total', tier.short)}\n"
        f"and {bad} >= {least}"
    )
    spent = in_words(promise.budget.window.seconds / tier.factor)
    times = "" if tier.factor == 1 else f"{plain(tier.factor)} times "
    texts = {
        "summary": f"{promise.service} fails more than {times}what its {promise.objective.name} objective allows",
        "description": f"{{{{ $value | humanize }}}} bad events in the last {long}: more than {times}what {promise} "
        f"allows, in the last {long} and still in the last {brief}. At that limit the whole budget lasts {spent}.",
    }
    labels: RawObject = {"slo_tier": tier.name, "severity": getattr(promise.alerting.severities, tier.name)}
    routes = promise.alerting.routes
    if routes is not MISSING and (route := getattr(routes, tier.name)) is not MISSING:
        labels["route"] = route
    return _alarm(promise, f"ErrorBudgetBurn{tier.name}", condition, labels, texts)


def _bucket_missing(promise: Promise, latency: LatencyBucket) -> RawObject:
    """Tell of a threshold without a bucket: nothing would be counted as bad, and no alert would ever fire."""
    condition = f"{_increase(_count(latency), '1h')} > 0\nunless {_increase(_bucket(latency), '1h')}"
    texts = {
        "summary": f"{promise.service} {promise.objective.name} is not measured: its histogram has no such bucket",
        "description": f"{latency.histogram} counts requests and has no bucket that ends at {plain(latency.threshold)} "
        "seconds. Change the threshold of the objective, or the buckets of the histogram.",
    }
    labels: RawObject = {"severity": promise.alerting.severities.P2}
    return {**_alarm(promise, "LatencyBucketMissing", condition, labels, texts), "for": "15m"}


def _alarm(promise: Promise, name: str, condition: str, labels: RawObject, texts: RawObject) -> RawObject:
    alerting = promise.alerting
    given = {} if alerting.labels is MISSING else alerting.labels
    runbook = {} if alerting.runbook is MISSING else {"runbook_url": alerting.runbook}
    return {
        "alert": name,
        "expr": condition,
        "labels": {**given, **promise.identity, **labels},
        "annotations": {**texts, **runbook},
    }


def _sum(promise: Promise, side: str, window: Duration) -> str:
    """Return the events of an alert's window.

    The counts are recorded in the alert's own group, every 5m and at the same instants as it is evaluated. A minute
    less than the window holds the same number of them where both ends count (Prometheus 2) and where one does (3).
    """
    if window in (_STEP, _HOUR):
        return f"slo:{side}_events:increase{compact(window)}{_selector(promise)}"
    minutes = window.seconds // 60 - 1
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    span = "".join(f"{count}{unit}" for count, unit in parts if count)
    return f"sum_over_time(slo:{side}_events:count5m{_selector(promise)}[{span}])"


def _selector(promise: Promise) -> str:
    return "{" + ",".join(f'{label}="{value}"' for label, value in promise.identity.items()) + "}"


def _record(promise: Promise, name: str, expression: str, **labels: str) -> RawObject:
    return {"record": name, "expr": expression, "labels": {**promise.identity, **labels}}
