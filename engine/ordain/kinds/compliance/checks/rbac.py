"""Roles that allow everything, by a wildcard."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.pods import entries
from ordain.model.finding import Control, Severity
from ordain.model.objects import KubeObject

WILDCARD: Final = Control("COM013", "wildcard-rbac", Severity.WARNING)

_GROUP: Final = "rbac.authorization.k8s.io"
_BUILT_IN: Final = frozenset({"cluster-admin", "admin", "edit", "view"})
_WHAT: Final = {"verbs": "every verb", "resources": "every resource", "apiGroups": "every API group"}


def wildcards(item: KubeObject) -> Iterator[Breach]:
    """Judge the rules of a Role or ClusterRole, but for Kubernetes' own and those that are put together from others."""
    if item.ref.group != _GROUP or item.ref.kind not in ("Role", "ClusterRole"):
        return
    own = item.ref.name.startswith("system:") or item.labels().get("kubernetes.io/bootstrapping") == "rbac-defaults"
    if own or item.ref.name in _BUILT_IN or item.get("aggregationRule"):
        return
    for index, rule in entries(item.body, "rules"):
        for field, what in _WHAT.items():
            named = rule.get(field)
            if isinstance(named, list) and "*" in named:
                yield Breach(
                    WILDCARD,
                    f"allows {what} by a wildcard, what a later version adds too",
                    f"name the {field} that are needed in rules[{index}].{field}",
                    ("rules", index, field),
                )
