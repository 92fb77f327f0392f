"""The traps of comparing with a live cluster, a folder each: `desired.yaml`, `live.yaml`, and what is said of them.

`expected.txt` has a line for each difference, an empty file is the verdict "no drift": path, both sides, then who
holds the live field and what a sync does. `ignored.txt`, where there is one, has what is seen and left alone, with the
reason.

`case.yaml` says which trap it is (`trap`), the verdict in words, the public issue that it stems from (`bug`), and

- `kubernetes`: the versions of the schemas to compare by (default: 1.33);
- `applier`: `manager` and `force` of who applies;
- `server`: why the case does not fit the server engine;
- `real`: why a real object differs otherwise, in the lines of `real.txt`: see tests/cluster/test_engines.py.

`before.yaml` is what Git held before, `beside.yaml` another live object, `schemas.yaml` describes custom kinds as a
snapshot does.

`ORDAIN_REWRITE_GOLDENS=1 pytest tests/pipeline` writes the expected files anew; read the difference before you commit.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from ordain.apischemas import bundle
from ordain.cluster import prune
from ordain.kubeyaml import MANIFESTS, read
from ordain.model.comparison import Applier
from ordain.model.objects import KubeObject, ObjectRef, RawObject, Source
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.live import LiveField, all_differences

CASES = sorted(path.parent for path in (Path(__file__).parent / "diff_cases").glob("*/desired.yaml"))
SAID = {"trap", "verdict", "bug", "kubernetes", "applier", "server", "real"}


def load(path: Path) -> RawObject:
    """Read the one object of a file."""
    stream = read(path.read_bytes(), path.name, MANIFESTS)
    assert not stream.problems, stream.problems
    (document,) = stream.documents
    body: RawObject = document.value
    return body


def live_object(path: Path) -> KubeObject:
    """Read an object as it is read from a cluster."""
    body = prune(load(path))
    return KubeObject(ObjectRef.of(body), body, Source.LIVE)


def differences(case: Path, version: str) -> list[LiveField]:
    """Compare the two objects of a case as the diff stage does."""
    said: dict[str, Any] = load(case / "case.yaml")
    schemas = bundle(version)
    if (case / "schemas.yaml").exists():
        schemas = schemas.extended(load(case / "schemas.yaml"))
    desired, live = load(case / "desired.yaml"), live_object(case / "live.yaml")
    field_type = schemas.field(desired["apiVersion"], desired["kind"])
    beside = [live_object(path) for path in case.glob("beside.yaml")]
    before = next(map(load, case.glob("before.yaml")), None)
    found = all_differences(desired, live, field_type, Applier(**said.get("applier", {})), before=before)
    return ClusterOwned.of([live, *beside]).marked(desired, found)


def line(item: LiveField) -> str:
    """Write a difference as `expected.txt` and `ignored.txt` have it."""
    sides = f"{item.path}: live {item.live or 'absent'}, desired {item.desired or 'absent'}"
    return f"{sides} | {item.manager or 'nobody'} | {item.ignored or item.on_sync}\n"


def versions(case: Path) -> list[str]:
    """Return the versions by whose schemas a case is compared."""
    return [str(version) for version in load(case / "case.yaml").get("kubernetes", ["1.33"])]


def compare(path: Path, found: str, *, optional: bool) -> None:
    """Compare with the file, or write it where that is asked for; an optional file is not there when it is empty."""
    if os.environ.get("ORDAIN_REWRITE_GOLDENS"):
        path.unlink(missing_ok=True)
        if found or not optional:
            path.write_text(found, encoding="utf-8")
    assert found == (path.read_text(encoding="utf-8") if path.exists() or not optional else "")


@pytest.mark.parametrize(
    ("case", "version"),
    [pytest.param(case, version, id=f"{case.name}-{version}") for case in CASES for version in versions(case)],
)
def test_a_case_gives_its_verdict(case: Path, version: str) -> None:
    """Each folder's objects differ in exactly the fields that the folder says."""
    found = differences(case, version)
    compare(case / "expected.txt", "".join(line(item) for item in found if not item.ignored), optional=False)
    compare(case / "ignored.txt", "".join(line(item) for item in found if item.ignored), optional=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_is_of_one_object(case: Path) -> None:
    """Both sides name the same object, else the case would show nothing."""
    desired, live = load(case / "desired.yaml"), load(case / "live.yaml")
    assert ObjectRef.of(desired) == ObjectRef.of(live)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_says_what_it_shows(case: Path) -> None:
    """Each folder names its trap and its verdict, an issue by repository and number, and nothing that nobody reads."""
    said = load(case / "case.yaml")
    assert {"trap", "verdict"} <= said.keys() <= SAID
    assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", said.get("bug", "a/b#1"))
    assert said["verdict"].startswith("no drift") == (not (case / "expected.txt").read_text(encoding="utf-8")) or (
        said["verdict"].startswith(("kept", "the Apply entry"))
    )
