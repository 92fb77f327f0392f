"""What a structural control finds in one object, before it is a finding."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ordain.kinds.compliance.pods import named_path
from ordain.model.finding import Control, Finding
from ordain.model.objects import KubeObject, Path

Version = tuple[int, int]
"""A minor version of Kubernetes, such as (1, 34)."""

ALWAYS: Final[Version] = (1, 0)


class Level(StrEnum):
    """The Pod Security Standards, from loose to strict; `restricted` asks for all that `baseline` does."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong in an object: `path` leads to the field, also to one that is not there.

    `level` is the Pod Security Standard that refuses it, `since` the first version that does and `until` the first
    that no longer does; `silent` says that only the standard minds it: it is no finding on its own.
    """

    control: Control
    message: str
    hint: str
    path: Path
    container: str = ""
    level: Level | None = None
    since: Version = ALWAYS
    until: Version | None = None
    silent: bool = False

    def finding(self, item: KubeObject) -> Finding:
        """Return the breach as a finding on its object."""
        whose = f"container {self.container} of {item.ref}" if self.container else str(item.ref)
        return Finding.of(
            self.control,
            f"{whose} {self.message}",
            hint=self.hint,
            where=item.locate(self.path),
            subject=item.ref,
            field=named_path(item, self.path),
            container=self.container,
        )


def refused(breach: Breach, level: Level, version: Version | None) -> bool:
    """Say whether a Pod Security Standard refuses a pod with this breach; the version None is the latest."""
    order = list(Level)
    if breach.level is None or order.index(breach.level) > order.index(level):
        return False
    if version is None:
        return breach.until is None
    return breach.since <= version and (breach.until is None or version < breach.until)
