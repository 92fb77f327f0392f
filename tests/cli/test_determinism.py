"""The same input gives the same bytes: under another clock, zone, locale, hash seed, user, folder and file order."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

NOW = "2026-11-24T18:00:00Z"
CART = """\
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: cart}
spec:
  targets: [{names: [cart, search]}]
  priority: 200
  replicas: {max: 40}
  metrics:
    - {resource: memory, utilization: 60%}
    - {pods: rps, averageValue: '12', selector: {matchLabels: {b: two, a: one}}}
---
apiVersion: ordain.dev/v1alpha1
kind: Waiver
metadata: {name: unused}
spec:
  control: SCL005
  targets: [{namespaces: [shop], kinds: [Deployment], names: [cart]}]
  reason: moved next week
  owner: shop
  ticket: OPS-1
  expires: 2026-12-01
"""
WORLDS: dict[str, dict[str, str]] = {
    "abroad": {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "1",
        "HOME": "/nonexistent",
        "USER": "eve",
        "LOGNAME": "eve",
        "GIT_AUTHOR_NAME": "Eve",
    },
    "bare": {
        "TZ": "America/St_Johns",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "4242",
        "PYTHONOPTIMIZE": "2",
        "TERM": "dumb",
        "COLUMNS": "20",
    },
}


@pytest.fixture
def varied(shop: Any) -> Any:
    """Return the shop with several policies in several files, and something published that has changed since."""
    shop.publish()
    shop.sync()
    shop.write("policies/cart.yaml", CART)
    return shop


def bytes_of_a_run(bench: Any, **world: str) -> tuple[str, ...]:
    """Plan as text and JSON and publish, in a process of its own; return what came out and the tree's id."""
    shutil.rmtree(bench.folder / "copy.git", ignore_errors=True)
    shutil.copytree(bench.folder / "out.git", bench.folder / "copy.git")
    flags = ("--now", NOW, "--repository", "copy.git", "-v", "-o", "text", "-o", "json=report.json")
    plan = bench.process("plan", *flags, **world)
    report = (bench.folder / "report.json").read_text()
    published = bench.process("publish", *flags, **world)
    assert (plan.code, plan.err, published.code, published.err) == (0, "", 0, "")
    commit = bench.git("--git-dir", "../copy.git", "rev-parse", "main").strip()
    return plan.out, report, published.out, commit


@pytest.fixture(scope="module")
def seen() -> list[tuple[str, ...]]:
    """Keep what the run in the usual world gave, for all tests here."""
    return []


@pytest.fixture
def usual(varied: Any, seen: list[tuple[str, ...]]) -> tuple[Any, tuple[str, ...]]:
    """Return the shop, in a folder of this test's own, and what a run in the usual world gives."""
    if not seen:
        seen.append(bytes_of_a_run(varied, PYTHONHASHSEED="0"))
    return varied, seen[0]


def test_a_second_run_gives_the_same_bytes(usual: Any) -> None:
    """`ordain plan` twice gives identical bytes, and a publish of the same state the same commit."""
    bench, expected = usual
    assert expected == bytes_of_a_run(bench, PYTHONHASHSEED="0")


@pytest.mark.parametrize("world", WORLDS)
def test_another_world_gives_the_same_bytes(usual: Any, world: str) -> None:
    """Neither zone, locale, hash seed, user nor terminal reach the output, the commit's id included."""
    bench, expected = usual
    assert expected == bytes_of_a_run(bench, **WORLDS[world])


def test_another_clock_gives_the_same_bytes(usual: Any) -> None:
    """With `--now` given the machine's clock is not asked: files of another age and year change nothing."""
    bench, expected = usual
    for path in bench.folder.rglob("*.yaml"):
        os.utime(path, (946684800, 946684800))
    assert expected == bytes_of_a_run(bench)


def test_nobody_asks_for_the_time_that_is_given(varied: Any) -> None:
    """With `--now` no part of a run reads the clock."""
    import ordain.cli.request

    class Broken(datetime):
        @classmethod
        def now(cls, *_: object) -> Any:
            raise AssertionError("somebody asked for the time")

    varied.patch.setattr(ordain.cli.request, "datetime", Broken)
    assert varied.ordain("plan", "--now", NOW).code == 0
    assert "AssertionError in now" in varied.ordain("plan").err


def test_another_place_gives_the_same_bytes(usual: Any) -> None:
    """The same project in another folder gives the same plan and the same commit."""
    bench, expected = usual
    other = bench.folder.parent / "elsewhere"
    shutil.copytree(bench.folder, other)
    moved = type(bench)(other, bench.captured, bench.patch)
    assert expected == bytes_of_a_run(moved)


def trees(bench: Any) -> tuple[str, Any]:
    """Return the manifests, and the changes without their places."""
    manifests = bench.ordain("render").out
    report = bench.report("plan", "--now", NOW)
    changes = [
        [change["action"], change["object"], [(field["path"], field["after"]) for field in change["fields"]]]
        for change in report["sections"][0]["plan"]["changes"]
    ]
    return manifests, changes


def test_the_order_of_policies_does_not_matter(varied: Any) -> None:
    """Paths in another order, and files whose names sort the other way, render the same manifests."""
    expected = trees(varied)
    varied.edit("ordain.yaml", "[policies]", "[policies/web.yaml, policies/cart.yaml]")
    assert expected == trees(varied)
    varied.edit("ordain.yaml", "[policies/web.yaml, policies/cart.yaml]", "[policies, policies/cart.yaml]")
    (varied.folder / "policies/web.yaml").rename(varied.folder / "policies/0.yaml")
    assert expected == trees(varied)


def test_the_order_of_documents_and_objects_does_not_matter(varied: Any) -> None:
    """Documents of a file and objects of a list may stand in any order."""
    expected = trees(varied)
    for name in ("policies/cart.yaml", "clusters/prod.yaml"):
        documents = (varied.folder / name).read_text().split("---\n")
        varied.write(name, "\n---\n".join(reversed(documents)))
    assert expected == trees(varied)


def test_all_the_projects_paths_are_from_its_own_folder(varied: Any) -> None:
    """The same commit comes out wherever the command is called."""
    expected = varied.ordain("render").out
    varied.patch.chdir(Path("/"))
    assert expected == varied.ordain("render", "--project", str(varied.folder)).out
