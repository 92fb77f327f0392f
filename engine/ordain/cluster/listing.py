"""All objects of one kind, page by page: each page is pruned before the next one is asked for."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from ordain.cluster.discovery import root
from ordain.cluster.identity import Malformed, checked_ref
from ordain.cluster.limits import MAX_OBJECTS
from ordain.cluster.pruning import prune
from ordain.cluster.transport import JSON, Expired, Transport
from ordain.errors import UserError
from ordain.model.kind import Reading
from ordain.model.objects import GroupKind, KubeObject, RawObject, Source

PAGE: Final = 500
_RESTARTS: Final = 3
_SECRET: Final = GroupKind("", "Secret")
_METADATA_ONLY: Final = f"{JSON};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


def list_all(transport: Transport, reading: Reading, told: Callable[[int], None]) -> list[KubeObject]:
    """Return the objects of a kind as they were at one time; `told` hears how many there are so far.

    A page token that runs out (410) begins the list again, and after some times the list is asked for as a whole.
    Raises UserError, never part of a list.
    """
    for attempt in range(_RESTARTS + 1):
        found: list[KubeObject] = []
        try:
            for page in _pages(transport, reading, whole=attempt == _RESTARTS):
                found += [_object(item, reading, transport) for item in page]
                if len(found) > MAX_OBJECTS:
                    raise UserError(f"{_place(transport, reading)}: there are more than {MAX_OBJECTS:,} objects")
                told(len(found))
        except Expired:
            continue
        return found
    raise UserError(
        f"{_place(transport, reading)}: the list ran out before it was read, {_RESTARTS + 1} times (410)",
        hint="nothing was planned or written; is the API server overloaded, or its etcd compacted all the time?",
    )


def _pages(transport: Transport, reading: Reading, *, whole: bool) -> Iterator[list[Any]]:
    path = f"{root(reading.api_version)}/{reading.resource}"
    secret = reading.group_kind == _SECRET
    query: dict[str, str | int] = {} if whole else {"limit": PAGE}
    seen: set[str] = set()
    while True:
        answer = transport.get(path, query, accept=_METADATA_ONLY if secret else JSON)
        expected = "PartialObjectMetadataList" if secret else f"{reading.kind}List"
        items, metadata = answer.body.get("items") or [], answer.body.get("metadata") or {}
        if not answer.found or answer.body.get("kind") != expected or not isinstance(items, list):
            what = answer.body.get("kind") if answer.found else "nothing (404)"
            raise _wrong(transport, reading, f"it answered with {what}, not with {expected}")
        yield items
        token = metadata.get("continue") if isinstance(metadata, dict) else None
        if not token:
            return
        if not isinstance(token, str) or token in seen:
            raise _wrong(transport, reading, "it gives the same page again and again")
        seen.add(token)
        query = {"limit": PAGE, "continue": token}


def _object(item: object, reading: Reading, transport: Transport) -> KubeObject:
    """Return an object as a snapshot would have it: typed, pruned, its keys sorted."""
    if not isinstance(item, dict):
        raise _wrong(transport, reading, "an item of the list is no object")
    try:
        body: RawObject = {**item, "apiVersion": reading.api_version, "kind": reading.kind}
        ref = checked_ref(body)
    except Malformed as trouble:
        raise _wrong(transport, reading, trouble.message) from trouble
    return KubeObject(ref, orjson.loads(orjson.dumps(prune(body), option=orjson.OPT_SORT_KEYS)), Source.LIVE)


def _wrong(transport: Transport, reading: Reading, what: str) -> UserError:
    return UserError(
        f"{_place(transport, reading)}: {what}", hint="is this a Kubernetes API server, without a proxy before it?"
    )


def _place(transport: Transport, reading: Reading) -> str:
    return f"{transport.connection.shown}: {root(reading.api_version)}/{reading.resource}"
