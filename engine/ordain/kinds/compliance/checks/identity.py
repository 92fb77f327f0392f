"""Who a container is: its user on the node, and its account at the API server."""

from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach, Level
from ordain.kinds.compliance.pods import Pod
from ordain.model.finding import Control, Severity
from ordain.model.objects import ObjectRef, Objects, Path

ROOT: Final = Control("COM002", "runs-as-root", Severity.WARNING)
TOKEN: Final = Control("COM012", "default-token", Severity.NOTE)

_HOST_USERS_COUNT: Final = (1, 35)
"""From this version the standard lets a pod in a user namespace of its own be root."""


def users(pod: Pod) -> Iterator[Breach]:
    """Judge `runAsNonRoot` and `runAsUser`; a container inherits what the pod says and it does not."""
    own = (*pod.path, "securityContext")
    for field, refusal in (("runAsNonRoot", False), ("runAsUser", 0)):
        if _is(pod.security.get(field), refusal):
            yield _breach(pod, (*own, field), "says that its containers run as root", "")
    for container in pod.containers:
        path = (*container.path, "securityContext")
        user, non_root = (
            container.security.get(name, pod.security.get(name)) for name in ("runAsUser", "runAsNonRoot")
        )
        if _is(container.security.get("runAsUser"), 0):
            yield _breach(pod, (*path, "runAsUser"), "runs as user 0, root", container.name)
        elif _is(container.security.get("runAsNonRoot"), refusal=False):
            yield _breach(pod, (*path, "runAsNonRoot"), "says that it runs as root", container.name)
        elif non_root is not True and not _is(pod.security.get("runAsNonRoot"), refusal=False):
            numbered = isinstance(user, int) and not isinstance(user, bool) and user > 0
            message = "may run as root: it goes by what its image says"
            yield _breach(pod, (*path, "runAsNonRoot"), message, container.name, silent=numbered)


def _is(value: object, refusal: object) -> bool:
    return type(value) is type(refusal) and value == refusal  # in Python, False equals 0


def _breach(pod: Pod, path: Path, message: str, container: str, *, silent: bool = False) -> Breach:
    return Breach(
        ROOT,
        message,
        "set securityContext: {runAsNonRoot: true} on the pod, and a USER other than 0 in the image",
        path,
        container,
        Level.RESTRICTED,
        until=_HOST_USERS_COUNT if pod.in_user_namespace else None,
        silent=silent or pod.in_user_namespace,
    )


def tokens(pod: Pod, objects: Objects) -> Iterator[Breach]:
    """Judge pods under the account `default` that get its token; the account itself may say that they do not."""
    account = pod.spec.get("serviceAccountName") or pod.spec.get("serviceAccount") or "default"
    if account != "default":
        return
    mounted = pod.spec.get("automountServiceAccountToken")
    if mounted is None:
        found = objects.get(ObjectRef(pod.object.ref.namespace, "ServiceAccount", "default"))
        mounted = found.get("automountServiceAccountToken") if found else None
    if mounted is not False:
        yield Breach(
            TOKEN,
            "gets the token of the service account `default`",
            "set automountServiceAccountToken: false, or give it an account of its own if it talks to the API server",
            (*pod.path, "automountServiceAccountToken"),
        )
