"""Time zones by their IANA name, from the `tzdata` package: the same on every machine, as Kubernetes brings its own."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from ordain.schedules.cron import ScheduleError

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """Return a time zone; raises ScheduleError for a name that is none (`Local` is none: it differs by machine)."""
    if _NAME.fullmatch(name):
        found = files("tzdata").joinpath("zoneinfo", *name.split("/"))
        if found.is_file():
            with found.open("rb") as file:
                if file.read(4) == b"TZif":
                    file.seek(0)
                    return ZoneInfo.from_file(file, key=name)
    raise ScheduleError(f"there is no time zone {name!r}", "write a name such as Europe/Berlin or Etc/UTC")
