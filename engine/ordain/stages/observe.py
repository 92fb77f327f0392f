"""Observe: the one stage that reads the outside world, a cluster's state and the tip of the output branch."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ordain.cluster import Cluster, open_cluster
from ordain.cluster.kubernetes import LiveCluster
from ordain.cluster.series_files import CsvSeries
from ordain.errors import UserError, without_credentials
from ordain.git import Repo, blob_id, open_repo
from ordain.model.kind import Kind, Reading
from ordain.model.live import Inventory, InventoryEntry, LiveState, OutputTip
from ordain.settings import ClusterSettings, Kubernetes
from ordain.stages.load import shown
from ordain.stages.project import ProjectFile


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the manifests of one cluster go: a branch of a repository and the cluster's folder in it."""

    repo: Repo
    shown: str
    branch: str
    folder: str


@dataclass(frozen=True, slots=True)
class Observed:
    """One cluster's live state, and the output branch where there is one."""

    live: LiveState
    tip: OutputTip
    destination: Destination | None


def observe(
    project: ProjectFile, cluster: ClusterSettings, kinds: Iterable[Kind], progress: Callable[[str], None]
) -> Observed:
    """Read all that any kind of policy looks at. A kind that could not be read is an error, never "none"."""
    live = observe_live(project, cluster, kinds, progress)
    destination = _destination(project, live.cluster)
    tip = destination.repo.tip(destination.branch, destination.folder) if destination else None
    return Observed(live, tip or OutputTip(None, {}, None, _no_file), destination)


def observe_live(
    project: ProjectFile, cluster: ClusterSettings, kinds: Iterable[Kind], progress: Callable[[str], None]
) -> LiveState:
    """Read one cluster's live state and its series."""
    progress(f"{cluster.name}: reading {cluster.source}")
    readings = wanted(kinds)
    live = _opened(project, cluster, progress).read(readings)
    _one_version(live, readings)
    return live


def live_cluster(project: ProjectFile, cluster: ClusterSettings, progress: Callable[[str], None]) -> LiveCluster | None:
    """Return the port to a cluster's API server; None where its state is recorded."""
    opened = _opened(project, cluster, progress)
    return opened if isinstance(opened, LiveCluster) else None


def _opened(project: ProjectFile, cluster: ClusterSettings, progress: Callable[[str], None]) -> Cluster:
    series = project.folder / cluster.series if isinstance(cluster.series, str) else None
    metrics = CsvSeries(series, shown(series)) if series else None
    version = cluster.kubernetesVersion if isinstance(cluster.kubernetesVersion, str) else None
    absent = tuple(cluster.assumeAbsent) if isinstance(cluster.assumeAbsent, list) else ()
    if isinstance(cluster.kubernetes, Kubernetes):
        server = cluster.kubernetes
        return LiveCluster(
            cluster.name,
            server.context if isinstance(server.context, str) else None,
            str(project.folder / Path(server.kubeconfig).expanduser()) if isinstance(server.kubeconfig, str) else None,
            kubernetes_version=version,
            assume_absent=absent,
            metrics=metrics,
            told=lambda message: progress(f"{cluster.name}: {message}"),
        )
    assert isinstance(cluster.snapshot, str)
    path = project.folder / cluster.snapshot
    return open_cluster(
        cluster.name,
        path,
        shown=shown(path),
        kubernetes_version=version,
        assume_absent=absent,
        metrics=metrics,
    )


def _one_version(live: LiveState, readings: Iterable[Reading]) -> None:
    """Refuse objects in another API version than planners and controls read: their fields have other meanings."""
    for reading in readings:
        for item in live.objects.of_kind(reading.kind):
            found = item.body["apiVersion"]
            if item.ref.group_kind == reading.group_kind and found != reading.api_version:
                version = reading.api_version.rpartition("/")[2]
                raise UserError(
                    f"{item.ref} is in {found}, and ordain reads {reading.api_version}",
                    hint=f"read it with: kubectl get {reading.resource}.{version}.{item.ref.group} -A -o yaml",
                    where=item.locate(("apiVersion",)),
                )


def wanted(kinds: Iterable[Kind]) -> tuple[Reading, ...]:
    """Return what any of the kinds reads, each once."""
    return tuple(dict.fromkeys(reading for kind in kinds for reading in kind.reads))


def tip_of(files: Mapping[str, bytes]) -> OutputTip:
    """Return an output branch that holds just these files of one cluster, all of them published by ordain."""
    commit = hashlib.sha1(b"", usedforsecurity=False).hexdigest()
    entries = {path: InventoryEntry(hashlib.sha256(content).hexdigest(), "") for path, content in files.items()}
    blobs = {path: blob_id(content, like=commit) for path, content in files.items()}
    return OutputTip(commit, blobs, Inventory("", "", entries), files.__getitem__)


def written(kinds: Iterable[Kind]) -> tuple[Reading, ...]:
    """Return what any of the kinds renders, each once."""
    return tuple(dict.fromkeys(reading for kind in kinds for reading in kind.reads if reading.kind in kind.writes))


def _destination(project: ProjectFile, cluster: str) -> Destination | None:
    output = project.output
    if output is None:
        return None
    path = project.folder / output.repository
    above = f"{output.folder}/" if isinstance(output.folder, str) else ""
    place = without_credentials(shown(path))
    return Destination(open_repo(path, shown=place), place, output.branch, above + cluster)


def _no_file(path: str) -> bytes:
    raise UserError(f"there is no output repository to read {path} from")
