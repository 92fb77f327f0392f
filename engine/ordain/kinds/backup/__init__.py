"""BackupPolicy: a CronJob that dumps a database, proves the dump, and stores it with restic."""

from typing import Final

from ordain.kinds.backup.controls import CONTROLS, check, meaning
from ordain.kinds.backup.model import BackupPolicy
from ordain.kinds.backup.planner import SUBJECT_KINDS, plan, subjects
from ordain.model.kind import Kind, Reading

KIND: Final = Kind(
    name="BackupPolicy",
    row="backup",
    document=BackupPolicy,
    controls=CONTROLS,
    reads=(
        Reading("apps/v1", "StatefulSet", "statefulsets"),
        Reading("apps/v1", "Deployment", "deployments"),
        Reading("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
        Reading("v1", "Service", "services"),
        Reading("batch/v1", "CronJob", "cronjobs"),
    ),
    required=("objectives.rpo", "objectives.retention", "source", "schedule.cron", "repository", "image"),
    templates=("cronjob.yaml.j2",),
    writes=("CronJob",),
    subject_kinds=SUBJECT_KINDS,
    default_kinds=("StatefulSet",),
    meaning=meaning,
    subjects=subjects,
    plan=plan,
    check=check,
)
