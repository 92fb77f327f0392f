"""What a team may write in a ServiceLevelPolicy."""

import re
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import MISSING, Field
from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from ordain.kinds.servicelevel.promql import Selector
from ordain.model.spec import ByKey, LabelMap, Metadata, Model, Name, TargetedSpec, enum_texts

_TARGET: Final = r"(?=.*[1-9])[0-9]{1,2}(\.[0-9]{1,8})?"
_TARGET_TEXT: Final = "a percentage above 0 and below 100 with at most 8 decimals is needed, such as 99.95"
_LATENCY: Final = r"[1-9][0-9]{0,5}(ms|s|m)"
_LATENCY_TEXT: Final = "a time is needed, such as 300ms, 2s or 1m"
_SECONDS: Final = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60)}
_URL_TEXT: Final = "an address is needed, such as https://runbooks.example.org/checkout"


def _refusal(text: str) -> PydanticCustomError:
    return PydanticCustomError("text", "{what}", {"what": text})


def _target(value: object) -> Decimal:
    """Read a target exactly: a float of at most 15 digits is the decimal that was written (IEEE 754, section 5.12)."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = f"{Decimal(repr(value)):f}" if number else str(value)
    if not (number or isinstance(value, str)) or not re.fullmatch(_TARGET, text):
        raise _refusal(_TARGET_TEXT)
    return Decimal(text)


def _latency(value: object) -> Decimal:
    found = re.fullmatch(_LATENCY, value) if isinstance(value, str) else None
    if not isinstance(value, str) or not found:
        raise _refusal(_LATENCY_TEXT)
    return Decimal(value.removesuffix(found[1])) * _SECONDS[found[1]]


def _selector(value: object, *, name: bool) -> Selector:
    what = "a selector is needed, such as " + ('http_requests_total{app="checkout"}' if name else '{app="checkout"}')
    if not isinstance(value, str) or len(value) > 1000:
        raise _refusal(what)
    try:
        found = Selector.parse(value)
    except ValueError as error:
        raise _refusal(f"{what}: {error}") from None
    if bool(found.metric) != name:
        raise _refusal(f"{what}: {'it begins with the name of a metric' if name else 'matchers alone, in braces'}")
    if found.matches("__name__"):
        raise _refusal(f"{what}: the metric is named before the braces, not by __name__")
    if not name and found.matches("le"):
        raise _refusal(f"{what}: le is chosen by the threshold")
    return found


def _url(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"https?://[^\s{}]{1,1000}", value):
        return value
    raise _refusal(_URL_TEXT)


def _alert_labels(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _refusal("a mapping of labels is needed, such as {team: payments}")
    for key, text in value.items():
        if not re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]{0,62}", str(key)) or str(key).startswith("__"):
            raise _refusal(f"a label of an alert has letters, digits and _; {key} has not")
        if key in RESERVED:
            raise _refusal(f"the label {key} is set by ordain")
        if not isinstance(text, str) or not text or len(text) > 200 or "{{" in text:
            raise _refusal(f"the label {key} needs a text without {{{{")
    return value


RESERVED: Final = ("alertname", "namespace", "route", "service", "severity", "slo", "slo_tier")

Target = Annotated[
    Decimal,
    PlainValidator(_target),
    WithJsonSchema(
        {
            "type": ["number", "string"],
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 100,
            "pattern": f"^(?:{_TARGET})$",
            "patternErrorMessage": _TARGET_TEXT,
            "examples": [99.95, 99.9, 99],
        }
    ),
]
Latency = Annotated[
    Decimal,
    PlainValidator(_latency),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(?:{_LATENCY})$",
            "patternErrorMessage": _LATENCY_TEXT,
            "examples": ["300ms", "1s"],
        }
    ),
]
MetricSelector = Annotated[
    Selector,
    PlainValidator(lambda value: _selector(value, name=True)),
    WithJsonSchema({"type": "string", "maxLength": 1000, "examples": ['http_requests_total{app="checkout"}']}),
]
Matchers = Annotated[
    Selector,
    PlainValidator(lambda value: _selector(value, name=False)),
    WithJsonSchema({"type": "string", "maxLength": 1000, "examples": ['{app="checkout"}']}),
]
MetricName = Annotated[str, Field(pattern="^[a-zA-Z_:][a-zA-Z0-9_:]*$", max_length=200)]
Url = Annotated[
    str,
    PlainValidator(_url),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^https?://[^\s{}]{1,1000}$",
            "patternErrorMessage": _URL_TEXT,
            "examples": ["https://runbooks.example.org/checkout"],
        }
    ),
]
AlertLabels = Annotated[
    dict[str, str],
    PlainValidator(_alert_labels),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"team": "payments"}]}),
]
TierText = Annotated[str, Field(pattern="^[a-zA-Z0-9][-_.a-zA-Z0-9]{0,62}$")]


class Requests(Model):
    """Counters of requests: those that failed, and all of them."""

    errors: MetricSelector
    """The counter of bad events: a metric's name with label matchers. It need not have a series yet."""
    total: MetricSelector
    """The counter of all events, the bad ones included."""


class RequestsIndicator(Model):
    """The share of requests that fail."""

    requests: Requests
    """Two counters."""


class LatencyBucket(Model):
    """A classic histogram in seconds that has a bucket at the threshold."""

    histogram: Annotated[MetricName, Field(examples=["http_request_duration_seconds"])]
    """The histogram's name without `_bucket` and `_count`; its unit is the second."""
    threshold: Latency
    """What is still fast enough; the histogram must have a bucket that ends exactly here."""
    selector: Matchers | MISSING = MISSING
    """Label matchers in braces, without `le`."""


class LatencyIndicator(Model):
    """The share of requests that take longer than a threshold."""

    latency: LatencyBucket
    """A bucket of a histogram."""


Indicator = Annotated[
    RequestsIndicator | LatencyIndicator,
    ByKey(requests=RequestsIndicator, latency=LatencyIndicator, later=("native", "probe", "slices")),
]


class Objective(Model):
    """One promise: a share of good events over a rolling window."""

    name: Name
    """Its name, unique in the service: the label `slo`."""
    target: Target
    """The share of events that must be good, in percent, kept exactly as it is written."""
    window: Annotated[
        Literal["7d", "28d", "30d", "90d"],
        Field(
            json_schema_extra=enum_texts(
                **{
                    "7d": "A week: for a service in its first months.",
                    "28d": "Four whole weeks: each has the same weekends.",
                    "30d": "The usual one.",
                    "90d": "A quarter, summed over counts of an hour.",
                }
            )
        ),
    ] = "30d"
    """The rolling window that the target is for."""
    indicator: Indicator
    """How good and bad events are counted."""


class Severities(Model):
    """The label `severity` of each tier, for a house with other words than kube-prometheus."""

    P0: TierText = "critical"
    """Of the fastest burn."""
    P1: TierText = "critical"
    """Of the second."""
    P2: TierText = "warning"
    """Of the third. `info` would be muted by the InfoInhibitor of kube-prometheus."""
    P3: TierText = "warning"
    """Of the slowest. `info` would be muted by the InfoInhibitor of kube-prometheus."""


class Routes(Model):
    """The label `route` of each tier, to route by in Alertmanager."""

    P0: TierText | MISSING = MISSING
    """Somebody must get up: a few percent of the budget in an hour."""
    P1: TierText | MISSING = MISSING
    """Somebody must look within the half hour."""
    P2: TierText | MISSING = MISSING
    """A ticket for the next working day."""
    P3: TierText | MISSING = MISSING
    """A ticket for the backlog: the objective will be missed if it goes on."""


class Alerting(Model):
    """What alerts carry, and when they stay silent."""

    runbook: Url | MISSING = MISSING
    """The page to open first: the annotation `runbook_url`."""
    labels: AlertLabels | MISSING = MISSING
    """Labels of every alert, such as the team."""
    routes: Routes | MISSING = MISSING
    """A label `route` per tier."""
    severities: Annotated[Severities, Field(default_factory=Severities)]
    """The label `severity` per tier."""
    minimumBadEvents: Annotated[int, Field(ge=1, le=1_000_000)] = 3
    """An alert needs this many bad events in its long window, so that one failure in a quiet night wakes nobody."""


class Instances(Model):
    """Instances of which some are enough."""

    needed: Annotated[int, Field(ge=1, le=100, examples=[1])]
    """How many must be up."""
    of: Annotated[int, Field(ge=1, le=100, examples=[2])]
    """How many there are, each as available as the service's target says, failing independently."""


class Dependency(Model):
    """Another service that this one needs to answer."""

    service: Name
    """The `service` of its ServiceLevelPolicy."""
    instances: Instances | MISSING = MISSING
    """Left out, the service itself is needed (a chain). Else some of its independent instances are enough."""


class Pods(Model):
    """What is assumed of the workload's pods, to judge their number."""

    availability: Target = Decimal(99)
    """How much of the time one pod is up, in percent; drains, rollouts, crashes and lost nodes count. An assumption."""
    needed: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many pods carry the load."""


class ServiceLevelSpec(TargetedSpec):
    """The wishes of a ServiceLevelPolicy; every field but `targets` may come from another layer."""

    later = ("maintenance", "errorBudget", "calendar")

    service: Name | MISSING = MISSING
    """The service's name: a label of all that is recorded, and what others name in `dependsOn`. Default: the
    workload's name."""
    objectives: Annotated[list[Objective], Field(min_length=1, max_length=20)] | MISSING = MISSING
    """What is promised."""
    alerting: Annotated[Alerting, Field(default_factory=Alerting)]
    """The runbook, labels, routes and severities of the alerts, and how many bad events they need."""
    dependsOn: Annotated[list[Dependency], Field(min_length=1, max_length=100)] | MISSING = MISSING
    """The services that this one needs for its answers."""
    pods: Annotated[Pods, Field(default_factory=Pods)]
    """What is assumed of the workload's pods."""
    labels: Annotated[LabelMap, Field(examples=[{"release": "kube-prometheus-stack"}])] | MISSING = MISSING
    """Labels of the PrometheusRule, for the `ruleSelector` of the Prometheus that shall load it."""


class ServiceLevelPolicy(Model):
    """What a service promises: event counts, error budgets and burn-rate alerts in a PrometheusRule."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["ServiceLevelPolicy"]
    """The kind of policy."""
    metadata: Metadata
    """Name and labels."""
    spec: ServiceLevelSpec
    """What is wanted."""
