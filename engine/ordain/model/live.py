"""What was read: the live state of one cluster, and the tip of the output branch."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from ordain.model.objects import GroupKind, Objects, RawObject
from ordain.model.workload import Workload, workloads


@dataclass(frozen=True, slots=True)
class Series:
    """One recorded load series: `times` in Unix seconds, rising; a value per time, None where none was recorded."""

    name: str
    times: tuple[int, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class LiveState:
    """What one cluster held at one time.

    `read` says which kinds were read: a kind outside it is unknown, not absent. `served` are the API versions
    that the server offers (`autoscaling/v2`), or None where the source does not say. `schemas` describe custom kinds by
    their API version, as `apischemas.distilling` writes it; the source may not have them. `source` is what was read, as
    the user named it.
    """

    cluster: str
    kubernetes_version: str
    taken_at: str
    objects: Objects
    read: frozenset[GroupKind]
    served: frozenset[str] | None
    digest: str
    series: Mapping[str, Series] = field(default_factory=dict)
    redacted: bool = False
    source: str = ""
    schemas: Mapping[str, RawObject] = field(default_factory=dict)

    @cached_property
    def workloads(self) -> tuple[Workload, ...]:
        """All workloads, in the order of their names."""
        return tuple(sorted(workloads(self.objects), key=lambda workload: workload.ref))


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """One published file: the digest of its bytes, and of the inputs that the object was planned from."""

    sha256: str
    inputs: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the last publish wrote for one cluster: paths (from the cluster's folder) and their digests."""

    engine: str
    templates: str
    files: Mapping[str, InventoryEntry]


@dataclass(frozen=True, slots=True)
class Version:
    """A file as one commit of the branch left it: `content` is None where the commit deleted it.

    `when` is the committer's time (ISO 8601, UTC), `author` a name.
    """

    commit: str
    when: str
    author: str
    content: bytes | None


History: TypeAlias = Mapping[str, tuple[Version, ...]]
"""Versions of files by their path, newest first; a file that no commit touched is not in it."""


def _no_history(_paths: Collection[str]) -> History:
    return {}


@dataclass(frozen=True, slots=True)
class OutputTip:
    """The output branch as it was read: `commit` is None where the branch does not exist yet.

    `blobs` maps each path below the cluster's folder to its Git blob id; `read` gives a file's bytes by its path,
    `history` the versions of some files: those of the branch's last commits, not more of each than a few.
    """

    commit: str | None
    blobs: Mapping[str, str]
    inventory: Inventory | None
    read: Callable[[str], bytes] = field(compare=False, repr=False)
    history: Callable[[Collection[str]], History] = field(default=_no_history, compare=False, repr=False)
