"""What a team may write in a ScalingPolicy."""

from typing import Annotated, Final, Literal

from pydantic import MISSING, Field

from ordain.model.spec import (
    ByKey,
    CountOrPercent,
    DurationField,
    LabelSelector,
    Metadata,
    Model,
    PercentField,
    QuantityField,
    ShareField,
    TargetedSpec,
    enum_texts,
)

NameOfMetric = Annotated[str, Field(min_length=1, max_length=253, examples=["http_requests_per_second"])]


_SELECT_TEXTS: Final = enum_texts(
    max="The rule that allows the most.", min="The rule that allows the least.", disabled="Never this way."
)


Season = Annotated[Literal["1d", "7d"], Field(json_schema_extra=enum_texts(**{"1d": "A day.", "7d": "A week."}))]


class Replicas(Model):
    """How many pods there are at least and at most."""

    min: Annotated[int, Field(ge=1, le=10_000, examples=[3])] = 2
    """The fewest pods. Two, so that one can be lost or drained."""
    max: Annotated[int, Field(ge=1, le=10_000, examples=[40])] | MISSING = MISSING
    """The most pods. Needed after layering: only its owner knows what the database behind can bear."""


class ResourceMetric(Model):
    """CPU or memory of the pods, as a share of their requests or as an amount per pod."""

    one_of = (("utilization", "averageValue"),)

    resource: Annotated[
        Literal["cpu", "memory"],
        Field(json_schema_extra=enum_texts(cpu="Processor time in cores.", memory="Memory in use, in bytes.")),
    ]
    """The resource: `cpu` or `memory`."""
    container: Annotated[str, Field(min_length=1, max_length=63, examples=["app"])] | MISSING = MISSING
    """Count this container only; without it all containers of the pod count, sidecars too."""
    utilization: PercentField | MISSING = MISSING
    """Average use in percent of the requests."""
    averageValue: QuantityField | MISSING = MISSING
    """Average use per pod, such as `500m` or `1Gi`."""


class PodsMetric(Model):
    """A metric that each pod reports, averaged over the pods (the API custom.metrics.k8s.io)."""

    pods: NameOfMetric
    """The name of the metric."""
    selector: LabelSelector | MISSING = MISSING
    """Labels of the metric's series."""
    averageValue: QuantityField
    """The value per pod to aim at."""


class DescribedObject(Model):
    """An object of the same namespace that a metric describes."""

    apiVersion: Annotated[str, Field(min_length=1, examples=["networking.k8s.io/v1"])]
    """Its API version."""
    kind: Annotated[str, Field(min_length=1, examples=["Ingress"])]
    """Its kind."""
    name: Annotated[str, Field(min_length=1, max_length=253, examples=["shop"])]
    """Its name."""


class ObjectMetric(Model):
    """A metric of one other object, such as the requests of an Ingress (custom.metrics.k8s.io)."""

    one_of = (("value", "averageValue"),)

    object: DescribedObject
    """The object that the metric describes."""
    metric: NameOfMetric
    """The name of the metric."""
    selector: LabelSelector | MISSING = MISSING
    """Labels of the metric's series."""
    value: QuantityField | MISSING = MISSING
    """The value to aim at, whatever the number of pods."""
    averageValue: QuantityField | MISSING = MISSING
    """The value divided by the number of pods to aim at."""


class ExternalMetric(Model):
    """A metric from outside the cluster, such as the length of a queue (external.metrics.k8s.io)."""

    one_of = (("value", "averageValue"),)

    external: NameOfMetric
    """The name of the metric."""
    selector: LabelSelector | MISSING = MISSING
    """Labels of the metric's series."""
    value: QuantityField | MISSING = MISSING
    """The value to aim at, whatever the number of pods."""
    averageValue: QuantityField | MISSING = MISSING
    """The value divided by the number of pods to aim at."""


Metric = Annotated[
    ResourceMetric | PodsMetric | ObjectMetric | ExternalMetric,
    ByKey(
        resource=ResourceMetric, pods=PodsMetric, object=ObjectMetric, external=ExternalMetric, later=("prometheus",)
    ),
]


class Step(Model):
    """How far the number of pods may move in a period: by a count of pods or by a percentage."""

    one_of = (("pods", "percent"),)

    pods: Annotated[int, Field(ge=1, examples=[4])] | MISSING = MISSING
    """A count of pods."""
    percent: Annotated[int, Field(ge=1, examples=[10])] | MISSING = MISSING
    """A percentage of the present pods."""
    per: DurationField
    """The period, from `1s` to `30m`."""


class Rules(Model):
    """How scaling in one direction behaves."""

    stabilization: DurationField | MISSING = MISSING
    """Look back this far for the calmest recommendation, at most `1h`. Kubernetes' default is `0s` up, `5m` down."""
    policies: Annotated[list[Step], Field(min_length=1, max_length=20)] | MISSING = MISSING
    """Limits on the speed. Kubernetes' default: up by 4 pods or 100 percent per 15 s, down by 100 percent per 15 s."""
    select: Annotated[Literal["max", "min", "disabled"], Field(json_schema_extra=_SELECT_TEXTS)] | MISSING = MISSING
    """Which of the limits counts: `max` the most generous, `min` the strictest, `disabled` never scales this way."""


class Behavior(Model):
    """How fast the autoscaler moves."""

    scaleUp: Rules | MISSING = MISSING
    """Towards more pods."""
    scaleDown: Rules | MISSING = MISSING
    """Towards fewer pods."""


class Disruption(Model):
    """A PodDisruptionBudget: what drains and node upgrades may take away at once."""

    never_both = (("maxUnavailable", "minAvailable"),)

    maxUnavailable: CountOrPercent | MISSING = MISSING
    """How many pods may be gone, a count or a percentage. The form to prefer; 1 where neither is given."""
    minAvailable: CountOrPercent | MISSING = MISSING
    """How many pods stay, a count or a percentage. Must be less than `replicas.min`, else no node can be drained."""
    unhealthyPodEvictionPolicy: Annotated[
        Literal["AlwaysAllow", "IfHealthyBudget"],
        Field(
            json_schema_extra=enum_texts(
                AlwaysAllow="A pod that is not ready may always be evicted.",
                IfHealthyBudget="It may go only while enough others are healthy.",
            )
        ),
    ] = "AlwaysAllow"
    """Whether pods that are not ready may be evicted: `AlwaysAllow` lets a drain pass a crash loop."""


class Deadband(Model):
    """How far the wanted floor may be from the live `minReplicas` before that is changed: fewer commits."""

    up: Annotated[ShareField, Field(default="10%", validate_default=True)]
    """A floor that is higher by no more than this changes nothing."""
    down: Annotated[ShareField, Field(default="20%", validate_default=True)]
    """A floor that is lower by no more than this changes nothing."""


class LoadForecast(Model):
    """A floor under `minReplicas` from what a recorded series will do in the next 24 hours. Never a ceiling."""

    later = ("calendar", "expires", "horizon")

    series: NameOfMetric | MISSING = MISSING
    """The series that says the load: its name among the cluster's series. Without it nothing is forecast."""
    perReplica: QuantityField | MISSING = MISSING
    """What one pod bears of that series. Default: the `averageValue` of the metric that has the series' name."""
    history: Annotated[DurationField, Field(default="28d", validate_default=True, examples=["28d"])]
    """How far back the series is looked at."""
    seasons: Annotated[list[Season], Field(min_length=1, max_length=2)] | MISSING = MISSING
    """The cycles to look for. Default: a day, and a week where the history is long enough to try it."""
    quantile: Annotated[float, Field(ge=0.5, le=0.99, strict=True, examples=[0.9])] = 0.9
    """The share of peaks that the floor shall be enough for."""
    floorUtilization: Annotated[ShareField, Field(default="85%", validate_default=True)]
    """How full a pod may be at that peak, of `perReplica`."""
    deadband: Annotated[Deadband, Field(default_factory=Deadband)]
    """How far the floor may be from the live `minReplicas` before that is changed."""
    apply: Annotated[
        Literal["floor", "advise"],
        Field(
            json_schema_extra=enum_texts(
                floor="Raise minReplicas to the floor.", advise="Say what the floor would be, and leave minReplicas."
            )
        ),
    ] = "floor"
    """What is done with it: `floor` raises minReplicas, `advise` only says so."""


class ScalingSpec(TargetedSpec):
    """The wishes of a ScalingPolicy; every field but `targets` may come from another layer."""

    later = ("rightsizing", "via")

    replicas: Replicas | MISSING = MISSING
    """The bounds of the autoscaler."""
    metrics: Annotated[list[Metric], Field(min_length=1, max_length=20)] | MISSING = MISSING
    """What the autoscaler follows; the metric that asks for the most pods wins. Default: cpu at 70% of the requests."""
    behavior: Behavior | MISSING = MISSING
    """How fast the autoscaler moves. Left out, Kubernetes' defaults hold."""
    forecast: LoadForecast | MISSING = MISSING
    """A floor under the autoscaler from tomorrow's load. Left out, `replicas.min` is the least."""
    disruption: Disruption | MISSING = MISSING
    """Left out, no PodDisruptionBudget is rendered."""


class ScalingPolicy(Model):
    """How many pods a workload has: a HorizontalPodAutoscaler and a PodDisruptionBudget."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["ScalingPolicy"]
    """The kind of policy."""
    metadata: Metadata
    """Name and labels."""
    spec: ScalingSpec
    """What is wanted."""
