"""When a publish may write, and when not.

Times stay texts here, in a shape that is checked: settings are dumped for their digest. `stages.windows` reads them.
"""

import re
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Final

from pydantic import MISSING, Field
from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from ordain.model.spec import ByKey, Model, Name
from ordain.settings.selection import Selection

WALL_CLOCK: Final = "%Y-%m-%dT%H:%M"
"""How a time of the wall clock is written."""

_CLOCK_TEXT: Final = "a time of the wall clock is needed, such as 2026-12-20T18:00; timeZone says whose"
_DURATION_TEXT: Final = "a duration is needed, such as 30m, 24h or 14d"


def _wall_clock(value: object) -> str:
    with suppress(ValueError):
        if isinstance(value, str) and f"{datetime.strptime(value, WALL_CLOCK):{WALL_CLOCK}}" == value:  # noqa: DTZ007 - its zone stands beside it
            return value
    raise PydanticCustomError("text", _CLOCK_TEXT)


def _duration(value: object) -> str:
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,5}[smhd]", value):
        return value
    raise PydanticCustomError("text", _DURATION_TEXT)


WallClock = Annotated[
    str,
    PlainValidator(_wall_clock),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$",
            "patternErrorMessage": _CLOCK_TEXT,
            "examples": ["2026-12-20T18:00"],
        }
    ),
]
Length = Annotated[
    str,
    PlainValidator(_duration),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[1-9][0-9]{0,5}[smhd]$",
            "patternErrorMessage": _DURATION_TEXT,
            "examples": ["8h", "62h", "14d"],
        }
    ),
]


class CronTimes(Model):
    """Recurring times by a cron schedule."""

    cron: Annotated[str, Field(min_length=1, max_length=200, examples=["0 9 * * 1-4"])]
    """When each begins: five fields, or `@daily` and the like, on the wall clock."""
    duration: Length
    """How long each lasts, in real time."""


class DatedTimes(Model):
    """A time with a date, once or recurring."""

    one_of = (("end", "duration"),)

    start: WallClock
    """When the first begins."""
    end: WallClock | MISSING = MISSING
    """When the first ends, on the wall clock; those that follow last as many days and hours on it."""
    duration: Length | MISSING = MISSING
    """How long each lasts, in real time: over a change of the clock it ends an hour later or earlier on it."""
    rrule: Annotated[str, Field(min_length=1, max_length=400, examples=["FREQ=WEEKLY;BYDAY=FR"])] | MISSING = MISSING
    """How it recurs: a rule of RFC 5545, whose first time is `start`. Left out: it is once."""


Times = Annotated[CronTimes | DatedTimes, ByKey(cron=CronTimes, start=DatedTimes)]


class PublishWindow(Model):
    """A window in which nothing is published (freeze), or outside of which nothing is (allow)."""

    one_of = (("freeze", "allow"),)

    name: Name
    """The name that messages use."""
    freeze: Times | MISSING = MISSING
    """Nothing is published in these times. A freeze wins over every allow."""
    allow: Times | MISSING = MISSING
    """Something is published in these times only, or in those of another allow for the same objects."""
    timeZone: Annotated[str, Field(min_length=1, max_length=64, examples=["Europe/Berlin"])] = "Etc/UTC"
    """The zone of the wall clock, by its IANA name."""
    targets: Annotated[list[Selection], Field(min_length=1, default_factory=list)]
    """Which changed objects it is for: one of the entries fits. Left out: all."""
    exempt: Annotated[list[Selection], Field(min_length=1, default_factory=list)]
    """Which of these it is not for."""
    reason: Annotated[str, Field(max_length=300, examples=["Christmas trade"])] = ""
    """Why, for whoever is stopped by it."""
