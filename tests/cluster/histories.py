"""How a real object gets into the state of a case of `tests/pipeline/diff_cases`: `history.yaml`, step by step.

A step has a field `manager`, says `how` it writes, and gives an `object` (or `desired` or `live`, the case's own files)
or a `patch`. What a server makes of it is what the engines then see: its defaults, its managedFields.
"""

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from tests.cluster.servers import Server

CASES = Path(__file__).parents[1] / "pipeline/diff_cases"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_PATCHES = {
    "merge-patch": "application/merge-patch+json",
    "json-patch": "application/json-patch+json",
    "strategic-patch": "application/strategic-merge-patch+json",
}
_OF_A_SERVER = ("managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink")


@dataclass(frozen=True)
class History:
    """A case folder, and the namespace that its objects live in on one server."""

    case: Path
    namespace: str

    def body(self, given: Any) -> dict[str, Any]:
        """Return an object in the case's namespace; one of the cluster's scope gets a name of its own."""
        body = copy.deepcopy(_file(self.case / f"{given}.yaml") if isinstance(given, str) else given)
        metadata = body["metadata"]
        if "namespace" in metadata:
            metadata["namespace"] = self.namespace
        else:
            metadata["name"] += f"-{self.namespace}"
        if given == "live":
            body.pop("status", None)
            for name in _OF_A_SERVER:
                metadata.pop(name, None)
        return body

    def enact(self, server: Server) -> None:
        """Do every step; a step that the server refuses fails the test."""
        desired = self.body("desired")
        for step in _file(self.case / "history.yaml"):
            manager, how = step["manager"], step["how"]
            body = self.body(step["object"]) if "object" in step else step["patch"]
            if how == "apply":
                server.apply(body, manager=manager, force=True, strict=False)
            elif how == "client-apply":
                _client_apply(server, body, manager)
            elif how == "create":
                server.create(body, manager=manager, strict=False)
            else:
                path = server.admin.path_of(desired) + (f"/{step['subresource']}" if "subresource" in step else "")
                kind = _PATCHES[how]
                server.request("PATCH", f"{path}?fieldManager={quote(manager)}", body, content_type=kind).expect()


def _client_apply(server: Server, body: dict[str, Any], manager: str) -> None:
    """Write an object as kubectl's and Argo CD's client-side apply do: with a copy of it in an annotation."""
    annotations = body["metadata"].get("annotations", {}) | {LAST_APPLIED: json.dumps(body)}
    server.create({**body, "metadata": {**body["metadata"], "annotations": annotations}}, manager=manager, strict=False)


def _file(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
