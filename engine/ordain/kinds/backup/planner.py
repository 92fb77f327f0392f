"""Turns one effective BackupPolicy into the CronJob that makes the backups."""

import hashlib
from collections.abc import Iterator
from typing import Final

from pydantic import MISSING

from ordain.kinds.backup.model import (
    Amounts,
    BackupSpec,
    CronSchedule,
    Objectives,
    PostgresSource,
    Repository,
    Retention,
)
from ordain.model.forecast import Outlook
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, RawObject
from ordain.model.plan import FieldOrigin, Recommendation
from ordain.model.policy import EffectivePolicy, Subject
from ordain.quantities import Duration

SUBJECT_KINDS: Final = ("StatefulSet", "Deployment", "PersistentVolumeClaim")
CLASSES: Final = ("last", "hourly", "daily", "weekly", "monthly", "yearly")
_CRON_JOB: Final = GroupKind("batch", "CronJob")
_LONGEST_NAME: Final = 52
"""The controller appends 11 characters to the name of a CronJob, and a Job's name is a label: 63 at most."""
_STORE_KEYS: Final = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    "b2": ("B2_ACCOUNT_ID", "B2_ACCOUNT_KEY"),
    "azure": ("AZURE_ACCOUNT_NAME", "AZURE_ACCOUNT_KEY"),
}
_HEALTH_CHECK: Final = "argocd.argoproj.io/ignore-healthcheck"
_FIELDS: Final = {
    "spec.schedule": ("schedule", "cron"),
    "spec.timeZone": ("schedule", "timeZone"),
    "spec.suspend": ("suspend",),
    "spec.startingDeadlineSeconds": ("startingDeadline",),
    "spec.jobTemplate.spec.activeDeadlineSeconds": ("deadline",),
    "spec.jobTemplate.spec.backoffLimit": ("retries",),
    "spec.jobTemplate.spec.template.spec.containers[0].image": ("image",),
    "spec.jobTemplate.spec.template.spec.containers[0].resources": ("resources",),
    "spec.jobTemplate.spec.template.spec.containers[0].env": ("source",),
    f"metadata.annotations['{_HEALTH_CHECK}']": ("healthCheck",),
}
_INPUTS: Final = (
    *("objectives", "source", "schedule", "repository", "image", "space", "startingDeadline", "deadline"),
    *("retries", "resources", "healthCheck", "suspend"),
)


def subjects(live: LiveState) -> Iterator[Subject]:
    """Return what may hold data: StatefulSets, Deployments and PersistentVolumeClaims."""
    return (Subject(item) for kind in SUBJECT_KINDS for item in live.objects.of_kind(kind))


def plan(effective: EffectivePolicy, live: LiveState, _outlook: Outlook) -> Iterator[Recommendation]:
    """Recommend the CronJob."""
    spec = effective.spec
    assert isinstance(spec, BackupSpec)
    assert isinstance(spec.source, PostgresSource)
    assert isinstance(spec.schedule, CronSchedule)
    assert isinstance(spec.repository, Repository)
    subject, postgres = effective.subject.ref, spec.source.postgres
    store = spec.repository.restic.partition(":")[0]
    yield Recommendation(
        row="backup",
        template="cronjob.yaml.j2",
        expects=_CRON_JOB,
        subject=subject,
        name=job_name(subject.name),
        values={
            "schedule": spec.schedule.cron,
            "timeZone": spec.schedule.timeZone,
            "suspend": spec.suspend,
            "startingDeadline": spec.startingDeadline.seconds,
            "deadline": spec.deadline.seconds,
            "retries": spec.retries,
            "image": spec.image,
            "host": f"{live.cluster}.{subject.namespace}.{subject.name}",
            "postgres": {
                "host": postgres.service,
                "port": str(postgres.port),
                "database": _literally(postgres.database),
                "secret": postgres.credentials.secret,
            },
            "repository": {
                "address": _literally(spec.repository.restic),
                "secret": spec.repository.credentials.secret,
                "variables": list(_STORE_KEYS.get(store, ())),
            },
            "keep": [{"name": f"KEEP_{name.upper()}", "value": str(count)} for name, count in kept(spec)],
            "space": spec.space,
            "resources": {
                side: found
                for side, amounts in (("requests", spec.resources.requests), ("limits", spec.resources.limits))
                if (found := _amounts(amounts))
            },
        },
        reason=_reason(spec, spec.schedule),
        set_by=_set_by(effective),
        policies=tuple(str(policy) for policy in effective.policies),
        where=effective.policies[0].where(),
        inputs=effective.digest(_INPUTS, {"cluster": live.cluster}),
        annotations={_HEALTH_CHECK: "true" if spec.healthCheck == "ignore" else "false"},
    )


def job_name(name: str) -> str:
    """Return the name of the CronJob for a subject: a function of its name, at most 52 characters."""
    whole = f"{name}-backup"
    if len(whole) <= _LONGEST_NAME:
        return whole
    return f"{name[:36].rstrip('-.')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}-backup"


def kept(spec: BackupSpec) -> Iterator[tuple[str, int]]:
    """Return the classes of backups that stay, and how many of each."""
    retention = spec.objectives.retention if isinstance(spec.objectives, Objectives) else MISSING
    for name in CLASSES if isinstance(retention, Retention) else ():
        if count := getattr(retention, name):
            yield name, count


def shown(duration: Duration) -> str:
    """Write a duration as people say it: `25h`, `61d`, `24h55m`."""
    days, rest = divmod(duration.seconds, 86_400)
    if days >= 4:
        return f"{days}d" + (f"{rest // 3600}h" if rest >= 3600 else "")
    hours, minutes, seconds = duration.seconds // 3600, duration.seconds // 60 % 60, duration.seconds % 60
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def _reason(spec: BackupSpec, schedule: CronSchedule) -> str:
    classes = ", ".join(f"{count} {name}" for name, count in kept(spec))
    rto = spec.objectives.rto if isinstance(spec.objectives, Objectives) else MISSING
    promise = f"; rto {shown(rto)} is unproven" if isinstance(rto, Duration) else ""
    state = "suspended: no backups are made" if spec.suspend else f"a backup at {schedule.cron} {schedule.timeZone}"
    return f"{state}, {classes or 'none'} kept{promise}"


def _literally(text: str) -> str:
    """Return the value of an environment variable that Kubernetes hands on as `text`: it reads `$(X)` and `$$`."""
    return text.replace("$", "$$")


def _amounts(amounts: Amounts) -> RawObject:
    return {name: value for name in ("cpu", "memory") if (value := getattr(amounts, name)) is not MISSING}


def _set_by(effective: EffectivePolicy) -> dict[str, FieldOrigin]:
    return {field: effective.origin(*path) for field, path in _FIELDS.items()}
