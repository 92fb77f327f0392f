"""Reads snapshots. The file is not trusted: it is checked line by line, within limits of time and memory."""

import hashlib
import re
from dataclasses import dataclass, field
from math import isfinite
from typing import IO, Final

import orjson

from ordain.apischemas.distilling import sound
from ordain.cluster.identity import Malformed, checked_ref
from ordain.cluster.limits import (
    MAX_DEPTH,
    MAX_OBJECTS,
    MAX_POINTS,
    MAX_SCHEMAS,
    MAX_SERIES,
    MAX_VALUES,
    deeper_than,
)
from ordain.cluster.pruning import prune
from ordain.cluster.snapshot_format import FORMAT, MAGIC, VERSION, group_kind
from ordain.cluster.snapshot_lines import AGAIN, inflated_lines
from ordain.errors import Span, UserError
from ordain.model.live import LiveState, Series
from ordain.model.objects import KubeObject, ObjectRef, Objects, RawObject, Source

_MINOR: Final = re.compile(r"1\.[0-9]{1,3}")


def read_snapshot(file: IO[bytes], start: bytes, shown: str) -> LiveState:
    """Read a snapshot from a stream whose first bytes `start` have been taken already.

    Raises UserError, with the line, for anything but a whole and sound snapshot of a known version.
    """
    reading = _Reading(shown)
    for line in inflated_lines(file, start, shown):
        if reading.ended:
            raise reading.broken("something follows the end line")
        reading.take(line)
    if not reading.ended:
        raise UserError("the snapshot is cut: its end line is missing", hint=AGAIN, where=Span(shown))
    return reading.result()


@dataclass
class _Reading:
    """The state of reading one snapshot, line by line."""

    shown: str
    header: RawObject | None = None
    objects: dict[ObjectRef, KubeObject] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    schemas: dict[str, RawObject] = field(default_factory=dict)
    ended: bool = False
    line: int = 0
    values: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def broken(self, what: str, hint: str = AGAIN) -> UserError:
        return UserError(what, hint=hint, where=Span(self.shown, self.line))

    def take(self, line: bytes) -> None:
        self.line += 1
        self.values += line.count(b",")
        if self.values > MAX_VALUES:
            raise self.broken(f"the snapshot holds more than {MAX_VALUES:,} values")
        body = self._parsed(line)
        if self.header is None:
            self.header = self._header(body)
        elif "kind" in body:
            self._object(body)
        elif "schemas" in body:
            self._schemas(body)
        elif "series" in body:
            self._series(body)
        elif "end" in body:
            self._end(body["end"])
            return
        else:
            raise self.broken("this line is neither an object nor a schema nor a series nor the end")
        self.digest.update(line)

    def result(self) -> LiveState:
        header = self.header
        assert header is not None
        return LiveState(
            cluster=header["cluster"],
            kubernetes_version=header["kubernetesVersion"],
            taken_at=header["takenAt"],
            objects=Objects({ref: self.objects[ref] for ref in sorted(self.objects)}),
            read=frozenset(map(group_kind, header["read"])),
            served=None if header["served"] is None else frozenset(header["served"]),
            digest="",
            series=self.series,
            redacted=header["redacted"],
            source=self.shown,
            schemas=self.schemas,
        )

    def _parsed(self, line: bytes) -> RawObject:
        try:
            body = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if self.header is None:
                raise self._not_ours() from error
            raise self.broken("this line of the snapshot is not JSON") from error
        if not isinstance(body, dict):
            raise self._not_ours() if self.header is None else self.broken("this line of the snapshot is no object")
        if deeper_than(body, MAX_DEPTH):
            raise self.broken(f"values are nested deeper than {MAX_DEPTH} levels")
        return body

    def _not_ours(self) -> UserError:
        return self.broken(
            "this compressed file is no snapshot of ordain",
            "`ordain snapshot` writes one; unpack a compressed list or manifest first",
        )

    def _header(self, body: RawObject) -> RawObject:
        if body.get("format") != FORMAT:
            raise self._not_ours()
        version = body.get("version")
        if version.__class__ is not int or version < 1:
            raise self.broken("the snapshot's version is no number")
        if version > VERSION:
            raise self.broken(
                f"the snapshot has version {version}, and this ordain knows versions up to {VERSION}",
                "upgrade ordain, or take the snapshot again with this one",
            )
        shapes = {
            "cluster": isinstance(body.get("cluster"), str),
            "kubernetesVersion": bool(_MINOR.fullmatch(str(body.get("kubernetesVersion")))),
            "takenAt": isinstance(body.get("takenAt"), str),
            "read": _texts(body.get("read")),
            "served": body.get("served") is None or _texts(body.get("served")),
            "redacted": isinstance(body.get("redacted"), bool),
        }
        wrong = [name for name, right in shapes.items() if not right]
        if wrong:
            raise self.broken(f"the snapshot's header is wrong or incomplete: {', '.join(wrong)}")
        return {"served": None, **body}

    def _object(self, body: RawObject) -> None:
        if len(self.objects) >= MAX_OBJECTS:
            raise self.broken(f"the snapshot holds more than {MAX_OBJECTS:,} objects")
        try:
            ref = checked_ref(body)
        except Malformed as trouble:
            raise self.broken(trouble.message) from trouble
        if ref in self.objects:
            raise self.broken(f"{ref} is in the snapshot twice")
        self.objects[ref] = KubeObject(ref, prune(body), Source.LIVE)

    def _schemas(self, body: RawObject) -> None:
        name, described = body.pop("schemas"), body
        if not isinstance(name, str) or name in self.schemas or len(self.schemas) >= MAX_SCHEMAS:
            raise self.broken(f"the schemas of {name} are here twice, or of more than {MAX_SCHEMAS:,} API versions")
        if not sound(described, name):
            raise self.broken(f"the schemas of {name} are not what ordain wrote")
        self.schemas[name] = described

    def _series(self, body: RawObject) -> None:
        name, times, values = body.get("series"), body.get("times"), body.get("values")
        if not (isinstance(name, str) and isinstance(times, list) and isinstance(values, list)):
            raise self.broken("a series needs a name, times and values")
        if name in self.series or len(self.series) >= MAX_SERIES:
            raise self.broken(f"the series {name} is here twice, or there are more than {MAX_SERIES:,}")
        if len(times) != len(values) or len(times) > MAX_POINTS:
            raise self.broken(f"the series {name} needs a value per time, and at most {MAX_POINTS:,}")
        if not (all(time.__class__ is int for time in times) and all(map(int.__lt__, times, times[1:]))):
            raise self.broken(f"the times of the series {name} are not rising whole seconds")
        if not all(value is None or _number(value) for value in values):
            raise self.broken(f"a value of the series {name} is no number")
        self.series[name] = Series(
            name, tuple(times), tuple(None if value is None else float(value) for value in values)
        )

    def _end(self, end: object) -> None:
        found = {"objects": len(self.objects), "series": len(self.series), "sha256": self.digest.hexdigest()}
        if not isinstance(end, dict) or any(end.get(key) != value for key, value in found.items()):
            raise self.broken("the snapshot is damaged: its content does not match its end line")
        self.ended = True


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def is_snapshot(start: bytes) -> bool:
    """Say by its first two bytes whether a file is a snapshot (or another gzip file)."""
    return start[:2] == MAGIC
