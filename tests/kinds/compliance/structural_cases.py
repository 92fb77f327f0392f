"""The tables of `controls/` as objects: each case laid over a pod that has no finding."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ordain.model.objects import KubeObject, ObjectRef, Source

TABLES = Path(__file__).parent / "controls"
LISTS = ("initContainers", "containers", "ephemeralContainers")
GROUPS = {"Pod": "v1", "Job": "batch/v1", "CronJob": "batch/v1", "Rollout": "argoproj.io/v1alpha1"}
GOOD_CONTAINER: dict[str, Any] = {
    "image": "registry.example.org/shop/web:2.1.0",
    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
    "readinessProbe": {"tcpSocket": {"port": 8080}},
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}
GOOD_POD: dict[str, Any] = {
    "automountServiceAccountToken": False,
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
}


def merged(below: Any, above: Any) -> Any:
    """Lay one mapping over another; null takes a field away."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    both = {**below, **{key: merged(below.get(key), value) for key, value in above.items()}}
    return {key: value for key, value in both.items() if value is not None}


def holder(kind: str, case: dict[str, Any], where: str) -> KubeObject:
    """Return an object of a kind whose pod has the case's container `app` in one list, beside a good one."""
    # a case that takes away what the pod says for all needs the neighbour to speak for itself
    own = {**GOOD_POD["securityContext"], **GOOD_CONTAINER["securityContext"]}
    main = {"name": "main", **GOOD_CONTAINER, "securityContext": own}
    spec: dict[str, Any] = merged({**GOOD_POD, "containers": [main]}, case.get("pod", {}))
    spec[where] = [*spec.get(where, ()), {"name": "app", **merged(GOOD_CONTAINER, case.get("container", {}))}]
    template = {"metadata": {"annotations": case.get("annotations", {})}, "spec": spec}
    body: dict[str, Any] = {"apiVersion": GROUPS.get(kind, "apps/v1"), "kind": kind}
    metadata = {"name": "web", "namespace": "shop"}
    if kind == "Pod":
        body |= {"metadata": {**metadata, **template["metadata"]}, "spec": spec}
    elif kind == "CronJob":
        body |= {"metadata": metadata, "spec": {"jobTemplate": {"spec": {"template": template}}}}
    else:
        body |= {"metadata": metadata, "spec": {"template": template}}
    return KubeObject(ObjectRef.of(body), body, Source.FILE)


def cases(*codes: str) -> Iterator[Any]:
    """Return a parameter for each case of the tables."""
    for table in sorted(TABLES.glob("COM*.yaml")):
        for case in yaml.safe_load(table.read_text(encoding="utf-8")):
            if not codes or table.stem in codes:
                yield pytest.param(table.stem, case, id=f"{table.stem} {case['case']}")
