"""The ports to a cluster and its metrics, and their file forms: a snapshot, a list, a folder of manifests, CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from ordain.cluster.kinds_read import settle_kinds
from ordain.cluster.manifest_files import FromFiles, read_folder, read_list
from ordain.cluster.pruning import prune, redact
from ordain.cluster.snapshot import is_snapshot, read_snapshot
from ordain.cluster.snapshot_format import content_digest
from ordain.cluster.snapshot_write import write_snapshot
from ordain.errors import Span, UserError
from ordain.model.kind import Reading
from ordain.model.live import LiveState, Series
from ordain.model.objects import GroupKind

__all__ = [
    "Cluster",
    "Metrics",
    "content_digest",
    "open_cluster",
    "prune",
    "redact",
    "write_snapshot",
]


_SNAPSHOT_OF: Final = "take the snapshot again with this ordain: `ordain snapshot`"
_LIST_OF: Final = "write the list again with all: `kubectl get {resources} --all-namespaces -o yaml`"
_MANIFESTS_OF: Final = "add their manifests"


class Cluster(Protocol):
    """One cluster whose state can be read."""

    def read(self, wanted: Sequence[Reading]) -> LiveState:
        """Return all objects of the wanted kinds, at one time. Raises UserError for a kind that cannot be read."""
        ...


class Metrics(Protocol):
    """Where load series come from."""

    def read(self) -> Mapping[str, Series]:
        """Return the series by name. Raises UserError when one cannot be read."""
        ...


def open_cluster(
    name: str,
    path: Path,
    *,
    shown: str,
    kubernetes_version: str | None,
    assume_absent: Sequence[str],
    metrics: Metrics | None,
) -> Cluster:
    """Return a cluster that is recorded in a file or folder; nothing is read before `read` is called.

    A file that starts as gzip does is a snapshot, any other one a list or documents of YAML or JSON. `shown` is
    the path as messages name it, `kubernetes_version` what the source does not say (`1.37`), `assume_absent`
    the kinds that it does not hold because there are none. An empty `name` stands for the snapshot's own.
    """
    return _Recorded(name, path, shown, kubernetes_version, tuple(assume_absent), metrics)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A cluster in files."""

    name: str
    path: Path
    shown: str
    kubernetes_version: str | None
    assume_absent: tuple[str, ...]
    metrics: Metrics | None

    def read(self, wanted: Sequence[Reading]) -> LiveState:
        """Read the files now; see `Cluster`."""
        live, more = self._state()
        known = settle_kinds(
            wanted,
            read=live.read | _not_served(wanted, live.served),
            objects=live.objects,
            assume_absent=self.assume_absent,
            shown=self.shown,
            more=more,
        )
        series = {**live.series, **(self.metrics.read() if self.metrics else {})}
        live = replace(live, read=known, series={name: series[name] for name in sorted(series)})
        return replace(live, digest=content_digest(live))

    def _state(self) -> tuple[LiveState, str]:
        """Return what the source holds, and how to read more kinds from it."""
        try:
            if self.path.is_dir():
                version = self._needed_version()
                return self._of_files(read_folder(self.path, self.shown, version), version), _MANIFESTS_OF
            with self.path.open("rb") as file:
                start = file.read(2)
                if is_snapshot(start):
                    return self._checked(read_snapshot(file, start, self.shown)), _SNAPSHOT_OF
                version = self._needed_version()
                return self._of_files(read_list(file, start, self.shown, version), version), _LIST_OF
        except OSError as error:
            raise UserError(
                f"cannot read the cluster{f' {self.name}' * bool(self.name)}: {error.strerror or error}",
                hint="name a snapshot, a `kubectl get -o yaml` list, or a folder of manifests",
                where=Span(self.shown),
            ) from error

    def _needed_version(self) -> str:
        if self.kubernetes_version is None:
            raise UserError(
                "it does not say which version of Kubernetes the cluster runs",
                hint="add --kubernetes-version 1.37, or kubernetesVersion to the cluster in ordain.yaml",
                where=Span(self.shown),
            )
        return self.kubernetes_version

    def _checked(self, live: LiveState) -> LiveState:
        """Refuse a snapshot of another cluster or version than the user said."""
        if self.name and live.cluster != self.name:
            raise UserError(
                f"this is a snapshot of the cluster {live.cluster}, not of {self.name}",
                hint=f"add --cluster {live.cluster}, or name the cluster so in ordain.yaml",
                where=Span(self.shown),
            )
        if self.kubernetes_version not in (None, live.kubernetes_version):
            raise UserError(
                f"the snapshot is of Kubernetes {live.kubernetes_version}, not {self.kubernetes_version}",
                hint="leave --kubernetes-version (kubernetesVersion in ordain.yaml) out: the snapshot says it",
                where=Span(self.shown),
            )
        return live

    def _of_files(self, found: FromFiles, version: str) -> LiveState:
        return LiveState(
            cluster=self.name or "cluster",
            kubernetes_version=version,
            taken_at="",
            objects=found.objects,
            read=found.read,
            served=None,
            digest="",
            source=self.shown,
        )


def _not_served(wanted: Sequence[Reading], served: frozenset[str] | None) -> frozenset[GroupKind]:
    """Return the optional kinds of API groups that the server does not offer: there are none of them."""
    groups = {version.rpartition("/")[0] for version in served or ()}
    optional = (reading.group_kind for reading in wanted if reading.optional and served is not None)
    return frozenset(kind for kind in optional if kind.group not in groups)
