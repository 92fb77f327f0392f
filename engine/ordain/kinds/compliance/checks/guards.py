"""The guards between a container and the kernel: seccomp, AppArmor, SELinux, /proc, sysctls, and the kubelet's own."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import ALWAYS, Breach, Level, Version
from ordain.kinds.compliance.pods import Container, Pod, entries
from ordain.model.finding import Control, Severity
from ordain.model.objects import Path, RawObject

SECCOMP: Final = Control("COM014", "no-seccomp", Severity.WARNING)
GUARDS: Final = Control("COM016", "guards-off", Severity.ERROR)

_PROFILES: Final = ("RuntimeDefault", "Localhost")
_SELINUX_TYPES: Final[dict[str, Version]] = {
    "": ALWAYS,
    "container_t": ALWAYS,
    "container_init_t": ALWAYS,
    "container_kvm_t": ALWAYS,
    "container_engine_t": (1, 31),
}
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SYSCTLS: Final[dict[str, Version]] = {
    "kernel.shm_rmid_forced": ALWAYS,
    "net.ipv4.ip_local_port_range": ALWAYS,
    "net.ipv4.ip_unprivileged_port_start": ALWAYS,
    "net.ipv4.tcp_syncookies": ALWAYS,
    "net.ipv4.ping_group_range": ALWAYS,
    "net.ipv4.ip_local_reserved_ports": (1, 27),
    "net.ipv4.tcp_keepalive_time": (1, 29),
    "net.ipv4.tcp_fin_timeout": (1, 29),
    "net.ipv4.tcp_keepalive_intvl": (1, 29),
    "net.ipv4.tcp_keepalive_probes": (1, 29),
    "net.ipv4.tcp_rmem": (1, 32),
    "net.ipv4.tcp_wmem": (1, 32),
    "net.ipv4.tcp_slow_start_after_idle": (1, 37),
    "net.ipv4.tcp_notsent_lowat": (1, 37),
}
"""The sysctls of a pod's own namespaces that the standard `baseline` lists, with the version that added each."""
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_HOST_FIELDS: Final = (
    *((probe,) for probe in _PROBES),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_HOSTS_COUNT: Final = (1, 34)
_ANY_PROC_MOUNT: Final = (1, 35)


def seccomp(pod: Pod) -> Iterator[Breach]:
    """Judge the seccomp profile that each container has or inherits; `Unconfined` counts as a guard taken off."""
    own = (*pod.path, "securityContext", "seccompProfile")
    of_pod = _profile(pod.security)
    if of_pod not in (None, *_PROFILES):
        yield _off(own, "turns seccomp off", "")
    for container in pod.containers:
        path = (*container.path, "securityContext", "seccompProfile")
        profile = _profile(container.security)
        if profile not in (None, *_PROFILES):
            yield _off(path, "turns seccomp off", container.name)
        elif profile is None and of_pod is None and not pod.windows:
            yield Breach(
                SECCOMP,
                "runs without a seccomp profile",
                "set securityContext: {seccompProfile: {type: RuntimeDefault}} on the pod",
                path,
                container.name,
                Level.RESTRICTED,
            )


def guards(pod: Pod) -> Iterator[Breach]:
    """Judge what takes a guard off: on the pod, and on each of its containers."""
    yield from _of_context(pod, pod.security, (*pod.path, "securityContext"), "")
    for index, sysctl in entries(pod.security, "sysctls"):
        since = _SYSCTLS.get(str(sysctl.get("name")))
        if since != ALWAYS:
            path = (*pod.path, "securityContext", "sysctls", index, "name")
            message = f"sets the sysctl {sysctl.get('name')}, which reaches beyond the pod"
            yield _off(path, message, "", allowed_from=since)
    for key, value in pod.annotations.items():
        if key.startswith(_APPARMOR) and not str(value).startswith(("runtime/default", "localhost/")) and value:
            yield _off((*pod.path[:-1], "metadata", "annotations", key), "turns AppArmor off", key.rpartition("/")[2])
    for container in pod.containers:
        yield from _of_context(pod, container.security, (*container.path, "securityContext"), container.name)
        yield from _hosts(container)


def _of_context(pod: Pod, context: RawObject, path: Path, container: str) -> Iterator[Breach]:
    if _inner(context, "windowsOptions").get("hostProcess") is True:
        yield _off((*path, "windowsOptions", "hostProcess"), "runs as a process of its Windows node", container)
    profile = _inner(context, "appArmorProfile").get("type")
    if profile not in (None, *_PROFILES):
        yield _off((*path, "appArmorProfile", "type"), "turns AppArmor off", container)
    options = _inner(context, "seLinuxOptions")
    label = options.get("type") or ""
    since = _SELINUX_TYPES.get(str(label))
    if since != ALWAYS:
        place = (*path, "seLinuxOptions", "type")
        yield _off(place, f"asks for the SELinux type {label}", container, allowed_from=since)
    for field in ("user", "role"):
        if options.get(field):
            yield _off((*path, "seLinuxOptions", field), f"sets an SELinux {field} of its own", container)
    if context.get("procMount") not in (None, "Default"):
        place, message = (*path, "procMount"), "sees all of /proc"
        if pod.in_user_namespace:  # allowed by baseline from then on; restricted goes on refusing it
            yield _off(place, message, container, allowed_from=_ANY_PROC_MOUNT)
        yield _off(place, message, container, level=Level.RESTRICTED if pod.in_user_namespace else Level.BASELINE)


def _hosts(container: Container) -> Iterator[Breach]:
    for steps in _HOST_FIELDS:
        action = container.body
        for step in steps:
            action = _inner(action, step)
        for sort in ("httpGet", "tcpSocket"):
            if _inner(action, sort).get("host"):
                yield Breach(
                    GUARDS,
                    f"lets the kubelet call another host by {'.'.join(steps)}",
                    f"leave {sort}.host out: the pod itself is meant",
                    (*container.path, *steps, sort, "host"),
                    container.name,
                    Level.BASELINE,
                    since=_HOSTS_COUNT,
                )


def _off(
    path: Path, message: str, container: str, *, allowed_from: Version | None = None, level: Level = Level.BASELINE
) -> Breach:
    """Make a breach; what a later version of the standard allows is no finding, and refused only before it."""
    hint = "leave it out: the default is the guarded one"
    silent = allowed_from is not None
    return Breach(GUARDS, message, hint, path, container, level, until=allowed_from, silent=silent)


def _profile(context: RawObject) -> object:
    return _inner(context, "seccompProfile").get("type")


def _inner(body: RawObject, field: str) -> RawObject:
    value = body.get(field)
    return value if isinstance(value, dict) else {}
