"""The structural controls: what one object shows on its own, one subject a file."""

from collections.abc import Callable, Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.checks.environment import SECRETS, environment
from ordain.kinds.compliance.checks.guards import GUARDS, SECCOMP, guards, seccomp
from ordain.kinds.compliance.checks.host import NAMESPACES, PATHS, VOLUMES, host
from ordain.kinds.compliance.checks.identity import ROOT, TOKEN, tokens, users
from ordain.kinds.compliance.checks.images import FOREIGN, LATEST, tags
from ordain.kinds.compliance.checks.privilege import ADDED, ESCALATION, KEPT, PRIVILEGED, privilege
from ordain.kinds.compliance.checks.probes import PROBES, probes
from ordain.kinds.compliance.checks.rbac import WILDCARD, wildcards
from ordain.kinds.compliance.checks.resources import RESOURCES, resources
from ordain.kinds.compliance.pods import Pod
from ordain.model.finding import Control
from ordain.model.objects import KubeObject, Objects

STRUCTURAL: Final[tuple[Control, ...]] = (
    PRIVILEGED,
    ROOT,
    ESCALATION,
    ADDED,
    NAMESPACES,
    PATHS,
    RESOURCES,
    LATEST,
    FOREIGN,
    PROBES,
    SECRETS,
    TOKEN,
    WILDCARD,
    SECCOMP,
    KEPT,
    GUARDS,
    VOLUMES,
)
_OF_PODS: Final[tuple[Callable[[Pod], Iterator[Breach]], ...]] = (
    privilege,
    users,
    host,
    resources,
    tags,
    probes,
    environment,
    seccomp,
    guards,
)


def breaches(item: KubeObject, pod: Pod | None, objects: Objects) -> Iterator[Breach]:
    """Judge one object, by the pod in it if it holds one; `objects` are its surroundings (its service account)."""
    if pod is None:
        yield from wildcards(item)
        return
    for judge in _OF_PODS:
        yield from judge(pod)
    yield from tokens(pod, objects)
