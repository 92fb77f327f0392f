"""Requests and limits: what the scheduler counts with, and what bounds a leak."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.pods import Pod, Role
from ordain.model.finding import Control, Severity
from ordain.model.objects import RawObject

RESOURCES: Final = Control("COM007", "requests-and-limits", Severity.WARNING)

_WANTED: Final = (
    ("requests", "cpu", "the scheduler counts it as nothing, and it starves first"),
    ("requests", "memory", "the scheduler counts it as nothing, and it is evicted first"),
    ("limits", "memory", "a leak takes the node's memory"),
)
"""A limit on cpu is not asked for: it slows a container down while the node has time to spare."""


def resources(pod: Pod) -> Iterator[Breach]:
    """Judge requests and limits; those of the pod as a whole count, a limit stands for its request.

    Ephemeral containers cannot have any.
    """
    for container in pod.containers:
        if container.role is Role.EPHEMERAL:
            continue
        for side, resource, outcome in _WANTED:
            if not any(_stated(body, side, resource) for body in (container.body, pod.spec)):
                yield Breach(
                    RESOURCES,
                    f"has no {side}.{resource}: {outcome}",
                    f"set resources.{side}.{resource}",
                    (*container.path, "resources", side, resource),
                    container.name,
                )


def _stated(body: RawObject, side: str, resource: str) -> bool:
    given = body.get("resources")
    sides = (side, "limits") if side == "requests" else (side,)
    return isinstance(given, dict) and any(
        isinstance(amounts := given.get(one), dict) and amounts.get(resource) is not None for one in sides
    )
