"""`ordain waive`: one Waiver more, every byte of what was there, and a refusal with its mend for all else."""

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ordain.errors import UserError
from ordain.stages.write import replace_file, write_new

TERMS = {
    "--reason": "one pod only until the session store has moved",
    "--owner": "payments",
    "--ticket": "OPS-481",
    "--expires": "2027-01-31",
    "--now": "2026-11-24",
}
WRITTEN = """\
apiVersion: ordain.dev/v1alpha1
kind: Waiver
metadata:
  name: shop-cart-scl005
spec:
  control: SCL005
  targets:
    - {namespaces: [shop], kinds: [Deployment], names: [cart]}
  reason: one pod only until the session store has moved
  owner: payments
  ticket: OPS-481
  expires: 2027-01-31
"""
OTHER = WRITTEN.replace("shop-cart-scl005", "other").replace("[cart]", "[search]")


def waive(
    bench: Any, *arguments: str, code: str = "SCL005", subject: str = "shop/Deployment/cart", **terms: str
) -> Any:
    """Run the command with the usual terms, some of them replaced."""
    given = TERMS | {f"--{name}": value for name, value in terms.items()}
    return bench.ordain("waive", code, subject, *(part for pair in given.items() for part in pair), *arguments)


def test_a_waiver_is_written_as_a_person_would(shop: Any) -> None:
    """The file is made where there is none, says what was asked for, and is sound."""
    done = waive(shop)
    path = shop.folder / "policies/waivers.yaml"
    assert (done.code, done.err) == (0, "")
    assert done.out == "Waived in policies/waivers.yaml: SCL005 for shop/Deployment/cart, until 2027-01-31.\n"
    assert path.read_text() == WRITTEN
    assert shop.ordain("validate", "--gate", "note").code == 0


def test_the_finding_is_waived(shop: Any) -> None:
    """What the next run finds on the object no longer counts, and the waiver is not unused."""
    shop.edit("policies/web.yaml", "maxUnavailable: 1", "maxUnavailable: 0")
    found = [item for item in shop.ordain("plan", "--now", TERMS["--now"]).out.splitlines() if "SCL005" in item]
    assert len(found) == 3
    waive(shop)
    report = shop.report("plan", "--now", TERMS["--now"])
    findings = report["findings"] + [item for section in report["sections"] for item in section["findings"]]
    waived = [item["subject"]["name"] for item in findings if item["code"] == "SCL005" and item.get("waived")]
    assert waived == ["cart"]
    assert [item for item in findings if item["code"].startswith("WVR")] == []


@pytest.mark.parametrize(
    ("before", "between"),
    [
        (b"# waivers,   by hand\r\n" + OTHER.replace("\n", "\r\n").encode(), b"---\r\n"),
        (b"\xef\xbb\xbf" + OTHER.encode(), b"---\n"),
        (OTHER.encode()[:-1], b"\n---\n"),
        (b"---\n" + OTHER.encode() + b"...\n", b"---\n"),
        (b"---\n" + OTHER.encode() + b"...", b"\n---\n"),
        (OTHER.encode() + b"---\n", b"---\n"),
        (OTHER.encode() + b"\n\n# the end\n", b"---\n"),
        (OTHER.replace("  name:", "    name:").encode(), b"---\n"),
        (b"# nothing yet\n", b"---\n"),
        (b"", b""),
        (b"\xef\xbb\xbf", b""),
        (b"\n", b""),
    ],
    ids=[
        "crlf",
        "bom",
        "no-end",
        "dots",
        "dots-no-end",
        "mark",
        "comment",
        "indent",
        "comments",
        "empty",
        "only-bom",
        "blank",
    ],
)
def test_what_is_there_keeps_every_byte(shop: Any, before: bytes, between: bytes) -> None:
    """Comments, layout, line ends and marks stay; the new document has the line ends of the file."""
    path = shop.folder / "policies/waivers.yaml"
    path.write_bytes(before)
    assert waive(shop).code == 0
    new = WRITTEN.replace("\n", "\r\n") if b"\r\n" in before else WRITTEN
    assert path.read_bytes() == before + between + new.encode()
    assert shop.ordain("validate").code == 0


def test_waiving_twice_says_where_it_is(shop: Any) -> None:
    """The second run changes nothing and is no failure."""
    waive(shop)
    before = shop.bytes_of(".")
    done = waive(shop)
    assert (done.code, before) == (0, shop.bytes_of("."))
    assert done.out == (
        "Waiver/shop-cart-scl005 at policies/waivers.yaml:6:12 excepts it already, until 2027-01-31. "
        "Nothing was written.\n"
    )


def test_a_narrower_wish_is_met_by_a_wider_waiver(shop: Any) -> None:
    """What a waiver for every container and cluster covers needs no second one; the other way round it does."""
    waive(shop)
    assert "excepts it already" in waive(shop, "--container", "app", "--cluster", "prod").out
    waive(shop, "--container", "app", subject="shop/Deployment/search")
    assert "Waived in" in waive(shop, subject="shop/Deployment/search").out
    names = [line for line in (shop.folder / "policies/waivers.yaml").read_text().splitlines() if "  name:" in line]
    assert names == ["  name: shop-cart-scl005", "  name: shop-search-scl005", "  name: shop-search-scl005-2"]


def test_an_expired_waiver_does_not_stand_in_the_way(shop: Any) -> None:
    """The old one covers nothing: a new one is written, under a name of its own."""
    shop.write("policies/waivers.yaml", WRITTEN.replace("2027", "2026"))
    assert waive(shop).code == 0
    assert "name: shop-cart-scl005-2" in (shop.folder / "policies/waivers.yaml").read_text()


@pytest.mark.parametrize(
    ("subject", "target", "name"),
    [
        ("ClusterRole/system:node", "{kinds: [ClusterRole], names: [system:node]}", "system-node-com001"),
        ("Namespace/shop", "{kinds: [Namespace], names: [shop]}", "shop-com001"),
        ("shop/deployment/cart", "{namespaces: [shop], kinds: [Deployment], names: [cart]}", "shop-cart-com001"),
        ("shop/Widget/on", '{namespaces: [shop], kinds: [Widget], names: ["on"]}', "shop-on-com001"),
        ("shop/Widget/a_b", "{namespaces: [shop], kinds: [Widget], names: [a_b]}", "shop-a-b-com001"),
    ],
)
def test_any_object_can_be_named(shop: Any, subject: str, target: str, name: str) -> None:
    """Of the cluster's scope, of a kind that no policy reads, with a name that YAML would take for something else."""
    done = waive(shop, code="COM001", subject=subject)
    text = (shop.folder / "policies/waivers.yaml").read_text()
    assert (done.code, f"    - {target}\n" in text, f"  name: {name}\n" in text) == (0, True, True), text


def test_text_with_colons_and_hashes_is_quoted(shop: Any) -> None:
    """What is said in the terms is what is read again."""
    reason = "a: b # c\nand \"more\" of 'it' ünï"
    waive(shop, "--field", "rules[team-label]", reason=reason, ticket="481")
    assert "excepts it already" in waive(shop, "--field", "rules[team-label]", reason=reason, ticket="481").out


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"code": "SCL0005"}, "there is no control SCL0005\nhint: did you mean SCL005?"),
        ({"code": "POL008"}, "POL008 (conflict) cannot be waived\nhint: mend what it reports"),
        ({"expires": "2026-11-23"}, "--expires 2026-11-23 has passed\nhint: it is the last day"),
        ({"expires": "soon"}, "--expires: a date is needed, such as 2027-01-31, is 'soon' (text)"),
        ({"expires": "2027-02-30"}, "--expires: a date is needed"),
        ({"expires": "2027-01-31\nkind: x"}, "--expires: a date is needed"),
        ({"reason": "because"}, "--reason: needs at least 10 letters"),
        ({"owner": ""}, "--owner: must not be empty"),
        (
            {"ticket": "", "reason": "x"},
            "--reason: needs at least 10 letters, is 'x' (text); --ticket: must not be empty",
        ),
        ({"subject": "cart"}, "'cart' names no object\nhint: write NAMESPACE/KIND/NAME"),
        ({"subject": "a/b/c/d"}, "'a/b/c/d' names no object"),
        ({"subject": "shop//cart"}, "'shop//cart' names no object"),
        ({"subject": "Deployment/cart"}, "a Deployment lives in a namespace\nhint: write NAMESPACE/Deployment/cart"),
        ({"subject": "shop/Namespace/shop"}, "a Namespace lives in no namespace\nhint: write Namespace/shop"),
        ({"subject": "shop/Deployment/cart*"}, "the exact name of an object is needed, without * and ?"),
        ({"subject": "shop/widget/cart"}, "a kind such as Deployment is needed"),
        ({"container": "x" * 64}, "--container: is too long, 63 is the most"),
        ({"cluster": "prd"}, "there is no cluster prd in ordain.yaml\nhint: did you mean prod?"),
        (
            {"file": "waivers.yaml"},
            "waivers.yaml: a waiver there would not be read\nhint: name a .yaml file in policies",
        ),
        ({"file": "policies/.hidden.yaml"}, "a waiver there would not be read"),
        ({"file": "policies/waivers.json"}, "a waiver there would not be read"),
        ({"file": "policies/none/waivers.yaml/x.yaml"}, ""),
    ],
)
def test_what_makes_no_sound_waiver_is_refused(shop: Any, changes: dict[str, str], says: str) -> None:
    """With the option that is wrong and its mend, exit code 2, and nothing written."""
    shop.write("policies/none/waivers.yaml", "")
    before = shop.bytes_of(".")
    done = waive(shop, **changes)
    assert (done.code, done.out, before) == (2, "", shop.bytes_of("."))
    assert says in done.err
    assert "defect" not in done.err


def test_other_terms_for_the_same_are_refused(shop: Any) -> None:
    """A longer day is agreed on where the waiver stands, not by a second one beside it."""
    waive(shop)
    before = shop.bytes_of(".")
    done = waive(shop, expires="2027-03-31")
    assert (done.code, before) == (2, shop.bytes_of("."))
    assert done.err == (
        "ordain: policies/waivers.yaml:6:12: Waiver/shop-cart-scl005 excepts it already: until 2027-01-31, payments, "
        "OPS-481\nhint: change its terms there, or delete it first\n"
    )


def test_a_broken_file_is_not_appended_to(shop: Any) -> None:
    """The mistake is told with its place; a file that is broken elsewhere is no hindrance."""
    shop.write("policies/waivers.yaml", "a: {b\n")
    done = waive(shop)
    assert (done.code, (shop.folder / "policies/waivers.yaml").read_text()) == (2, "a: {b\n")
    assert "policies/waivers.yaml:1:4: nothing was written: a map in { } is not closed" in done.err
    assert waive(shop, file="policies/others.yaml").code == 0


def test_a_file_with_something_else_is_not_appended_to(shop: Any) -> None:
    """It may be a Secret, whose lines would stand in the diff."""
    shop.write("policies/waivers.yaml", OTHER + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n")
    done = waive(shop, "--dry-run")
    assert (done.code, done.out) == (2, "")
    assert "policies/waivers.yaml:15:7: nothing was written: v1 Secret is no policy" in done.err


def test_a_last_text_that_would_change_is_not_appended_to(shop: Any) -> None:
    """A block of text at the very end, without a line feed, would get one by what follows."""
    text = (
        OTHER.replace("  reason: one pod only until the session store has moved\n", "").rstrip()
        + "\n  reason: |\n    a reason of two\n    lines"
    )
    shop.write("policies/waivers.yaml", text)
    done = waive(shop)
    assert (done.code, (shop.folder / "policies/waivers.yaml").read_text()) == (2, text)
    assert "would not be read as before" in done.err


def test_a_dry_run_prints_a_diff_that_git_applies(shop: Any) -> None:
    """Nothing is written, and the diff makes what the command would have written."""
    shop.write("policies/waivers.yaml", OTHER)
    before = shop.bytes_of(".")
    done = waive(shop, "--dry-run")
    assert (done.code, before) == (0, shop.bytes_of("."))
    subprocess.run(["git", "apply", "-"], input=done.out.encode(), cwd=shop.folder, check=True)
    assert (shop.folder / "policies/waivers.yaml").read_text() == f"{OTHER}---\n{WRITTEN}"


def test_a_project_of_single_files_needs_a_file(shop: Any) -> None:
    """There is no folder to make a file in; a file of the project can be named, and keeps its permissions."""
    shop.edit("ordain.yaml", "[policies]", "[policies/web.yaml]")
    os.chmod(shop.folder / "policies/web.yaml", 0o640)  # noqa: PTH101 - as it is named in a shell
    assert "name one of them with --file" in waive(shop).err
    assert waive(shop, file="policies/web.yaml").code == 0
    assert (shop.folder / "policies/web.yaml").stat().st_mode & 0o777 == 0o640
    assert shop.ordain("validate").last == "Valid: 2 policies in 1 file."


def test_of_several_at_once_none_is_lost(tmp_path: Path) -> None:
    """What was written is there afterwards, or its writer was told that it is not; of two new files one is kept."""
    path = tmp_path / "waivers.yaml"

    def write(number: int) -> list[str]:
        told = []
        for count in range(25):
            line = f"{number} {count}\n"
            try:
                if not write_new(path, line.encode()):
                    before = path.read_bytes()
                    replace_file(path, before, before + line.encode())
            except UserError:
                continue
            told.append(line)
        return told

    with ThreadPoolExecutor(8) as pool:
        told = [line for lines in pool.map(write, range(8)) for line in lines]
    assert sorted(told) == sorted(path.read_text().splitlines(keepends=True))
    assert [item.name for item in tmp_path.iterdir()] == ["waivers.yaml"]


@pytest.mark.parametrize("name", ["policies/.old/waivers.yaml", "policies/ordain.yaml", "policies/round/waivers.yaml"])
def test_a_file_that_would_not_be_read_is_refused(shop: Any, name: str) -> None:
    """A waiver in a hidden folder, in a file of settings or behind links in a circle would cover nothing."""
    (shop.folder / "policies/round").symlink_to("round")
    done = waive(shop, file=name)
    assert done.code == 2
    assert done.err.splitlines()[0].endswith(f"{name}: a waiver there would not be read")
    assert not (shop.folder / "policies/.old").exists()


def test_a_linked_file_is_appended_to(shop: Any) -> None:
    """It is read where the link stands, wherever it leads; the link stays one."""
    shop.write("elsewhere/w.yaml", OTHER)
    (shop.folder / "policies/waivers.yaml").symlink_to("../elsewhere/w.yaml")
    assert (waive(shop).code, waive(shop, file="policies/waivers.yaml").code) == (0, 0)
    assert (shop.folder / "elsewhere/w.yaml").read_text() == f"{OTHER}---\n{WRITTEN}"
    assert (shop.folder / "policies/waivers.yaml").is_symlink()


@pytest.mark.parametrize("made", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_is_no_file_is_told_and_not_waited_for(shop: Any, made: Callable[[Path], None]) -> None:
    """A named pipe, a folder, a link that leads nowhere."""
    made(shop.folder / "policies/waivers.yaml")
    done = waive(shop)
    assert (done.code, done.err.splitlines()[0]) == (
        2,
        "ordain: policies/waivers.yaml: it is no file, or a link that leads to none",
    )
