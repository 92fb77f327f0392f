"""What a server offers: its version, its API versions, and the kinds in each of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ordain.cluster.transport import JSON, Transport
from ordain.errors import UserError
from ordain.model.kind import Reading
from ordain.model.objects import RawObject

_AGGREGATED: Final = ",".join(
    [*(f"{JSON};g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList" for version in ("v2", "v2beta1")), JSON]
)
_DIGITS: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server offers: `resources` are (API version, plural, kind); of `stale` API versions it is out of date."""

    kubernetes_version: str
    date: str
    versions: frozenset[str]
    resources: frozenset[tuple[str, str, str]]
    stale: frozenset[str]


def discover(transport: Transport, wanted: Sequence[Reading]) -> Offer:
    """Ask a server for its offer: in one answer for all groups, or, of a server that has no such answer, in several.

    Then the kinds of the API groups of `wanted` alone are known. Raises UserError.
    """
    answer = transport.get("/version")
    version = _minor(answer.body, transport)
    date = str(answer.headers.get("Date", ""))
    versions: set[str] = set()
    resources: set[tuple[str, str, str]] = set()
    stale: set[str] = set()
    groups = {reading.group_kind.group for reading in wanted}
    for path in ("/api", "/apis"):
        body = transport.get(path, accept=_AGGREGATED).body
        if body.get("kind") == "APIGroupDiscoveryList":
            for group, entry in _entries(body):
                api_version = _api_version(group, str(entry.get("version")))
                versions.add(api_version)
                if entry.get("freshness") == "Stale":
                    stale.add(api_version)
                resources |= {
                    (api_version, str(item.get("resource")), str((item.get("responseKind") or {}).get("kind")))
                    for item in _dicts(entry.get("resources"))
                }
        else:
            found = set(_plain(body))
            versions |= found
            for api_version in sorted(found):
                if api_version.rpartition("/")[0] in groups:
                    resources |= _one_by_one(transport, api_version)
    if not versions:
        raise UserError(f"{transport.connection.shown}: it offers no API", hint="is this a Kubernetes API server?")
    return Offer(version, date, frozenset(versions), frozenset(resources), frozenset(stale))


def readable(offer: Offer, wanted: Iterable[Reading], shown: str) -> list[Reading]:
    """Return the kinds that the server has; the others, all of them optional, have no objects.

    Raises UserError for a kind that must be there, for one that is there in another version than ordain reads, and for
    one that cannot be told because the server's own knowledge of its group is out of date.
    """
    found = []
    for reading in wanted:
        group = reading.group_kind.group
        if (reading.api_version, reading.resource, reading.kind) in offer.resources:
            found.append(reading)
            continue
        out_of_date = sorted(version for version in offer.stale if version.rpartition("/")[0] == group)
        if out_of_date:
            raise UserError(
                f"{shown}: it cannot say whether it has {reading.kind}: {', '.join(out_of_date)} does not answer it",
                hint="`kubectl get apiservices` shows which API service is down",
            )
        others = sorted(
            version
            for version, resource, kind in offer.resources
            if (resource, kind) == (reading.resource, reading.kind) and version.rpartition("/")[0] == group
        )
        if others:
            raise UserError(
                f"{shown}: it serves {reading.kind} in {', '.join(others)}, and ordain reads {reading.api_version}",
                hint="upgrade what serves it, or ordain",
            )
        if not reading.optional:
            raise UserError(
                f"{shown}: it does not serve {reading.kind} in {reading.api_version}",
                hint="is this a Kubernetes API server, of a supported version?",
            )
    return found


def _minor(body: RawObject, transport: Transport) -> str:
    """Return `1.37`; some providers write `37+`."""
    major, minor = (_DIGITS.match(str(body.get(name, ""))) for name in ("major", "minor"))
    if not major or not minor:
        raise UserError(
            f"{transport.connection.shown}: /version does not say a version", hint="is this a Kubernetes API server?"
        )
    return f"{major[0]}.{minor[0]}"


def _entries(body: RawObject) -> Iterable[tuple[str, RawObject]]:
    for item in _dicts(body.get("items")):
        group = str((item.get("metadata") or {}).get("name") or "")
        for entry in _dicts(item.get("versions")):
            yield group, entry


def _plain(body: RawObject) -> Iterable[str]:
    """Return the API versions of the older answers, APIVersions and APIGroupList."""
    versions = body.get("versions")
    yield from (
        (str(version) for version in versions if body.get("kind") == "APIVersions")
        if isinstance(versions, list)
        else ()
    )
    for group in _dicts(body.get("groups")):
        yield from (str(version.get("groupVersion")) for version in _dicts(group.get("versions")))


def _one_by_one(transport: Transport, api_version: str) -> set[tuple[str, str, str]]:
    body = transport.get(root(api_version)).body
    listed = _dicts(body.get("resources"))
    return {(api_version, str(item.get("name")), str(item.get("kind"))) for item in listed}


def plurals(transport: Transport, api_version: str) -> dict[str, str]:
    """Return the plural of each kind of an API version; none where the server does not serve it."""
    rows = _one_by_one(transport, api_version)
    return {kind: plural for _, plural, kind in sorted(rows) if "/" not in plural}


def root(api_version: str) -> str:
    """Return the path of an API version."""
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _api_version(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def _dicts(value: object) -> list[RawObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
