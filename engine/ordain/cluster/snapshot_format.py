"""The snapshot format, version 2: a live state as canonical JSON lines. docs/snapshot.md describes it to people."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import orjson

from ordain.model.live import LiveState, Series
from ordain.model.objects import GroupKind, RawObject

FORMAT: Final = "ordain.dev/snapshot"
VERSION: Final = 2
"""The newest version. A state without schemas of custom kinds is written as version 1, which older ones can read."""
MAGIC: Final = b"\x1f\x8b"
"""What a snapshot starts with, like every gzip file."""


def content_lines(live: LiveState) -> Iterator[bytes]:
    """Return the lines of a snapshot but the last: the header, schemas, objects and series, each by name."""
    yield _line(_header(live))
    for api_version in sorted(live.schemas):
        yield _line({"schemas": api_version, **live.schemas[api_version]})
    for item in live.objects:
        yield _line(item.body)
    for name in sorted(live.series):
        yield _line(_series(live.series[name]))


def end_line(digest: str, *, objects: int, series: int) -> bytes:
    """Return the last line: the counts, and the SHA-256 of all lines before it, line feeds included."""
    return _line({"end": {"objects": objects, "series": series, "sha256": digest}})


def content_digest(live: LiveState) -> str:
    """Return the digest of a live state, whatever source it was read from and when.

    It is the SHA-256 of the snapshot's content with an empty `takenAt`: the time of reading shapes no plan, and with it
    nobody could ever show that a recorded state is the one that a live run saw.
    """
    digest = hashlib.sha256()
    for line in content_lines(replace(live, taken_at="")):
        digest.update(line)
    return digest.hexdigest()


def group_kind(text: str) -> GroupKind:
    """Read `Deployment.apps` or `Service`, as the header lists what was read."""
    kind, _, group = text.partition(".")
    return GroupKind(group, kind)


def _header(live: LiveState) -> RawObject:
    return {
        "format": FORMAT,
        "version": VERSION if live.schemas else 1,
        "cluster": live.cluster,
        "kubernetesVersion": live.kubernetes_version,
        "takenAt": live.taken_at,
        "read": sorted(map(str, live.read)),
        "served": None if live.served is None else sorted(live.served),
        "redacted": live.redacted,
    }


def _series(series: Series) -> RawObject:
    return {"series": series.name, "times": series.times, "values": series.values}


def _line(value: RawObject) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
