"""ScalingPolicy: a HorizontalPodAutoscaler and a PodDisruptionBudget for a workload."""

from typing import Final

from ordain.kinds.scaling.controls import CONTROLS, check, meaning
from ordain.kinds.scaling.floor import questions
from ordain.kinds.scaling.model import ScalingPolicy
from ordain.kinds.scaling.planner import ignores, plan, subjects
from ordain.model.kind import Kind, Reading
from ordain.model.workload import SCALABLE_KINDS

KIND: Final = Kind(
    name="ScalingPolicy",
    row="scaling",
    document=ScalingPolicy,
    controls=CONTROLS,
    reads=(
        Reading("apps/v1", "Deployment", "deployments"),
        Reading("apps/v1", "StatefulSet", "statefulsets"),
        Reading("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        Reading("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
        Reading("v1", "ResourceQuota", "resourcequotas"),
        Reading("argoproj.io/v1alpha1", "Rollout", "rollouts", optional=True),
        Reading("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "verticalpodautoscalers", optional=True),
        Reading("keda.sh/v1alpha1", "ScaledObject", "scaledobjects", optional=True),
    ),
    required=("replicas.max",),
    templates=("hpa.yaml.j2", "pdb.yaml.j2"),
    writes=("HorizontalPodAutoscaler", "PodDisruptionBudget"),
    subject_kinds=SCALABLE_KINDS,
    default_kinds=("Deployment", "Rollout"),
    meaning=meaning,
    subjects=subjects,
    forecasts=questions,
    plan=plan,
    check=check,
    ignores=ignores,
)
