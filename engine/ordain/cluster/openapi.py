"""The schemas of custom kinds, from the server's OpenAPI v3, kept by their hash in the user's cache folder."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson

from ordain.apischemas import bundle
from ordain.apischemas.distilling import distilled, sound
from ordain.cluster.transport import RefusedError, Transport
from ordain.model.kind import Reading
from ordain.model.objects import RawObject

_FORM: Final = "1"
"""Changes when `distilled` keeps something else: what is cached in another form is not read."""


def cache_folder() -> Path:
    """Return where schemas are kept; it may be deleted at any time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "ordain" / "openapi"


def schemas_of_customs(
    transport: Transport, readings: Iterable[Reading], kubernetes_version: str, told: Callable[[str], None]
) -> Mapping[str, RawObject]:
    """Return `kinds` and `definitions` for each API version among `readings` that Kubernetes has not built in.

    One that the server does not describe (its index lacks it, or has gone, or may not be read) is left out: objects of
    it are then not judged by a schema. Raises UserError for an answer that cannot be read.
    """
    built_in = bundle(kubernetes_version)
    wanted: dict[str, set[str]] = {}
    for reading in readings:
        if not built_in.has_group(reading.api_version):
            wanted.setdefault(reading.api_version, set()).add(f"{reading.api_version} {reading.kind}")
    index = _get(transport, "/openapi/v3").get("paths") if wanted else None
    found = {}
    for api_version in sorted(wanted):
        entry = index.get(f"apis/{api_version}") if isinstance(index, dict) else None
        address = entry.get("serverRelativeURL") if isinstance(entry, dict) else None
        if isinstance(address, str) and address.startswith("/"):
            told(api_version)
            described = _described(transport, api_version, address, frozenset(wanted[api_version]))
            if described["kinds"]:
                found[api_version] = described
    return found


def _described(transport: Transport, api_version: str, address: str, names: frozenset[str]) -> RawObject:
    """Return what a document says of some kinds; its address holds its hash, and so names it for ever."""
    key = hashlib.sha256("\n".join([_FORM, address, *sorted(names)]).encode()).hexdigest()
    file = cache_folder() / f"{key}.json" if "hash=" in address else None
    if file is not None and (kept := _kept(file, api_version)) is not None:
        return kept
    document = _get(transport, address)
    described: RawObject = {"kinds": {}, "definitions": {}}
    with suppress(KeyError, TypeError, AttributeError):  # a document that is none describes nothing
        described = dict(distilled(document["components"]["schemas"], document["paths"], names.__contains__))
    if not sound(described, api_version):
        described = {"kinds": {}, "definitions": {}}
    if file is not None and described["kinds"]:
        _keep(file, described)
    return described


def _get(transport: Transport, path: str) -> RawObject:
    with suppress(RefusedError):
        return transport.get(path).body
    return {}


def _kept(file: Path, api_version: str) -> RawObject | None:
    with suppress(OSError, orjson.JSONDecodeError):
        body = orjson.loads(file.read_bytes())
        if isinstance(body, dict) and sound(body, api_version):
            return body
    return None


def _keep(file: Path, described: RawObject) -> None:
    """Write a file of the cache, at once or not at all; a cache that cannot be written is none."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as new:
            new.write(orjson.dumps(described, option=orjson.OPT_SORT_KEYS))
        Path(name).replace(file)
