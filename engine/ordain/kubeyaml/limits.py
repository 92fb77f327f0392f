"""How much YAML is read before a reader says "too much"."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold.

    `max_depth` counts nested lists and maps, `max_nodes` the parser's events (a list or a map counts twice:
    its start and its end), `max_alias_nodes` what aliases and merge keys stand for, written out (long texts
    count more), `max_documents` the documents of one file.
    """

    max_bytes: int
    max_depth: int
    max_nodes: int
    max_alias_nodes: int
    max_documents: int


POLICIES: Final = Limits(
    max_bytes=1 << 20, max_depth=64, max_nodes=100_000, max_alias_nodes=20_000, max_documents=1_000
)
MANIFESTS: Final = Limits(
    max_bytes=16 << 20, max_depth=128, max_nodes=1_000_000, max_alias_nodes=200_000, max_documents=50_000
)
SNAPSHOTS: Final = Limits(
    max_bytes=1 << 30, max_depth=128, max_nodes=40_000_000, max_alias_nodes=200_000, max_documents=200_000
)
