"""Where a cluster is and who one is there: kubeconfig, exec plug-ins, service accounts, proxies, TLS.

All of it is the `kubernetes` package's work; it takes half a second to import, so only who asks for a cluster pays.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from ordain.errors import UserError, without_credentials

if TYPE_CHECKING:
    from urllib3 import PoolManager

_DEFAULT: Final = "~/.kube/config"
_ENDED_BY_ITSELF: Final = "try it with: kubectl --context {context} get --raw /version"


@dataclass(frozen=True, slots=True)
class Connection:
    """A way to one API server: `pool` knows TLS and proxies, `headers` gives the credentials of the moment.

    `name` is the context's name, or `in-cluster`; `shown` how messages name the server.
    """

    name: str
    shown: str
    host: str
    pool: "PoolManager"
    headers: Callable[[], dict[str, str]]


def connect(context: str | None, kubeconfig: str | None, *, login: float = 180) -> Connection:
    """Read the configuration as kubectl does; no request is sent, but an exec plug-in may be run, for `login` seconds.

    `kubeconfig` is a file, or several with the separator of paths between them; without it KUBECONFIG counts, then
    `~/.kube/config`. Without a kubeconfig and a context, inside a pod, its service account counts. Raises UserError.
    """
    from kubernetes.client import Configuration  # noqa: PLC0415 - see above

    files = kubeconfig or os.environ.get("KUBECONFIG") or _DEFAULT
    present = [name for name in files.split(os.pathsep) if name and Path(name).expanduser().is_file()]
    settings = Configuration()
    try:
        if present:
            name = _from_files(os.pathsep.join(present), context, settings, login)
        elif context is None and kubeconfig is None and os.environ.get("KUBERNETES_SERVICE_HOST"):
            _loaders().load_incluster_config(settings)
            name = "in-cluster"
        else:
            raise UserError(
                f"there is no kubeconfig at {files}", hint="name one with --kubeconfig FILE, or set KUBECONFIG"
            )
    except (
        _loaders().ConfigException,
        yaml.YAMLError,
        OSError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise UserError(
            f"the kubeconfig {files} cannot be used: {' '.join(str(error).split())}",
            hint="`kubectl config view` and `kubectl config get-contexts` show what is in it",
        ) from error
    if not str(settings.host).startswith(("https://", "http://")):  # urllib3 would send the token unencrypted
        raise UserError(
            f"the address of the server of the context {name} starts neither with https:// nor with http://",
            hint="write it with its scheme into the kubeconfig: https://…",
        )
    shown = without_credentials(f"{settings.host} ({name})")
    return Connection(name, shown, settings.host, _pool(settings), _credentials(settings, name))


def contexts(kubeconfig: str | None) -> list[str]:
    """Return the names of the contexts, sorted: without the package, for shell completion, and silent in trouble."""
    files = kubeconfig or os.environ.get("KUBECONFIG") or _DEFAULT
    names: set[str] = set()
    for name in filter(None, files.split(os.pathsep)):
        try:
            content = yaml.safe_load(Path(name).expanduser().read_text(encoding="utf-8"))
            names |= {str(context["name"]) for context in content["contexts"]}
        except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError):
            continue
    return sorted(names)


def _loaders() -> Any:
    """Return the package's loaders, which have no types."""
    return import_module("kubernetes.config")


def _from_files(files: str, context: str | None, settings: Any, login: float) -> str:
    """Load a context into the settings and return its name; a plug-in that takes too long is left to itself."""
    known = contexts(files)
    if context is not None and context not in known:
        raise UserError(f"there is no context {context} in {files}", hint=f"known are {', '.join(known) or 'none'}")
    name = context or str(_loaders().list_kube_config_contexts(files)[1]["name"])
    failed: list[BaseException] = []

    def load() -> None:
        try:
            _loaders().load_kube_config(files, context=name, client_configuration=settings, persist_config=False)
        except Exception as error:  # noqa: BLE001 - raised again where it is judged, outside of the thread
            failed.append(error)

    with _complaints() as complaints:
        thread = threading.Thread(target=load, daemon=True)
        thread.start()
        thread.join(login)
    if thread.is_alive():
        raise UserError(
            f"the credentials of the context {name} cannot be had: its exec plug-in has not ended after {login:g} s",
            hint=_ENDED_BY_ITSELF.format(context=name),
        )
    if failed:
        raise failed[0]
    if complaints:  # the package only logs them, goes on as nobody, and nobody gets a misleading 403
        raise UserError(
            f"the credentials of the context {name} cannot be had: {' '.join(' '.join(complaints).split())}",
            hint=_ENDED_BY_ITSELF.format(context=name),
        )
    return name


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what is logged as an error meanwhile, and keep it off the terminal."""
    found: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]  # one use, one line
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield found
    finally:
        root.removeHandler(handler)


def _pool(settings: Any) -> "PoolManager":
    import urllib3  # noqa: PLC0415
    from kubernetes.client.rest import RESTClientObject  # noqa: PLC0415

    if settings.proxy and "://" not in settings.proxy:
        settings.proxy = f"http://{settings.proxy}"  # as curl and kubectl read it
    if not settings.verify_ssl:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # once a request; the user asked for it
    try:
        pool: PoolManager = RESTClientObject(settings).pool_manager
    except ImportError as error:
        raise UserError(
            "the proxy of this cluster speaks SOCKS, and the package for it is missing",
            hint="install PySocks: pip install PySocks",
        ) from error
    except (urllib3.exceptions.HTTPError, ValueError) as error:  # its address may hold a password: it is not shown
        raise UserError(
            "the proxy of this cluster has no address that can be used",
            hint="write proxy-url of the kubeconfig, or HTTPS_PROXY, as http://HOST:PORT",
        ) from error
    return pool


def _credentials(settings: Any, name: str) -> Callable[[], dict[str, str]]:
    def headers() -> dict[str, str]:
        found = {item["key"]: item["value"].strip() for item in settings.auth_settings().values() if item["value"]}
        if not all(value.isascii() and value.isprintable() for value in found.values()):
            raise UserError(
                f"the credentials of the context {name} hold a line break or another character that none can have",
                hint="look at its token in the kubeconfig, or at what its exec plug-in prints",
            )
        return found

    return headers
