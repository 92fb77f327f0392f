"""Server-side apply with `dryRun=All`: what a server would make of manifests, without a write."""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final

import orjson

from ordain.cluster.discovery import plurals, root
from ordain.cluster.pruning import prune
from ordain.cluster.transport import RefusedError, Transport
from ordain.model.comparison import Applier, Conflict, Rehearsal
from ordain.model.objects import GroupKind, ObjectRef, RawObject

_APPLY: Final = "application/apply-patch+yaml"
_AT_ONCE: Final = 4
"""Requests under way together; below the connections that the pool keeps on a machine of one core."""
_SECRET: Final = GroupKind("", "Secret")
_NAMESPACE: Final = GroupKind("", "Namespace")
_CONFLICT: Final = "FieldManagerConflict"
_WITH: Final = re.compile('^conflict with "([^"]*)"')
_POINTER: Final = re.compile("0x[0-9a-f]{6,}")
"""An address in the server's memory, in the words of older ones: of each answer another."""
_LONGEST: Final = 500
_NO_RIGHT: Final = re.compile('User ".*" cannot (patch|create|get) resource')


def rehearse(
    transport: Transport, bodies: Mapping[ObjectRef, RawObject], applier: Applier, told: Callable[[int], None]
) -> dict[ObjectRef, Rehearsal]:
    """Return the server's answer for each object; `told` hears how many there are so far.

    Each is applied without force, and where others hold some of its fields with it: the first answer names them, the
    second is the object as it would be. Left out are Secrets, whose data never leave, and new objects whose namespace
    is among `bodies` and not there yet. Raises RefusedError where the user has no right to apply, else UserError when
    the server cannot be asked; what the server thinks of an object is a value.
    """
    apis = {body["apiVersion"] for body in bodies.values()}
    places = {api: plurals(transport, api) for api in sorted(apis)}
    coming = {ref.name for ref in bodies if ref.group_kind == _NAMESPACE}
    wanted = [(ref, body) for ref, body in bodies.items() if ref.group_kind != _SECRET]

    def one(item: tuple[ObjectRef, RawObject]) -> Rehearsal | None:
        ref, body = item
        plural = places[body["apiVersion"]].get(ref.kind)
        if plural is None:
            return Rehearsal(None, refused=f"it does not serve {ref.kind} in {body['apiVersion']}")
        return _rehearsed(transport, _path(ref, body["apiVersion"], plural), body, applier, coming)

    found: dict[ObjectRef, Rehearsal] = {}
    threads = ThreadPoolExecutor(_AT_ONCE)
    try:
        for count, ((ref, _), answer) in enumerate(zip(wanted, threads.map(one, wanted), strict=True), start=1):
            if answer is not None:
                found[ref] = answer
            told(count)
    finally:
        threads.shutdown(cancel_futures=True)
    return found


def _path(ref: ObjectRef, api_version: str, plural: str) -> str:
    within = f"/namespaces/{ref.namespace}" if ref.namespace else ""
    return f"{root(api_version)}{within}/{plural}/{ref.name}"


def _rehearsed(
    transport: Transport, path: str, body: RawObject, applier: Applier, coming: Iterable[str]
) -> Rehearsal | None:
    content = orjson.dumps(body)
    conflicts: tuple[Conflict, ...] = ()
    for force in ("false", "true"):
        query = {"fieldManager": applier.manager, "force": force}
        status, answer = transport.dry_run(path, query, content, _APPLY)
        if status in (HTTPStatus.OK, HTTPStatus.CREATED):
            return Rehearsal(prune(answer), conflicts)
        if conflicts or not (conflicts := _conflicts(answer)):
            break
    message = _POINTER.sub("…", " ".join(str(answer.get("message") or "").split()))[:_LONGEST]
    if status == HTTPStatus.FORBIDDEN and _NO_RIGHT.search(message):
        raise RefusedError(
            f"{transport.connection.shown}: {path}: you may not apply this, not even as a dry run (403): {message}",
            hint="`ordain print-rbac --engine server` prints the ClusterRole that is enough",
        )
    if status == HTTPStatus.NOT_FOUND and _details(answer).get("kind") == "namespaces":
        namespace = str(_details(answer).get("name"))
        if namespace in coming:
            return None
        message += f"; no policy makes the namespace {namespace}"
    return Rehearsal(None, conflicts, f"{message or 'it does not say why'} ({status})")


def _conflicts(answer: RawObject) -> tuple[Conflict, ...]:
    """Return the fields that other managers hold, from the causes of a Status; none where it is about something else.

    The only place that names the manager is a sentence:
    https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
    """
    causes = _details(answer).get("causes")
    found = []
    for cause in causes if isinstance(causes, list) else ():
        if isinstance(cause, dict) and cause.get("reason") == _CONFLICT:
            said = _WITH.match(str(cause.get("message")))
            found.append(Conflict(said[1] if said else "", str(cause.get("field"))))
    return tuple(found)


def _details(answer: RawObject) -> RawObject:
    details = answer.get("details")
    return details if isinstance(details, dict) else {}
