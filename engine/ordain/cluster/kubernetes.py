"""A cluster as its API server shows it: read with get and list alone, and never the data of Secrets."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from ordain.cluster import Metrics
from ordain.cluster.discovery import Offer, discover, readable
from ordain.cluster.dry_run import rehearse
from ordain.cluster.kinds_read import settle_kinds
from ordain.cluster.kubeconfig import connect
from ordain.cluster.listing import list_all
from ordain.cluster.openapi import schemas_of_customs
from ordain.cluster.snapshot_format import content_digest
from ordain.cluster.transport import Patience, Transport
from ordain.errors import UserError
from ordain.model.comparison import Applier, Rehearsal
from ordain.model.kind import Reading
from ordain.model.live import LiveState
from ordain.model.objects import KubeObject, ObjectRef, Objects, RawObject

_NAME: Final = re.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


def _silent(_message: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class LiveCluster:
    """The cluster of a context of a kubeconfig (None: the current one, or the cluster that we run in).

    `name` is what policies call it; an empty one stands for the context's. `told` hears what is being read.
    """

    name: str
    context: str | None
    kubeconfig: str | None
    kubernetes_version: str | None = None
    assume_absent: tuple[str, ...] = ()
    metrics: Metrics | None = None
    told: Callable[[str], None] = _silent
    patience: Patience = field(default_factory=Patience)

    def read(self, wanted: Sequence[Reading]) -> LiveState:
        """Read the server now; see `Cluster`. Raises UserError when anything at all could not be read."""
        transport = self._transport()
        shown = transport.connection.shown
        offer = discover(transport, wanted)
        self._check_version(offer, shown)
        present = readable(offer, wanted, shown)
        schemas = schemas_of_customs(transport, present, offer.kubernetes_version, self.told)
        each = {reading.group_kind: reading for reading in present}
        objects = Objects.of(item for reading in each.values() for item in self._list(transport, reading))
        known = settle_kinds(
            wanted,
            read=frozenset(reading.group_kind for reading in wanted),
            objects=objects,
            assume_absent=self.assume_absent,
            shown=shown,
            more="",
        )
        series = self.metrics.read() if self.metrics else {}
        live = LiveState(
            cluster=self.name or _as_name(transport.connection.name),
            kubernetes_version=offer.kubernetes_version,
            taken_at=_iso(offer.date),
            objects=objects,
            read=known,
            served=offer.versions,
            digest="",
            series={name: series[name] for name in sorted(series)},
            source=f"the API server {shown}",
            schemas=schemas,
        )
        return replace(live, digest=content_digest(live))

    def rehearse(self, bodies: Mapping[ObjectRef, RawObject], applier: Applier) -> Mapping[ObjectRef, Rehearsal]:
        """Ask the server what it would make of manifests; nothing is written. See `dry_run.rehearse`."""
        return rehearse(
            self._transport(), bodies, applier, lambda count: self.told(f"dry run, {count:,} of {len(bodies):,}")
        )

    def _transport(self) -> Transport:
        return Transport(connect(self.context, self.kubeconfig, login=self.patience.login), self.patience)

    def _list(self, transport: Transport, reading: Reading) -> list[KubeObject]:
        self.told(reading.resource)
        return list_all(transport, reading, lambda count: self.told(f"{reading.resource}, {count:,} so far"))

    def _check_version(self, offer: Offer, shown: str) -> None:
        if self.kubernetes_version not in (None, offer.kubernetes_version):
            raise UserError(
                f"{shown}: it runs Kubernetes {offer.kubernetes_version}, not {self.kubernetes_version}",
                hint="leave --kubernetes-version (kubernetesVersion in ordain.yaml) out: the server says it",
            )


def _as_name(context: str) -> str:
    """Return a context's name where it can be a cluster's: that one is the name of a folder, too."""
    if not _NAME.fullmatch(context):
        raise UserError(
            f"the context {context} has a name that no cluster can have", hint="add --cluster NAME beside --context"
        )
    return context


def _iso(date: str) -> str:
    """Return the server's time as ISO 8601; ours where it says none."""
    try:
        time = parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, TypeError):
        time = datetime.now(UTC)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
