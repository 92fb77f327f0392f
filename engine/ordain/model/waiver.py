"""A waiver: a dated, owned, reasoned exception from one control."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ordain.errors import Span
from ordain.model.finding import Finding, Waived
from ordain.model.objects import ObjectRef

NO_NAMESPACE: Final = ("",)
"""The namespaces of objects that live in none."""


@dataclass(frozen=True, slots=True)
class WaivedTarget:
    """Objects by exact names; an empty tuple leaves that criterion open. `NO_NAMESPACE` means the cluster's scope."""

    namespaces: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    clusters: tuple[str, ...]
    where: Span

    def covers(self, subject: ObjectRef, cluster: str) -> bool:
        """Say whether an object is meant."""
        return all(
            not allowed or value in allowed
            for allowed, value in (
                (self.namespaces, subject.namespace),
                (self.kinds, subject.kind),
                (self.names, subject.name),
                (self.clusters, cluster),
            )
        )


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception from one control for named objects until the end of the day `expires` (UTC)."""

    name: str
    control: str
    targets: tuple[WaivedTarget, ...]
    container: str
    field: str
    reason: str
    owner: str
    ticket: str
    expires: date
    where: Span

    def covers(self, finding: Finding) -> bool:
        """Say whether the finding is the waiver's: its code, subject, container and field."""
        return (
            finding.code == self.control
            and finding.subject is not None
            and (not self.container or self.container == finding.container)
            and (not self.field or self.field == finding.field)
            and any(target.covers(finding.subject, finding.cluster) for target in self.targets)
        )

    def stamp(self) -> Waived:
        """Return what a waived finding says of its waiver."""
        return Waived(self.name, self.owner, self.ticket, self.reason, self.expires.isoformat())
