"""CompliancePolicy: what is asked of namespaces, and the structural controls on every object."""

from typing import Final

from ordain.kinds.compliance.controls import CONTROLS, check, meaning
from ordain.kinds.compliance.model import CompliancePolicy
from ordain.kinds.compliance.planner import plan, subjects
from ordain.model.kind import Kind, Reading

KIND: Final = Kind(
    name="CompliancePolicy",
    row="compliance",
    document=CompliancePolicy,
    controls=CONTROLS,
    reads=(
        Reading("v1", "Namespace", "namespaces"),
        Reading("v1", "ServiceAccount", "serviceaccounts"),
        Reading("apps/v1", "Deployment", "deployments"),
        Reading("apps/v1", "StatefulSet", "statefulsets"),
        Reading("apps/v1", "DaemonSet", "daemonsets"),
        Reading("batch/v1", "CronJob", "cronjobs"),
        Reading("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
        Reading("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
        Reading("rbac.authorization.k8s.io/v1", "Role", "roles"),
        Reading("argoproj.io/v1alpha1", "Rollout", "rollouts", optional=True),
    ),
    templates=("allow-dns.yaml.j2", "default-deny.yaml.j2", "namespace.yaml.j2"),
    writes=("Namespace", "NetworkPolicy"),
    subject_kinds=("Namespace",),
    default_kinds=("Namespace",),
    holds_for_files=True,
    meaning=meaning,
    subjects=subjects,
    plan=plan,
    check=check,
)
