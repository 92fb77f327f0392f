"""What a pod shares with its node: namespaces, paths, ports, and the kinds of its volumes."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach, Level
from ordain.kinds.compliance.pods import Pod, entries
from ordain.model.finding import Control, Severity
from ordain.model.objects import RawObject

NAMESPACES: Final = Control("COM005", "host-namespaces", Severity.ERROR)
PATHS: Final = Control("COM006", "host-paths-and-ports", Severity.ERROR)
VOLUMES: Final = Control("COM017", "volume-type", Severity.WARNING)

_SHARED: Final = {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "shared memory"}
_ALLOWED: Final = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
"""The types of volumes that the standard `restricted` lists."""


def host(pod: Pod) -> Iterator[Breach]:
    """Judge the pod's share of the node."""
    for field, what in _SHARED.items():
        if pod.spec.get(field) is True:
            yield Breach(
                NAMESPACES,
                f"shares the node's {what}",
                f"leave {field} out, or say in a waiver why this pod works on the node itself",
                (*pod.path, field),
                level=Level.BASELINE,
            )
    for index, volume in entries(pod.spec, "volumes"):
        yield from _volume(pod, index, volume)
    for container in pod.containers:
        for index, port in entries(container.body, "ports"):
            if port.get("hostPort") not in (None, 0):
                yield Breach(
                    PATHS,
                    f"listens on port {port['hostPort']} of its node",
                    "leave hostPort out and publish it by a Service",
                    (*container.path, "ports", index, "hostPort"),
                    container.name,
                    Level.BASELINE,
                )


def _volume(pod: Pod, index: int, volume: RawObject) -> Iterator[Breach]:
    path = (*pod.path, "volumes", index)
    types = {key for key, value in volume.items() if value is not None} - {"name"}
    if "hostPath" in types:
        mount = volume["hostPath"]
        where = f" {mount['path']}" if isinstance(mount, dict) and isinstance(mount.get("path"), str) else ""
        yield Breach(
            PATHS,
            f"mounts the path{where} of its node",
            "use a PersistentVolumeClaim, an emptyDir or a projected volume",
            (*path, "hostPath"),
            level=Level.BASELINE,
        )
    for found in sorted(types - _ALLOWED - {"hostPath"}):
        yield Breach(
            VOLUMES,
            f"has a volume of type {found}, which the standard `restricted` does not list",
            "reach that storage through a PersistentVolumeClaim",
            (*path, found),
            level=Level.RESTRICTED,
        )
