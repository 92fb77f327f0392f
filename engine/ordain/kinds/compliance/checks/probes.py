"""Probes: whether Kubernetes can tell that a container works."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.pods import LONG_RUNNING, Pod, Role
from ordain.model.finding import Control, Severity

PROBES: Final = Control("COM010", "no-probe", Severity.WARNING)


def probes(pod: Pod) -> Iterator[Breach]:
    """Judge the main containers of workloads that run for long: one has neither a readiness nor a liveness probe."""
    if pod.object.ref.kind not in LONG_RUNNING:
        return
    for container in pod.containers:
        probed = container.body.get("readinessProbe") or container.body.get("livenessProbe")
        if container.role is Role.MAIN and not probed:
            yield Breach(
                PROBES,
                "has no probe: it counts as working as long as its process exists",
                "add a readinessProbe; a livenessProbe only where a restart mends what it finds",
                (*container.path, "readinessProbe"),
                container.name,
            )
