"""What a container may do on its node: privileged mode, escalation, Linux capabilities."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach, Level
from ordain.kinds.compliance.pods import Container, Pod
from ordain.model.finding import Control, Severity

PRIVILEGED: Final = Control("COM001", "privileged", Severity.ERROR)
ESCALATION: Final = Control("COM003", "privilege-escalation", Severity.WARNING)
ADDED: Final = Control("COM004", "capabilities-added", Severity.ERROR)
KEPT: Final = Control("COM015", "capabilities-kept", Severity.WARNING)

_BASELINE: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
"""What a container runtime gives by default, as the standard `baseline` lists it."""
_RESTRICTED: Final = frozenset({"NET_BIND_SERVICE"})


def privilege(pod: Pod) -> Iterator[Breach]:
    """Judge privileged mode, escalation and capabilities of every container."""
    for container in pod.containers:
        if container.security.get("privileged") is True:
            yield Breach(
                PRIVILEGED,
                "runs privileged: it has the node's devices and all capabilities",
                "leave securityContext.privileged out, and add the one capability that it needs",
                (*container.path, "securityContext", "privileged"),
                container.name,
                Level.BASELINE,
            )
        if not pod.windows:
            yield from _escalation(container)
        yield from _capabilities(container, windows=pod.windows)


def _escalation(container: Container) -> Iterator[Breach]:
    if container.security.get("allowPrivilegeEscalation") is not False:
        yield Breach(
            ESCALATION,
            "may gain more privileges than it started with",
            "set securityContext.allowPrivilegeEscalation: false",
            (*container.path, "securityContext", "allowPrivilegeEscalation"),
            container.name,
            Level.RESTRICTED,
        )


def _capabilities(container: Container, *, windows: bool) -> Iterator[Breach]:
    stated = container.security.get("capabilities")
    capabilities = stated if isinstance(stated, dict) else {}
    path = (*container.path, "securityContext", "capabilities")
    added = _names(capabilities.get("add"))
    foreign = [name for name in added if name not in _BASELINE]
    if foreign:
        yield Breach(
            ADDED,
            f"adds the capabilities {', '.join(foreign)}, which no container has by default",
            "take them out of capabilities.add, or say in a waiver why it needs them",
            (*path, "add"),
            container.name,
            Level.BASELINE,
        )
    if windows:
        return
    if "ALL" not in _names(capabilities.get("drop")):
        yield Breach(
            KEPT,
            "keeps the capabilities that the runtime gives by default",
            "set securityContext.capabilities: {drop: [ALL]}, and add back NET_BIND_SERVICE where it needs it",
            (*path, "drop"),
            container.name,
            Level.RESTRICTED,
        )
    back = [name for name in added if name in _BASELINE - _RESTRICTED]
    if back:
        yield Breach(
            KEPT,
            f"takes back the capabilities {', '.join(back)}",
            "keep NET_BIND_SERVICE at most in capabilities.add",
            (*path, "add"),
            container.name,
            Level.RESTRICTED,
        )


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []
