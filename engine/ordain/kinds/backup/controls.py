"""What can be wrong with backups: promises that a schedule cannot keep, data without one, secrets in the open."""

from collections.abc import Iterator
from typing import Final

from pydantic import MISSING

from ordain.errors import Span
from ordain.kinds.backup.coverage import claim_templates, refs, unprotected
from ordain.kinds.backup.model import BackupSpec, CronSchedule, Objectives, PostgresSource
from ordain.kinds.backup.planner import kept, shown
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, ObjectRef
from ordain.model.policy import EffectivePolicy, Policy
from ordain.model.workload import Workload
from ordain.quantities import Duration
from ordain.schedules import Gaps, ScheduleError, gaps, parse, zone

_BAD_SCHEDULE = Control("BKP001", "invalid-schedule", Severity.ERROR)
_RPO = Control("BKP002", "rpo-out-of-reach", Severity.ERROR)
_DEADLINE = Control("BKP003", "deadline-beyond-gap", Severity.ERROR)
_NOTHING_KEPT = Control("BKP004", "nothing-kept", Severity.ERROR)
_ONE_KEPT = Control("BKP005", "one-backup-kept", Severity.WARNING)
_NO_SERVICE = Control("BKP006", "service-not-found", Severity.ERROR)
_UNPROTECTED = Control("BKP007", "data-without-backup", Severity.WARNING)
_LITERAL = Control("BKP008", "secret-in-the-open", Severity.ERROR)
_SUSPENDED = Control("BKP009", "backup-suspended", Severity.WARNING)
_TWICE = Control("BKP010", "one-database-backed-up-twice", Severity.WARNING)

CONTROLS: Final = (
    _BAD_SCHEDULE,
    _RPO,
    _DEADLINE,
    _NOTHING_KEPT,
    _ONE_KEPT,
    _NO_SERVICE,
    _UNPROTECTED,
    _LITERAL,
    _SUSPENDED,
    _TWICE,
)
_POLLING: Final = Duration(10)
"""How often the CronJob controller looks: a shorter starting deadline may never be met."""
_SECRETS: Final = frozenset(
    {
        *("PGPASSWORD", "POSTGRES_PASSWORD", "MYSQL_PWD", "MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD", "RESTIC_PASSWORD"),
        *("AWS_SECRET_ACCESS_KEY", "B2_ACCOUNT_KEY", "AZURE_ACCOUNT_KEY", "RESTIC_REST_PASSWORD", "BORG_PASSPHRASE"),
    }
)


def meaning(policy: Policy) -> Iterator[Finding]:
    """Judge one document by the fields that it sets itself."""
    spec = policy.spec
    assert isinstance(spec, BackupSpec)
    if isinstance(spec.schedule, CronSchedule):
        yield from _schedule(policy, spec.schedule)
    if "startingDeadline" in spec.model_fields_set and spec.startingDeadline < _POLLING:
        yield Finding.of(
            _DEADLINE,
            f"startingDeadline {shown(spec.startingDeadline)} is below 10s: the controller looks every 10 s, "
            "and would pass over runs",
            hint="write 10s or more",
            where=policy.where("startingDeadline"),
            field="spec.startingDeadline",
        )


def _schedule(policy: Policy, schedule: CronSchedule) -> Iterator[Finding]:
    for field, value, read in (("cron", schedule.cron, parse), ("timeZone", schedule.timeZone, zone)):
        if field in schedule.model_fields_set and isinstance(value, str):
            try:
                read(value)
            except ScheduleError as error:
                yield Finding.of(
                    _BAD_SCHEDULE,
                    f"schedule.{field}: {error}",
                    hint=error.hint,
                    where=policy.where("schedule", field),
                    field=f"spec.schedule.{field}",
                )


def check(evidence: Evidence) -> Iterator[Finding]:
    """Judge the layered policies, what they leave without a backup, and every CronJob's environment."""
    sources: dict[tuple[str, str, int, str], ObjectRef] = {}
    covered: set[ObjectRef] = set()
    for effective in evidence.effective:
        if isinstance(effective.spec, BackupSpec):
            covered.add(effective.subject.ref)
            yield from _promises(effective, effective.spec, evidence)
            yield from _retention(effective, effective.spec)
            yield from _database(effective, effective.spec, evidence, sources)
    yield from _without(evidence, frozenset(covered))
    for item in evidence.objects.of_kind("CronJob"):
        if evidence.judges(item):
            yield from _in_the_open(item)


def _promises(effective: EffectivePolicy, spec: BackupSpec, evidence: Evidence) -> Iterator[Finding]:
    rpo = spec.objectives.rpo if isinstance(spec.objectives, Objectives) else MISSING
    if spec.suspend:
        yield _about(
            effective,
            _SUSPENDED,
            f"backups of {effective.subject.ref} are suspended: what is lost grows until they are not",
            "after the restore, take `suspend: true` out",
            "suspend",
        )
    found = _gaps(spec, evidence)
    if found is None or not isinstance(rpo, Duration):
        return
    yield from _deadlines(effective, spec, found)
    longest = found.longest
    bound = Duration(longest.length.seconds + spec.startingDeadline.seconds + spec.deadline.seconds)
    if bound > rpo:
        late = f"{shown(spec.startingDeadline)} of startingDeadline and {shown(spec.deadline)} of deadline"
        yield _about(
            effective,
            _RPO,
            f"an rpo of {shown(rpo)} cannot be kept: the schedule leaves {shown(longest.length)} between {longest}; "
            f"with {late} that makes {shown(bound)}",
            _rpo_hint(spec, bound, evidence),
            *("objectives", "rpo"),
        )


def _rpo_hint(spec: BackupSpec, bound: Duration, evidence: Evidence) -> str:
    assert isinstance(spec.schedule, CronSchedule)
    assert isinstance(spec.objectives, Objectives)
    assert isinstance(spec.objectives.rpo, Duration)
    rpo, late = spec.objectives.rpo, spec.startingDeadline.seconds + spec.deadline.seconds
    ways = []
    steady = gaps(parse(str(spec.schedule.cron)), zone("Etc/UTC"), evidence.outlook.now)
    if steady and steady.longest.length.seconds + late <= rpo.seconds:
        ways.append("write timeZone: Etc/UTC, where no clock changes, or an hour that every day has")
    if (over := bound.seconds - rpo.seconds) < late:
        ways.append(f"shorten the deadlines by {shown(Duration(over))}")
    return ", ".join([*ways, "back up more often", f"or promise {shown(bound)}"])


def _gaps(spec: BackupSpec, evidence: Evidence) -> Gaps | None:
    assert isinstance(spec.schedule, CronSchedule)
    try:
        schedule, there = parse(str(spec.schedule.cron)), zone(spec.schedule.timeZone)
    except ScheduleError:
        return None  # BKP001 has said so
    return gaps(schedule, there, evidence.outlook.now)


def _deadlines(effective: EffectivePolicy, spec: BackupSpec, found: Gaps) -> Iterator[Finding]:
    least = found.shortest
    for field, value, then in (
        ("deadline", spec.deadline, "a run that hangs makes the controller pass over the next one"),
        ("startingDeadline", spec.startingDeadline, "a late run may push out the next one"),
    ):
        if value >= least.length:
            yield _about(
                effective,
                _DEADLINE,
                f"{field} {shown(value)} is not below the {shown(least.length)} between {least}: {then}",
                f"write less than {shown(least.length)}, or leave more time between the runs",
                field,
            )


def _retention(effective: EffectivePolicy, spec: BackupSpec) -> Iterator[Finding]:
    total = sum(count for _, count in kept(spec))
    if total == 0:
        yield _about(
            effective,
            _NOTHING_KEPT,
            "objectives.retention keeps nothing: restic would never remove a backup",
            "keep some: {daily: 7, weekly: 4, monthly: 12}",
            *("objectives", "retention"),
        )
    elif total == 1:
        yield _about(
            effective,
            _ONE_KEPT,
            "objectives.retention keeps one backup: damage that it was made from cannot be undone",
            "keep more: {daily: 7, weekly: 4, monthly: 12}",
            *("objectives", "retention"),
        )


def _database(
    effective: EffectivePolicy,
    spec: BackupSpec,
    evidence: Evidence,
    sources: dict[tuple[str, str, int, str], ObjectRef],
) -> Iterator[Finding]:
    assert isinstance(spec.source, PostgresSource)
    postgres, subject = spec.source.postgres, effective.subject.ref
    first = sources.setdefault((subject.namespace, postgres.service, postgres.port, postgres.database), subject)
    if first != subject:
        yield _about(
            effective,
            _TWICE,
            f"{subject} and {first} both stand for database {postgres.database} of {postgres.service}",
            "narrow spec.targets to the one that holds the data",
            "targets",
        )
    service = evidence.objects.get(ObjectRef(subject.namespace, "Service", postgres.service))
    ports = [item.get("port") for item in service.mappings("spec", "ports")] if service else []
    if service is None:
        known = ", ".join(refs(evidence.objects, "Service", subject.namespace)) or "none"
        yield _about(
            effective,
            _NO_SERVICE,
            f"there is no Service {postgres.service} in namespace {subject.namespace}: the backup cannot connect",
            f"its Services are: {known}",
            *("source", "postgres", "service"),
        )
    elif (
        postgres.port not in ports
        and service.get("spec", "clusterIP") != "None"
        and service.get("spec", "type") != "ExternalName"
    ):
        yield _about(
            effective,
            _NO_SERVICE,
            f"{service.ref} has no port {postgres.port}: the backup cannot connect",
            f"its ports are: {', '.join(map(str, ports)) or 'none'}",
            *("source", "postgres", "port"),
        )


def _without(evidence: Evidence, covered: frozenset[ObjectRef]) -> Iterator[Finding]:
    policies = [item.policies[0] for item in evidence.effective if isinstance(item.spec, BackupSpec)]
    for item in unprotected(evidence, covered):
        stateful = item.ref.kind == "StatefulSet"
        what = f" with claims {', '.join(claim_templates(item))}" if stateful else ""
        yield Finding.of(
            _UNPROTECTED,
            f"{item.ref}{what} holds data and no BackupPolicy covers it",
            hint="add it to the targets of one, or waive it with the reason why its data may be lost",
            where=item.locate(()) or policies[0].where(),
            subject=item.ref,
        )


def _in_the_open(item: KubeObject) -> Iterator[Finding]:
    for container in Workload(item).containers:
        for index, entry in enumerate(item.mappings(*container.path, "env")):
            name = entry.get("name")
            if name in _SECRETS and entry.get("value"):
                yield Finding.of(
                    _LITERAL,
                    f"{item.ref} holds {name} in the open: whoever reads Git or the CronJob has it",
                    hint=f"change the secret, then write valueFrom: {{secretKeyRef: {{name: …, key: {name}}}}}",
                    where=item.locate((*container.path, "env", index)),
                    subject=item.ref,
                    field=str(name),
                    container=container.name,
                )


def _about(effective: EffectivePolicy, control: Control, message: str, hint: str, *path: str) -> Finding:
    return Finding.of(
        control,
        message,
        hint=hint,
        where=_place(effective, path),
        subject=effective.subject.ref,
        field=f"spec.{'.'.join(path)}",
    )


def _place(effective: EffectivePolicy, path: tuple[str, ...]) -> Span:
    """Return the line that set a field, or a part of it; of a default that of its neighbour, else of the policy."""
    if found := effective.origin(*path).where:
        return found
    near = (path, path[:-1] or ("schedule",))
    below = (origin.where for prefix in near for at, origin in effective.origins.items() if at[: len(prefix)] == prefix)
    first = effective.policies[0]
    return first.where("targets") if path == ("targets",) else next((at for at in below if at), first.where())
