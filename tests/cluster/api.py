"""The tests' own arm into a server: requests, server-side apply, CRDs. The product is not involved in it."""

import http.client
import json
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

APPLY = "application/apply-patch+yaml"
PATIENCE = 30
"""Seconds for one request, and for what a server does after it answered."""


@dataclass(frozen=True)
class Answer:
    """What a server answered: the body is parsed JSON, or text where it is none."""

    status: int
    body: Any
    warnings: list[str]

    def expect(self, *statuses: int) -> Any:
        """Return the body; another status than these, by default than 200 to 299, raises RefusedError."""
        if self.status in (statuses or range(200, 300)):
            return self.body
        raise RefusedError(self)


class RefusedError(AssertionError):
    """The server answered what the test does not expect; `message` has its words."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.status = answer.status
        self.message = answer.body.get("message", "") if isinstance(answer.body, dict) else str(answer.body)
        super().__init__(f"{self.status} {self.message}")


@dataclass
class Api:
    """One user of one server; without a token nobody."""

    url: str
    ca: Path
    token: str | None
    places: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """The plural of a kind of an API version, and whether it is in namespaces."""

    def request(self, method: str, path: str, body: object = None, *, content_type: str = "application/json") -> Answer:
        """Send one request; a body that is no text is sent as JSON."""
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = content_type
        text = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
        connection = http.client.HTTPSConnection(
            urlsplit(self.url).netloc, timeout=PATIENCE, context=ssl.create_default_context(cafile=str(self.ca))
        )
        try:
            connection.request(method, path, text, headers)
            response = connection.getresponse()
            content = response.read().decode()
        finally:
            connection.close()
        return Answer(response.status, _parsed(content), response.headers.get_all("Warning", []))

    def wait_for(self, path: str, *, status: int = 200) -> Answer:
        """Get a path until it answers with a status: what RBAC grants, for one, holds a moment later."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self.request("GET", path)).status != status:
            assert time.monotonic() < deadline, f"{path} answers {answer.status} after {PATIENCE} s, not {status}"
            time.sleep(0.05)
        return answer

    def apply(self, manifest: dict[str, Any], *, manager: str, strict: bool, dry_run: bool, force: bool) -> Any:
        """Apply on the server's side, as one field manager; return the object as it is now, or raise RefusedError.

        An unknown field is always refused, as an error 500; what `strict` refuses beside it is a key given twice.
        """
        query = _query(manager, strict=strict, dry_run=dry_run) | {"force": str(force).lower()}
        path = f"{self.path_of(manifest)}?{urlencode(query)}"
        return self.request("PATCH", path, manifest, content_type=APPLY).expect()

    def create(self, manifest: dict[str, Any], *, manager: str, strict: bool, dry_run: bool) -> Any:
        """Create an object; return it as it is now, or raise RefusedError, which names all unknown fields."""
        path = (
            f"{self.path_of(manifest).rpartition('/')[0]}?{urlencode(_query(manager, strict=strict, dry_run=dry_run))}"
        )
        return self.request("POST", path, manifest).expect()

    def path_of(self, manifest: dict[str, Any]) -> str:
        """Return the path of an object, as discovery names it."""
        version, kind = manifest["apiVersion"], manifest["kind"]
        if (version, kind) not in self.places:
            self.discover(version)
        plural, namespaced = self.places[version, kind]
        meta = manifest["metadata"]
        place = f"/namespaces/{meta.get('namespace', 'default')}" if namespaced else ""
        return f"{_root(version)}{place}/{plural}/{meta['name']}"

    def discover(self, version: str) -> None:
        """Read which kinds an API version has."""
        for resource in self.request("GET", _root(version)).expect()["resources"]:
            if "/" not in resource["name"]:
                self.places[version, resource["kind"]] = (resource["name"], resource["namespaced"])

    def install_crds(self, crds: list[dict[str, Any]]) -> None:
        """Apply CustomResourceDefinitions; return when their objects are served, and in /openapi/v3."""
        for crd in crds:
            self.apply(crd, manager="crds", strict=True, dry_run=False, force=True)
        deadline = time.monotonic() + PATIENCE
        for crd in crds:
            while not (self._is_established(crd) and self._is_described(crd)):
                assert time.monotonic() < deadline, f"{crd['metadata']['name']} is not served after {PATIENCE} s"
                time.sleep(0.1)

    def _is_established(self, crd: dict[str, Any]) -> bool:
        conditions = self.request("GET", self.path_of(crd)).expect()["status"].get("conditions") or []
        return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)

    def _is_described(self, crd: dict[str, Any]) -> bool:
        group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
        for version in (each["name"] for each in crd["spec"]["versions"] if each["served"]):
            resources = self.request("GET", f"/apis/{group}/{version}")
            if resources.status != 200 or kind not in {each["kind"] for each in resources.body["resources"]}:
                return False
            described = self.request("GET", f"/openapi/v3/apis/{group}/{version}")
            if described.status != 200 or not any(
                name.endswith(f".{kind}") for name in described.body["components"]["schemas"]
            ):
                return False
        return True


def _query(manager: str, *, strict: bool, dry_run: bool) -> dict[str, str]:
    query = {"fieldManager": manager, "fieldValidation": "Strict" if strict else "Ignore"}
    return query | {"dryRun": "All"} if dry_run else query


def _root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def _parsed(content: str) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content
