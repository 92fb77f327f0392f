"""A throw-away PostgreSQL server on a socket, and the container of a rendered CronJob run against it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.needs import absent, tool

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "tests/kinds/backup/postgres/expected/manifests.yaml"
PATIENCE = 120
PASSWORD = "pa:ss\\wörd 'x'"  # what a password file has to escape


def postgres_tool(name: str) -> str:
    """Return where a program of PostgreSQL's is; Debian keeps the server's off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else str(tool(name))


def as_nobody_special(command: list[str]) -> list[str]:
    """Return a command that PostgreSQL's server accepts: it refuses to run for root."""
    if os.geteuid() != 0:
        return command
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        absent("no user postgres to run a server as: sh scripts/debian_tools.sh", "ORDAIN_REQUIRE_TOOLS")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


@dataclass(frozen=True)
class Server:
    """A running server; databases are made and read as its superuser over the socket in `folder`."""

    folder: Path

    def psql(self, database: str, script: str) -> str:
        """Run SQL and return its rows, unaligned."""
        command = ["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "postgres", database]
        env = {**os.environ, "PGPASSWORD": PASSWORD, "PGCLIENTENCODING": "UTF8"}
        run = subprocess.run(
            command, input=script, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Give a server that asks for passwords, on a socket alone."""
    initdb, postgres = postgres_tool("initdb"), postgres_tool("postgres")
    for command in ("psql", "pg_dump", "pg_restore", "restic", "bash"):
        tool(command)
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
    try:
        folder.chmod(0o755)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        options = [
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]
        made = [initdb, "-D", str(data), *options, f"--pwfile={folder}/password"]
        subprocess.run(as_nobody_special(made), check=True, capture_output=True, timeout=PATIENCE)
        listening = ["-c", "listen_addresses=", "-k", str(folder), "-c", "fsync=off", "-c", "max_connections=20"]
        process = subprocess.Popen(
            as_nobody_special([postgres, "-D", str(data), *listening]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            ready = ["pg_isready", "-q", "-t", "1", "-h", str(folder)]
            assert any(subprocess.run(ready, check=False).returncode == 0 or _pause() for _ in range(60))
            yield Server(folder)
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pause() -> bool:
    subprocess.run(["sleep", "0.5"], check=True)
    return False


@dataclass
class Backup:
    """The container of the rendered CronJob, its mounts mapped below `folder`."""

    server: Server
    folder: Path
    database: str
    changed: dict[str, str] = field(default_factory=dict)

    def container(self) -> dict[str, Any]:
        """Return the rendered container."""
        job = next(yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8")))
        container: dict[str, Any] = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
        return container

    def environment(self) -> dict[str, str]:
        """Return the manifest's own environment, its folders and addresses those of this test."""
        given = {item["name"]: item["value"] for item in self.container()["env"] if "value" in item}
        for mount in self.container()["volumeMounts"]:
            (self.folder / mount["mountPath"].lstrip("/")).mkdir(parents=True, exist_ok=True)
        mapped = {name: f"{self.folder}{value}" for name, value in given.items() if value.startswith("/")}
        here = {
            "PGHOST": str(self.server.folder),
            "PGDATABASE": self.database,
            "RESTIC_REPOSITORY": str(self.folder / "repository"),
        }
        return {"PATH": os.environ["PATH"], **given, **mapped, **here, **self.changed}

    def prepare(self) -> None:
        """Write the files of the two Secrets, readable as a mounted Secret is."""
        secrets = Path(self.environment()["SECRETS"])
        for name, text in (
            ("source/username", "postgres"),
            ("source/password", PASSWORD),
            ("repository/password", "of the repository"),
        ):
            (secrets / name).write_text(text, encoding="utf-8")
            (secrets / name).chmod(0o440)

    def start(self) -> "subprocess.Popen[str]":
        """Start the container's command exactly as it is rendered."""
        container = self.container()
        command = [*container["command"], *container["args"]]
        return subprocess.Popen(
            command, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self) -> tuple[int, str]:
        """Run it to its end; return the exit status and all that it said."""
        process = self.start()
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        return process.returncode, said

    def restic(self, *arguments: str) -> str:
        """Ask restic about the repository."""
        command = ["restic", *arguments]
        run = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def snapshots(self) -> list[dict[str, Any]]:
        """Return the snapshots of the repository; none where there is no repository yet."""
        if not (self.folder / "repository").exists():
            return []
        found: list[dict[str, Any]] = yaml.safe_load(self.restic("snapshots", "--json")) or []
        return found


@pytest.fixture
def backup(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Backup:
    """Give a backup of a fresh database with awkward data."""
    database = f"b{abs(hash(request.node.name)) % 10**8}"
    server.psql("postgres", f'create database "{database}"')
    server.psql(
        database,
        """create table "odd ""name""; -- x" (id int primary key, "Größe" text, at timestamptz);
        insert into "odd ""name""; -- x" values (1, null, 'infinity'), (2, E'tab\\t new\\nline \\\\.', now()),
          (3, 'Ünïcødé 🎄 中文', null), (4, '', '2026-03-29 02:30+01');
        create table big as select n, md5(n::text) as text from generate_series(1, 60000) n;
        create view total as select count(*) from big;""",
    )
    made = Backup(server, tmp_path, database)
    made.prepare()
    return made
