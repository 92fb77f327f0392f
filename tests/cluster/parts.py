"""Where the real parts are that `make cluster-assets` builds. Only scripts/parts/build.sh knows names and versions."""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.needs import absent

BUILD = Path(__file__).parents[2] / "scripts/parts/build.sh"
VARIABLE = "ORDAIN_REQUIRE_CLUSTER"
"""With this environment variable at 1 a missing part fails a test instead of skipping it."""


class _Loader(yaml.CSafeLoader):
    """Reads a bare `=` as the text that it is, as Kubernetes does: PyYAML takes it for a key of YAML 1.1."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


@dataclass(frozen=True)
class Binaries:
    """The two programs of a server, and the version of Kubernetes."""

    version: str
    etcd: Path
    apiserver: Path


def folder_of(name: str, version: str = "") -> tuple[str, Path]:
    """Return the whole version and the folder of a part, or skip the test; a version may be its beginning, `1.37`."""
    for full, folder in _recipe().get(name, {}).items():
        if folder.is_dir() and f"{full}.".startswith(f"{version}." if version else ""):
            return full, folder
    return absent(f"no {name} {version}".rstrip() + ": make cluster-assets", VARIABLE)


def binaries(minor: str) -> Binaries:
    """Return the programs of a minor version such as `1.37`, or skip the test."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if not assets:
        version, folder = folder_of("kube-apiserver", minor)
        return Binaries(version, folder_of("etcd")[1] / "etcd", folder / "kube-apiserver")
    found = Binaries(_version(Path(assets) / "kube-apiserver"), Path(assets) / "etcd", Path(assets) / "kube-apiserver")
    if found.version.startswith(f"{minor}."):
        return found
    return absent(f"no kube-apiserver {minor}: KUBEBUILDER_ASSETS has {found.version or 'none'}", VARIABLE)


def published_crds(name: str) -> list[dict[str, Any]]:
    """Return the CustomResourceDefinitions of a part such as `keda-crds`, or skip the test."""
    files = sorted(folder_of(name)[1].glob("*.yaml"))
    bodies = [body for file in files for body in yaml.load_all(file.read_text(encoding="utf-8"), _Loader)]
    return [body for body in bodies if body]


@cache
def _recipe() -> dict[str, dict[str, Path]]:
    """Return the folder of each version of each part, the newest version first."""
    answer = subprocess.run(["sh", str(BUILD), "--list"], capture_output=True, text=True, check=True)
    recipe: dict[str, dict[str, Path]] = {}
    for line in answer.stdout.splitlines():
        name, version, folder = line.split(" ", 2)
        recipe.setdefault(name, {})[version] = Path(folder)
    return recipe


@cache
def _version(apiserver: Path) -> str:
    """Return what a kube-apiserver calls itself, without its `v`; nothing where there is none."""
    if not apiserver.is_file():
        return ""
    answer = subprocess.run([apiserver, "--version"], capture_output=True, text=True, check=True)
    return re.sub(r"^Kubernetes v", "", answer.stdout.strip())
