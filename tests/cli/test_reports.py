"""Where reports go and how they look: `-o`, colours, quiet and verbose, the gate, the exit codes."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ordain.report import FORMATS

WARN = """\
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: gone}
spec: {targets: [{namespaces: [gone]}], priority: 10}
"""
FEW = "  disruption: {minAvailable: 3}\n"


@pytest.fixture
def warned(shop: Any) -> Any:
    """Return the shop with one warning: a policy that matches nothing."""
    shop.write("policies/gone.yaml", WARN)
    return shop


@pytest.fixture
def failing(shop: Any) -> Any:
    """Return the shop with an error for each workload: a budget that blocks every drain."""
    shop.edit("policies/web.yaml", "  disruption: {maxUnavailable: 1}\n", FEW)
    return shop


def test_several_formats_at_once(warned: Any) -> None:
    """`-o` repeats; each format with a file goes there, the one without to standard output."""
    done = warned.ordain("plan", "-o", "text", "-o", "sarif=s.sarif", "-o", "junit=j.xml", "-o", "json=r.json")
    assert done.code == 0
    assert done.last == "Plan: 6 to create, 0 to update, 0 to delete. 1 warning."
    assert json.loads((warned.folder / "s.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "POL009"
    assert ET.parse(warned.folder / "j.xml").getroot().tag == "testsuites"
    assert json.loads((warned.folder / "r.json").read_text())["summary"]["warnings"] == 1


def test_formats_with_files_alone_leave_standard_output_empty(warned: Any) -> None:
    """Nothing is printed that nobody asked for."""
    assert warned.ordain("plan", "-o", "json=r.json").out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "text", "-o", "json"), "two reports would go to standard output"),
        (("-o", "yaml"), "there is no report format 'yaml'"),
        (("-o", "json="), "-o json= names no file"),
        (("-o", "json=nowhere/r.json"), "nowhere/r.json: cannot write it: No such file or directory"),
    ],
)
def test_a_report_that_cannot_be_made_is_an_error(shop: Any, arguments: tuple[str, ...], message: str) -> None:
    """The error says which `-o` is meant; the exit code is 2."""
    done = shop.ordain("plan", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize("arguments", [("-o", "text", "-o", "json"), ("-o", "yaml"), ("-o", "json=")])
def test_publish_refuses_bad_reports_before_it_writes(shop: Any, arguments: tuple[str, ...]) -> None:
    """A wrong `-o` is found before anything is committed."""
    before = shop.bytes_of()
    assert (shop.ordain("publish", *arguments).code, before) == (2, shop.bytes_of())


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_format_never_changes_the_exit_code(failing: Any, name: str) -> None:
    """Every format leaves with 1 where there is an error, and with 0 where there is none."""
    assert failing.ordain("plan", "-o", name).code == 1
    failing.edit("policies/web.yaml", FEW, "")
    assert failing.ordain("plan", "-o", name).code == 0


@pytest.mark.parametrize(
    ("gate", "code"), [("error", 0), ("warning", 1), ("note", 1)], ids=["error", "warning", "note"]
)
def test_the_gate_says_from_which_severity_on_it_fails(warned: Any, gate: str, code: int) -> None:
    """A warning fails at the gates `warning` and `note` only."""
    done = warned.ordain("plan", "--gate", gate, "-o", "json")
    assert done.code == code
    assert json.loads(done.out)["summary"]["exitReasons"] == ["findings"] * code


def test_a_waived_error_passes_the_gate(failing: Any) -> None:
    """What a waiver covers is shown with its reason and fails no gate."""
    failing.write(
        "policies/waiver.yaml",
        "apiVersion: ordain.dev/v1alpha1\nkind: Waiver\nmetadata: {name: drains}\nspec:\n"
        "  control: SCL005\n  targets: [{namespaces: [shop], kinds: [Deployment], names: [cart, checkout, search]}]\n"
        "  reason: moved next week\n  owner: shop\n  ticket: OPS-1\n  expires: 2026-12-01\n",
    )
    done = failing.ordain("plan", "--now", "2026-11-24", "--gate", "note")
    assert done.code == 0
    assert "waived: " in done.out
    assert "Waiver/drains (shop, OPS-1, until 2026-12-01): moved next week" in done.out
    assert failing.ordain("plan", "--now", "2026-12-02").code == 1


def test_colour_only_where_it_is_wanted(warned: Any) -> None:
    """Escapes come with `--color always` alone here: not without a terminal, not with `never`, not in files."""
    assert "\x1b[" in warned.ordain("plan", "--color", "always", "-o", "text", "-o", "junit=j.xml").out
    for arguments in ((), ("--color", "never"), ("--color", "auto")):
        assert "\x1b[" not in warned.ordain("plan", *arguments).out
    warned.ordain("plan", "--color", "always", "-o", "text=plan.txt")
    assert "\x1b[" not in (warned.folder / "plan.txt").read_text()


def test_colour_changes_no_word(warned: Any) -> None:
    """Meaning is never by colour alone."""
    import re

    coloured = warned.ordain("plan", "--color", "always").out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == warned.ordain("plan").out


def test_no_color_wins_over_a_terminal(warned: Any) -> None:
    """NO_COLOR turns colour off where it would be on by itself, and an explicit `always` overrules it."""

    class Terminal:
        def isatty(self) -> bool:
            return True

    from ordain.cli.reporting import _color

    assert _color("auto", Terminal())
    warned.patch.setenv("NO_COLOR", "1")
    assert not _color("auto", Terminal())
    assert _color("always", Terminal())


def test_quiet_shows_the_gate_and_the_sum(warned: Any) -> None:
    """`-q` leaves findings at the gate, and the last line."""
    assert warned.ordain("plan", "-q").out == "Plan: 6 to create, 0 to update, 0 to delete. 1 warning.\n"
    lines = warned.ordain("plan", "-q", "--gate", "warning").out.splitlines()
    assert lines[0].startswith("policies/gone.yaml:4:17 POL009 warning ")
    assert lines[-1] == "Plan: 6 to create, 0 to update, 0 to delete. 1 warning."


def test_verbose_shows_every_field(shop: Any) -> None:
    """`-v` shows what the usual plan counts."""
    usual, verbose = shop.ordain("plan").out, shop.ordain("plan", "-v").out
    assert "and 8 more fields (-v shows them)" in usual
    assert "more fields" not in verbose
    assert "spec.scaleTargetRef.name: cart" in verbose


def test_nothing_but_results_on_standard_output(shop: Any) -> None:
    """Without a terminal there is no progress, on either stream."""
    done = shop.process("plan", "-o", "json")
    assert (done.code, done.err) == (0, "")
    json.loads(done.out)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("plam",), "Did you mean `plan`?"),
        (("xyzzy",), "`ordain --help` lists the commands"),
        (("plan", "--snapshott", "x"), "--snapshot"),
        (("plan", "--gate", "fatal"), "error"),
        (("plan", "--now", "yesterday"), "2026-11-24"),
        (("plan", "--adopt", "shop/web"), "NAMESPACE/KIND/NAME"),
        (("plan", "--adopt", "shop/Deploymnt/web"), "did you mean Deployment?"),
        (("plan", "--project", "nowhere"), "nowhere"),
        (("plan", "--branch", "-x"), "is no name for a branch"),
        (("plan", "--kubernetes-version", "latest"), "latest"),
        (("plan", "--kubernetes-version", "1.2"), "1.2"),
        (("plan", "--assume-absent", "Deployment"), "take Deployment out of --assume-absent"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line_is_exit_code_2_with_a_hint(shop: Any, arguments: tuple[str, ...], hint: str) -> None:
    """What was meant is suggested; it is never a defect report."""
    done = shop.ordain(*arguments)
    assert (done.code, done.out) == (2, "")
    assert hint in done.err
    assert "defect" not in done.err


def test_a_defect_is_one_line_and_a_file(shop: Any) -> None:
    """An unexpected error is told in a line, with a report file that holds the traceback, and without its words."""
    import ordain.pipeline

    def broken(*_: object) -> None:
        raise RuntimeError("the sky fell")

    shop.patch.setattr(ordain.pipeline, "observe", broken)
    shop.patch.setattr("tempfile.tempdir", str(shop.folder))
    done = shop.ordain("plan")
    first, hint = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert first.startswith("ordain: this is a defect of ordain: RuntimeError in broken, line ")
    report = hint.removeprefix("hint: report it with ")
    text = Path(report).read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in text
    assert "ordain 0." in text
    assert "sky" not in (done.err + text).replace('raise RuntimeError("the sky fell")', "")


def test_a_defect_on_a_full_disk_is_told_all_the_same(shop: Any) -> None:
    """Where the report cannot be written either, the line still comes, and no traceback."""
    import ordain.pipeline

    def broken(*_: object) -> None:
        raise RuntimeError("the sky fell")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    shop.patch.setattr(ordain.pipeline, "observe", broken)
    shop.patch.setattr("tempfile.mkstemp", full)
    done = shop.ordain("plan")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("ordain: this is a defect of ordain: RuntimeError in broken, line ")


def test_a_reader_that_goes_away_is_no_defect(shop: Any) -> None:
    """`ordain plan | head -0` neither prints a traceback nor claims that there are findings."""
    import subprocess

    with subprocess.Popen(
        shop.command("render"), cwd=shop.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        errors = running.stderr.read()
        code = running.wait()
    assert errors == b""
    assert code == 2


@pytest.mark.parametrize("command", ["plan", "render", "schema"])
def test_an_output_on_a_full_disk_is_an_error(shop: Any, command: str) -> None:
    """What standard output does not take is told in one line, with exit code 2."""
    import subprocess

    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            shop.command(command), cwd=shop.folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == (
        "ordain: cannot write: No space left on device\nhint: is the disk neither full nor read-only?\n"
    )
