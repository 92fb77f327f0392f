"""ServiceLevelPolicy: event counts, error budgets and burn-rate alerts, as a PrometheusRule."""

from typing import Final

from ordain.kinds.servicelevel.controls import CONTROLS, check, meaning
from ordain.kinds.servicelevel.model import ServiceLevelPolicy
from ordain.kinds.servicelevel.planner import plan, subjects
from ordain.model.kind import Kind, Reading
from ordain.model.workload import SCALABLE_KINDS

KIND: Final = Kind(
    name="ServiceLevelPolicy",
    row="servicelevel",
    document=ServiceLevelPolicy,
    controls=CONTROLS,
    reads=(
        Reading("apps/v1", "Deployment", "deployments"),
        Reading("apps/v1", "StatefulSet", "statefulsets"),
        Reading("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        Reading("argoproj.io/v1alpha1", "Rollout", "rollouts", optional=True),
        Reading("monitoring.coreos.com/v1", "Prometheus", "prometheuses", optional=True),
        Reading("monitoring.coreos.com/v1", "PrometheusRule", "prometheusrules", optional=True),
    ),
    required=("objectives",),
    templates=("rules.yaml.j2",),
    writes=("PrometheusRule",),
    subject_kinds=SCALABLE_KINDS,
    default_kinds=SCALABLE_KINDS,
    meaning=meaning,
    subjects=subjects,
    plan=plan,
    check=check,
)
