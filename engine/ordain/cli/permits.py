"""Turns options into what the user lets through."""

import re
from typing import Any

from ordain.cli.request import time_of
from ordain.errors import UserError
from ordain.stages.guard import Permits
from ordain.stages.guard.protection import DIGITS


def permits_of(options: dict[str, Any], *, writes: bool = False) -> Permits:
    """Read the options of the guards. Windows are judged at `--at`, else at `--now`, else now.

    Raises UserError for `--at` on a run that writes: a time to test opens no window.
    """
    tested = options["at"] is not None
    if tested and writes:
        raise UserError("--at tests a time, and this publish would write now", hint="add --dry-run, or leave --at out")
    confirmed = str(options["confirm"] or "")
    if options["confirm"] is not None and not re.fullmatch(f"[0-9a-f]{{{DIGITS},64}}", confirmed):
        raise UserError(
            f"--confirm {confirmed} is no digest of a plan",
            hint=f"write the {DIGITS} digits that the finding PUB003 of this plan shows",
        )
    return Permits(
        time_of(options["at"], "--at") if tested else time_of(options["now"]),
        tested,
        options["exceed_limits"],
        options["publish_in_freeze"],
        confirmed,
    )
