"""Fixtures for the tests of the prose: the examples of manuals, judged as the commands would judge them."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from ordain.git import INVENTORY_FILE, Identity, Update, object_path, open_repo, print_inventory
from ordain.judging import check_manifests, judge
from ordain.kinds import all_kinds
from ordain.model.finding import Finding
from ordain.model.live import Inventory, InventoryEntry
from ordain.model.objects import ObjectRef
from ordain.pipeline import guarded, run
from ordain.settings import ClusterSettings, ProjectSpec
from ordain.stages.guard import Permits
from ordain.stages.outcome import Request
from ordain.stages.project import ProjectFile, read_project

Judge = Callable[[str], tuple[Finding, ...]]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
VERSION = "1.37"
_BYTE = re.compile(rb"\\x([0-9a-f]{2})")


@pytest.fixture
def judge_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    r"""Give a function that judges the text of one YAML block and returns all findings.

    Policies alone are validated, objects alone are judged as `ordain check` does it, and policies beside objects
    as `ordain plan` does it, in a cluster that holds just those objects and the series that the manuals speak of.
    `\xe9` in the text stands for that byte. Beside settings (a Project), objects that are marked as ordain's are what
    was published before, and the plan is published now.
    """
    monkeypatch.chdir(tmp_path)

    def judged(text: str) -> tuple[Finding, ...]:
        settings, policies, objects = _split(text)
        (tmp_path / "policies.yaml").write_bytes(_raw(policies))
        (tmp_path / "objects.yaml").write_bytes(_raw(objects))
        project = ProjectFile(ProjectSpec(policies=["policies.yaml"]), tmp_path)
        if settings:
            (tmp_path / "ordain.yaml").write_text(settings, encoding="utf-8")
            project = read_project("ordain.yaml") or project
            _publish_marked(tmp_path / "out.git", objects)
        if not objects:
            return judge(project).findings
        if not policies:
            return check_manifests(("objects.yaml",), None, VERSION, NOW).findings
        record_series(tmp_path / "series", NOW)
        cluster = ClusterSettings(
            name="demo",
            snapshot="objects.yaml",
            series="series",
            kubernetesVersion=VERSION,
            assumeAbsent=_absent(objects),
        )
        done = guarded(run(Request(project, (cluster,), NOW)), Permits(NOW), publishing=True)
        return done.result("plan").all_findings()

    return judged


def record_series(folder: Path, now: datetime) -> None:
    """Write a week of the series that the examples name: one with a day, one without a pattern, one that ended.

    The chance is a congruential generator's: the same points on every machine.
    """
    folder.mkdir(exist_ok=True)
    end, chance = int(now.timestamp()), 7
    rows: dict[str, list[str]] = {"checkout-rps": [], "lottery": [], "stopped": []}
    for time in range(end - 7 * 24 * 3600, end, 3600):
        chance = (chance * 1103515245 + 12345) % 2**31
        share = chance / 2**31
        daily = (100 + 200 * abs((time // 3600 + 4) % 24 - 12) / 12) * (0.97 + 0.06 * share)
        rows["checkout-rps"].append(f"{time},{daily:.1f}")
        rows["lottery"].append(f"{time},{300 * share**3:.1f}")
        rows["stopped"].append(f"{time - 30 * 3600},{daily:.1f}")
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(["ts,value", *lines, ""]), encoding="utf-8")


def _split(text: str) -> tuple[str, str, str]:
    """Part the documents of a block: settings, policies, objects. A text that is no YAML counts as a policy."""
    try:
        documents = list(yaml.safe_load_all(text))
    except (yaml.YAMLError, ValueError):
        return "", text, ""
    parts = re.split(r"(?m)^---\n", text)
    named = [isinstance(item, dict) and ("apiVersion" in item or "replicaCount" in item) for item in documents]
    if len(parts) != len(documents) or not all(named):
        return "", text, ""
    found: dict[str, list[str]] = {"settings": [], "policies": [], "objects": []}
    for part, item in zip(parts, documents, strict=True):
        ours = str(item.get("apiVersion", "")).startswith("ordain.dev/")
        found["settings" if item.get("kind") == "Project" else "policies" if ours else "objects"].append(part)
    settings, policies, objects = ("---\n".join(found[sort]) for sort in found)
    return settings, policies, objects


def _publish_marked(output: Path, objects: str) -> None:
    """Commit the objects that are marked as ordain's, as if an earlier publish had written them."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", output], check=True)
    texts = {
        object_path(ObjectRef.of(body)): yaml.safe_dump(body).encode()
        for body in yaml.safe_load_all(objects)
        if body["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "ordain"
    }
    entries = {path: InventoryEntry(hashlib.sha256(content).hexdigest(), "") for path, content in texts.items()}
    files = {**texts, INVENTORY_FILE: print_inventory(Inventory("", "", entries))}
    somebody = Identity("Ada", "ada@example.org")
    writes = {f"demo/{path}": content for path, content in files.items()}
    update = Update(None, writes, (), "Publish", somebody, somebody, NOW)
    open_repo(output, shown="out.git").commit("main", update)


def _absent(objects: str) -> list[str]:
    """Return the kinds that any policy reads and that are not among the objects: they count as read."""
    present = {item["kind"] for item in yaml.safe_load_all(objects)}
    read = {reading.kind for kind in all_kinds().values() for reading in kind.reads}
    return sorted(read - present)


def _raw(text: str) -> bytes:
    return _BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), text.encode())


@pytest.fixture
def schema_of() -> Callable[[str], dict[str, object]]:
    """Give a function that returns a published schema by its row."""
    root = Path(__file__).parents[2]
    return lambda row: json.loads((root / "schemas" / f"{row}.schema.json").read_text(encoding="utf-8"))
