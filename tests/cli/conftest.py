"""A small policy repository to run the real command in: one cluster, three workloads, a bare repository for output."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ordain.cli.exit import run
from ordain.kinds import all_kinds

ROOT = Path(__file__).parents[2]
NOW = "2026-11-24T18:00:00Z"

PRESENT = {"Deployment", "StatefulSet", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ResourceQuota"}
READ = {reading.kind for kind in all_kinds().values() for reading in kind.reads}
ABSENT = ",".join(sorted(READ - PRESENT))

PROJECT = f"""\
apiVersion: ordain.dev/v1alpha1
kind: Project
metadata: {{name: shop}}
spec:
  policies: [policies]
  clusters:
    - name: prod
      snapshot: clusters/prod.yaml
      kubernetesVersion: "1.33"
      assumeAbsent: [{ABSENT}]
  output: {{repository: out.git}}
"""

WEB = """\
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: web}
spec:
  targets: [{namespaces: [shop]}]
  replicas: {min: 3, max: 9}
  disruption: {maxUnavailable: 1}
"""

_WORKLOAD = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
  spec:
    replicas: 3
    selector: {{matchLabels: {{app: {name}}}}}
    template:
      metadata: {{labels: {{app: {name}}}}}
      spec:
        containers:
        - name: app
          image: registry.example.org/{name}:1
          env: [{{name: COLOUR, value: green}}]
          resources: {{requests: {{cpu: 500m, memory: 1Gi}}}}
"""

_EMPTY_LISTS = "".join(
    f"---\napiVersion: {version}\nkind: {kind}List\nitems: []\n"
    for version, kind in (
        ("apps/v1", "StatefulSet"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("policy/v1", "PodDisruptionBudget"),
        ("v1", "ResourceQuota"),
    )
)


def cluster(*names: str, extra: str = "") -> str:
    """Write what `kubectl get` prints for a cluster of these Deployments; `extra` are more documents."""
    items = "".join(_WORKLOAD.format(name=name) for name in names)
    return f"apiVersion: v1\nkind: List\nitems:\n{items}" + _EMPTY_LISTS + textwrap.dedent(extra)


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line of the result."""
        return self.out.splitlines()[-1] if self.out else ""


@dataclass(frozen=True)
class Bench:
    """A folder with a policy repository, and a way to run ordain in it, in this process."""

    absent = ABSENT  # what no test's cluster has, of all kinds that are read: as `--assume-absent` takes it
    folder: Path
    captured: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def ordain(self, *arguments: str, stdin: bytes = b"") -> Done:
        """Run one command, as the console script would, and return how it ended."""
        self.captured.readouterr()
        with self.patch.context() as patch:
            patch.setattr(sys, "argv", ["ordain", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            code = run()
        out, err = self.captured.readouterr()
        return Done(int(code), out, err)

    def report(self, *arguments: str) -> Any:
        """Run one command and return its JSON."""
        return json.loads(self.ordain(*arguments, "-o", "json").out)

    def process(self, *arguments: str, **environment: str) -> Done:
        """Run one command in a process of its own."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a process of its own."""
        return [sys.executable, "-m", "ordain", *arguments]

    def write(self, name: str, text: str) -> Path:
        """Write a file, its folders included."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that a file holds once."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def sync(self) -> None:
        """Let the recorded cluster hold what is rendered now, as if Argo CD had synced it."""
        self.append("clusters/prod.yaml", "---\n" + self.ordain("render").out)

    def append(self, name: str, text: str) -> None:
        """Add to the end of a file."""
        path = self.folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def publish(self, *arguments: str) -> Done:
        """Publish, which must succeed."""
        done = self.ordain("publish", "--now", NOW, *arguments)
        assert done.code == 0, done.out + done.err
        return done

    def git(self, *arguments: str) -> str:
        """Run git in the output repository."""
        command = ["git", "-C", str(self.folder / "out.git"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commits(self) -> int:
        """Count the commits of the output branch."""
        return len(self.git("log", "--all", "--format=%H").split())

    def files(self, branch: str = "main") -> dict[str, str]:
        """Return all published files with their Git blob ids."""
        lines = self.git("ls-tree", "-r", branch).splitlines()
        return {path: facts.split()[2] for facts, _, path in (line.partition("\t") for line in lines)}

    def commit_by_hand(self, **files: str | None) -> None:
        """Commit to the output branch as somebody else would; None deletes a file."""
        work = self.folder / "work"
        run = ["git", "-c", "user.name=Eve", "-c", "user.email=eve@example.org"]
        subprocess.run([*run, "clone", "-q", str(self.folder / "out.git"), str(work)], check=True)
        for name, text in files.items():
            path = work / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        for step in (["add", "-A"], ["commit", "-q", "-m", "by hand"], ["push", "-q", "origin", "HEAD:main"]):
            subprocess.run([*run, "-C", str(work), *step], check=True)

    def bytes_of(self, name: str = "out.git") -> dict[str, str]:
        """Return a digest of every file below a folder."""
        root = self.folder / name
        return {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Bench]:
    """Return a folder without anything in it, and git without anybody's settings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.delenv("NO_COLOR", raising=False)
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Bench(folder, capfd, monkeypatch)


@pytest.fixture
def shop(empty: Bench) -> Bench:
    """Return a policy repository with one cluster of three workloads and nothing published yet."""
    empty.write("ordain.yaml", PROJECT)
    empty.write("policies/web.yaml", WEB)
    empty.write("clusters/prod.yaml", cluster("cart", "checkout", "search"))
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "out.git"], cwd=empty.folder, check=True)
    return empty


@pytest.fixture(scope="session")
def first_publish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place for the output repository of a first publish, which many tests start from."""
    return tmp_path_factory.mktemp("first") / "out.git"


@pytest.fixture
def published(shop: Bench, first_publish: Path) -> Bench:
    """Return the shop after a publish, so that there is something to lose."""
    output = shop.folder / "out.git"
    if first_publish.exists():
        shutil.rmtree(output)
        shutil.copytree(first_publish, output)
    else:
        shop.publish()
        shutil.copytree(output, first_publish)
    return shop
