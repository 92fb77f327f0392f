"""What a user must be allowed: get and list of the kinds that policies look at, and to apply what is rendered."""

from collections.abc import Iterable, Iterator
from typing import Final

from ordain.model.kind import Reading
from ordain.model.objects import GroupKind, RawObject

_API: Final = "rbac.authorization.k8s.io"
_SECRET: Final = GroupKind("", "Secret")
_LABELS: Final = {"app.kubernetes.io/part-of": "ordain"}


def cluster_role(readings: Iterable[Reading], name: str, applied: Iterable[Reading] = ()) -> RawObject:
    """Return the ClusterRole: a rule for each API group, sorted; then one for each group of what is `applied`.

    A dry run asks for the same rights as the write. Secrets are never in it: who may list them may read their data.
    `/version`, discovery and `/openapi/v3` are open to every user by Kubernetes' own `system:discovery` and
    `system:public-info-viewer`.
    """
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name, "labels": _LABELS},
        "rules": [*_rules(readings, "get", "list"), *_rules(applied, "create", "patch")],
    }


def _rules(readings: Iterable[Reading], *verbs: str) -> Iterator[RawObject]:
    groups: dict[str, set[str]] = {}
    for reading in readings:
        if reading.group_kind != _SECRET:
            groups.setdefault(reading.group_kind.group, set()).add(reading.resource)
    for group in sorted(groups):
        yield {"apiGroups": [group], "resources": sorted(groups[group]), "verbs": list(verbs)}


def bound(role: RawObject, namespace: str, account: str) -> list[RawObject]:
    """Return a ServiceAccount, and the binding that gives it the role."""
    name = role["metadata"]["name"]
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": account, "namespace": namespace, "labels": _LABELS},
        },
        {
            "apiVersion": f"{_API}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name, "labels": _LABELS},
            "roleRef": {"apiGroup": _API, "kind": "ClusterRole", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
        },
    ]
