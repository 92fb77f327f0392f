"""What a team may write in a BackupPolicy."""

import re
from typing import Annotated, Final, Literal

from pydantic import MISSING, Field
from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from ordain.model.spec import ByKey, DurationField, Metadata, Model, Name, QuantityField, TargetedSpec, enum_texts

_ADDRESS: Final = r"(?:s3:https?://|rest:https?://|b2:|azure:)[^@\s]{1,1900}"
_ADDRESS_TEXT: Final = "an address such as s3:https://s3.example.org/backups is needed, without a user or a password"


def _address(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(_ADDRESS, value):
        return value
    raise PydanticCustomError("one_of", _ADDRESS_TEXT)  # the kind of error that does not repeat the value: a secret?


Address = Annotated[
    str,
    PlainValidator(_address),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(?:{_ADDRESS})$",
            "patternErrorMessage": _ADDRESS_TEXT,
            "examples": ["s3:https://s3.example.org/backups"],
        }
    ),
]
Count = Annotated[int, Field(ge=0, le=1000)]
_HEALTH_TEXTS: Final = enum_texts(
    ignore="A failed backup leaves the application healthy: alerts and `kubectl get cronjob` tell of it.",
    count="A failed backup makes the application Degraded, and holds up whatever waits for its health.",
)


class Secret(Model):
    """A Secret in the namespace of the data; ordain never reads what is in it."""

    secret: Name
    """The name of the Secret. The manual says which keys it needs."""


class Retention(Model):
    """How many backups stay, by class as restic counts them: of each day, week, … the newest one.

    One backup may count in several classes, so fewer stay than the sum.
    """

    last: Count = 0
    """The newest ones, whenever they were made."""
    hourly: Count = 0
    """One per hour, for so many hours that have a backup."""
    daily: Annotated[Count, Field(examples=[7])] = 0
    """One per day, for so many days that have a backup."""
    weekly: Annotated[Count, Field(examples=[4])] = 0
    """One per week, for so many weeks that have a backup."""
    monthly: Annotated[Count, Field(examples=[12])] = 0
    """One per month, for so many months that have a backup."""
    yearly: Annotated[Count, Field(examples=[3])] = 0
    """One per year, for so many years that have a backup."""


class Objectives(Model):
    """What is promised: how much may be lost, how long a restore may take, how far back one can go."""

    rpo: Annotated[DurationField, Field(examples=["26h"])] | MISSING = MISSING
    """The most that may be lost: no moment is further from the data of a finished backup. Needed after layering."""
    rto: Annotated[DurationField, Field(examples=["2h"])] | MISSING = MISSING
    """The longest that a restore may take. It is recorded, and counts as unproven: nothing measures it yet."""
    retention: Retention | MISSING = MISSING
    """How many backups stay. Needed after layering."""


class Postgres(Model):
    """A PostgreSQL database behind a Service of the namespace."""

    service: Name
    """The Service to connect to."""
    port: Annotated[int, Field(ge=1, le=65_535)] = 5432
    """The port of the Service."""
    database: Annotated[str, Field(min_length=1, max_length=63, examples=["shop"])]
    """The database. Roles and tablespaces belong to the server and are not in its dump."""
    credentials: Secret
    """The Secret with the keys `username` and `password`."""


class PostgresSource(Model):
    """A dump by pg_dump, in its custom format."""

    postgres: Postgres
    """The database."""


Source = Annotated[PostgresSource, ByKey(postgres=PostgresSource, later=("mysql", "mongodb", "volume", "namespace"))]


class CronSchedule(Model):
    """When to back up, as Kubernetes reads it."""

    cron: Annotated[str, Field(min_length=1, max_length=200, examples=["17 1 * * *"])] | MISSING = MISSING
    """Five fields, or `@daily` and the like. Needed after layering."""
    timeZone: Annotated[str, Field(min_length=1, max_length=64, examples=["Europe/Berlin"])] = "Etc/UTC"
    """The zone of the wall clock, by its IANA name. In UTC no clock changes, so no run is skipped or doubled."""


class Repository(Model):
    """Where the backups go: a restic repository, made at the first run."""

    later = ("region", "name")

    restic: Address
    """The address as restic writes it: `s3:https://…`, `rest:https://…`, `b2:…`, `azure:…`; no user or password."""
    credentials: Secret
    """The Secret with the key `password`, and the keys of the store: see the manual."""


class Amounts(Model):
    """Processor time and memory."""

    cpu: QuantityField | MISSING = MISSING
    """Cores."""
    memory: QuantityField | MISSING = MISSING
    """Bytes."""


class Resources(Model):
    """What the backup's container asks for and may use."""

    requests: Amounts = Amounts.model_construct(cpu="100m", memory="256Mi")
    """What is kept free for it."""
    limits: Amounts = Amounts.model_construct(memory="1Gi")
    """What it may use at most. restic's memory grows with the number of files in the repository."""


class BackupSpec(TargetedSpec):
    """The wishes of a BackupPolicy; every field but `targets` may come from another layer."""

    later = ("repositories", "verify", "via")

    objectives: Objectives | MISSING = MISSING
    """What is promised."""
    source: Source | MISSING = MISSING
    """What is backed up, and how. Needed after layering."""
    schedule: CronSchedule | MISSING = MISSING
    """When."""
    repository: Repository | MISSING = MISSING
    """Where to. Needed after layering."""
    image: (
        Annotated[str, Field(min_length=1, max_length=500, examples=["registry.example.org/backup:17"])] | MISSING
    ) = MISSING
    """An image with bash, restic, and pg_dump no older than the server. Needed after layering; none is published
    that has them all, the manual has a Dockerfile."""
    space: QuantityField = "10Gi"
    """Room on the node for the dump, which is written to a file and proved before it is stored."""
    startingDeadline: Annotated[DurationField, Field(default="10m", validate_default=True)]
    """How late a run may start; later it is skipped. At least `10s`."""
    deadline: Annotated[DurationField, Field(default="45m", validate_default=True)]
    """How long a run may take, retries included; then it is ended and has failed."""
    retries: Annotated[int, Field(ge=1, le=3)] = 1
    """How often a failed run is tried again within its deadline."""
    resources: Resources = Resources.model_construct()
    """What the container asks for and may use."""
    healthCheck: Annotated[Literal["ignore", "count"], Field(json_schema_extra=_HEALTH_TEXTS)] = "ignore"
    """Whether a failed backup makes the Argo CD application Degraded."""
    suspend: bool = False
    """Make no backups for now. Commit `true` before a restore, or half-restored data becomes the newest backup."""


class BackupPolicy(Model):
    """What is backed up, when, where to and for how long: a CronJob."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["BackupPolicy"]
    """The kind of policy."""
    metadata: Metadata
    """Name and labels."""
    spec: BackupSpec
    """What is wanted."""
