"""Real Kubernetes API servers on loopback: etcd and kube-apiserver, with certificates, RBAC and two users.

`make cluster-assets` builds them; KUBEBUILDER_ASSETS names a folder with both instead, of whatever version.
"""

import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.cluster.api import Answer, Api
from tests.cluster.parts import Binaries, binaries, published_crds
from tests.cluster.processes import Process, free_ports, listens

DEADLINE = 120
"""Seconds until a server has to be ready; 4 are usual."""


@dataclass
class Server:
    """A running server. The `admin` may do all, the `reader`, of the group `readers`, what RBAC grants."""

    binaries: Binaries
    folder: Path
    flags: Sequence[str] = ()
    token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    reader_token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    processes: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the users' tokens and kubeconfigs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        users = f'{self.token},admin,admin,"system:masters"\n{self.reader_token},reader,reader,"readers"\n'
        (self.folder / "tokens.csv").write_text(users, encoding="utf-8")
        self.kubeconfig = self._kubeconfig("admin", self.token)
        self.reader_kubeconfig = self._kubeconfig("reader", self.reader_token)
        self.admin = Api(self.url, self.ca, self.token)
        self.reader = Api(self.url, self.ca, self.reader_token)

    @property
    def version(self) -> str:
        """The version of Kubernetes, such as `1.37.2`."""
        return self.binaries.version

    @property
    def url(self) -> str:
        """The server's address; it stays the same over a restart."""
        return f"https://127.0.0.1:{self.ports[0]}"

    @property
    def ca(self) -> Path:
        """The certificate that signed the server's own."""
        return self.folder / "certificates/apiserver.crt"

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
        as_reader: bool = False,
    ) -> Answer:
        """Send one request as the admin, or as the reader, and return the answer, whatever it is."""
        return (self.reader if as_reader else self.admin).request(method, path, body, content_type=content_type)

    def apply(
        self,
        manifest: dict[str, Any],
        *,
        manager: str = "tests",
        strict: bool = True,
        dry_run: bool = False,
        force: bool = False,
    ) -> Any:
        """Apply an object on the server's side; return it as the server has it, or raise RefusedError."""
        return self.admin.apply(manifest, manager=manager, strict=strict, dry_run=dry_run, force=force)

    def create(
        self, manifest: dict[str, Any], *, manager: str = "tests", strict: bool = True, dry_run: bool = False
    ) -> Any:
        """Create an object; return it as the server has it, or raise RefusedError, which names all unknown fields."""
        return self.admin.create(manifest, manager=manager, strict=strict, dry_run=dry_run)

    def create_namespace(self, prefix: str = "test") -> str:
        """Create a namespace of a new name, and return the name."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": f"{prefix}-"}}
        name: str = self.request("POST", "/api/v1/namespaces", body).expect(201)["metadata"]["name"]
        return name

    def install_crds(self, part: str) -> None:
        """Install the CRDs of a part such as `prometheus-operator-crds`; return when they are served."""
        self.admin.install_crds(published_crds(part))

    def start(self) -> None:
        """Start both processes; return when the server is ready."""
        assert not self.processes, "the server runs already"
        try:
            self.processes.append(Process(self._etcd_command(), self.folder / "etcd.log"))
            self._wait("etcd", lambda: listens(self.ports[1]))
            self.processes.append(Process(self._apiserver_command(), self.folder / "kube-apiserver.log"))
            self._wait("kube-apiserver", self._is_ready)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask both processes to end; return when they are gone. What the server knew stays for a `restart`."""
        while self.processes:
            self.processes[-1].end()
            self.processes.pop()

    def kill(self) -> None:
        """Kill both processes at once, as when the machine loses power; a `restart` brings the server back."""
        while self.processes:
            self.processes[-1].kill()
            self.processes.pop()

    def restart(self) -> None:
        """Stop what runs, and start it again with the same address, users and objects."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Kill both processes and forget the objects; logs and certificates stay."""
        self.kill()
        shutil.rmtree(self.folder / "etcd", ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _kubeconfig(self, user: str, token: str) -> Path:
        cluster = {"server": self.url, "certificate-authority": str(self.ca)}
        context = {"cluster": "test", "user": user, "namespace": "default"}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": user, "user": {"token": token}}],
            "contexts": [{"name": "test", "context": context}],
            "current-context": "test",
        }
        path = self.folder / f"{user}.kubeconfig"
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        path.chmod(0o600)
        return path

    def _etcd_command(self) -> list[str | Path]:
        client, peer = (f"http://127.0.0.1:{port}" for port in self.ports[1:])
        return [
            self.binaries.etcd,
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
        ]

    def _apiserver_command(self) -> list[str | Path]:
        certificates = self.folder / "certificates"
        key = certificates / "apiserver.key"  # the server makes it before it reads it as the key of service accounts
        return [
            self.binaries.apiserver,
            f"--etcd-servers=http://127.0.0.1:{self.ports[1]}",
            f"--secure-port={self.ports[0]}",
            "--bind-address=127.0.0.1",
            "--advertise-address=192.0.2.1",  # of documentation: a loopback one is refused, and nobody calls it
            f"--cert-dir={certificates}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--allow-privileged=true",
            "--disable-admission-plugins=ServiceAccount",  # no controller makes the accounts
            *self.flags,
        ]

    def _is_ready(self) -> bool:
        try:
            return self.ca.is_file() and self.admin.request("GET", "/readyz").status == 200
        except OSError:
            return False

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE
        while not ready():
            for process in self.processes:
                assert process.runs(), f"{process.name} has ended:\n{process.last_words()}"
            words = self.processes[-1].last_words
            assert time.monotonic() < deadline, f"{name} is not ready after {DEADLINE} s:\n{words()}"
            time.sleep(0.05)


def start_server(version: str, folder: Path, *, flags: Sequence[str] = ()) -> Server:
    """Start a server of a minor version such as `1.37` in an empty folder, or skip the test.

    It is the caller's to close: use it in a `with`. `flags` are more flags of kube-apiserver.
    """
    programs = binaries(version)
    for attempt in range(1, 4):
        server = Server(programs, folder / str(attempt), flags)
        try:
            server.start()
        except AssertionError as error:
            server.close()
            if "address already in use" not in str(error):  # somebody else was quicker to take a free port
                raise
        else:
            return server
    raise AssertionError("each of three times somebody else took one of the free ports")
