"""The traps of comparing with a live cluster, a folder each: `desired.yaml`, `live.yaml`, and what is said of them.

`expected.txt` has a line for each difference; an empty file is the verdict "no drift".
`ORDAIN_REWRITE_GOLDENS=1 pytest tests/pipeline` writes the expected files anew; read the difference before you commit.
"""

import os
from pathlib import Path

import pytest

from ordain.apischemas import bundle
from ordain.cluster import prune
from ordain.kubeyaml import MANIFESTS, read
from ordain.model.comparison import Applier
from ordain.model.objects import KubeObject, ObjectRef, RawObject, Source
from ordain.stages.diff.live import live_changes

CASES = sorted(path.parent for path in (Path(__file__).parent / "diff_cases").glob("*/desired.yaml"))


def load(path: Path) -> RawObject:
    """Read the one object of a file."""
    stream = read(path.read_bytes(), path.name, MANIFESTS)
    assert not stream.problems, stream.problems
    (document,) = stream.documents
    body: RawObject = document.value
    return body


def differences(case: Path) -> str:
    """Compare the two objects of a case, the live one as it is read from a cluster."""
    desired, live = load(case / "desired.yaml"), prune(load(case / "live.yaml"))
    found = live_changes(
        desired,
        KubeObject(ObjectRef.of(live), live, Source.LIVE),
        bundle("1.33").field(desired["apiVersion"], desired["kind"]),
        Applier(),
    )
    return "".join(
        f"{item.path}: live {item.live or 'absent'}, desired {item.desired or 'absent'}"
        + (f", managed by {item.manager}" if item.manager else "")
        + "\n"
        for item in found
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gives_its_verdict(case: Path) -> None:
    """Each folder's objects differ in exactly the fields that the folder says."""
    found = differences(case)
    expected = case / "expected.txt"
    if os.environ.get("ORDAIN_REWRITE_GOLDENS"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_is_of_one_object(case: Path) -> None:
    """Both sides name the same object, else the case would show nothing."""
    desired, live = load(case / "desired.yaml"), load(case / "live.yaml")
    assert ObjectRef.of(desired) == ObjectRef.of(live)
