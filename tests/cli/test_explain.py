"""`ordain explain`, `schema` and `completion`: the program explains itself."""

import json
import subprocess
from typing import Any

import pytest

from ordain.kinds import all_kinds
from ordain.published import schema_files
from ordain.reasoning import all_controls


def test_without_a_topic_it_lists_kinds_and_codes(empty: Any) -> None:
    """Every kind and every code has a line."""
    done = empty.ordain("explain")
    words = {line.split()[0] for line in done.out.splitlines() if line.startswith("  ")}
    assert set(all_controls()) | set(all_kinds()) <= words


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_a_kind_has_its_manual(empty: Any, kind: str) -> None:
    """The manual of a kind is found in any letter case."""
    done = empty.ordain("explain", kind)
    assert done.code == 0
    assert done.out.startswith("# ")
    assert done.out == empty.ordain("explain", kind.lower()).out


@pytest.mark.parametrize("code", sorted(all_controls()))
def test_every_code_has_a_section(empty: Any, code: str) -> None:
    """A finding's code can be looked up as it is printed, and in lower case."""
    done = empty.ordain("explain", code)
    assert (done.code, code in done.out.splitlines()[0]) == (0, True)
    assert done.out == empty.ordain("explain", code.lower()).out


@pytest.mark.parametrize("kind", sorted(schema_files().keys() - {"Policy"}))  # that is all kinds in one
def test_every_field_can_be_explained(empty: Any, kind: str) -> None:
    """Walking down from a kind, each field that is listed has a text of its own."""
    names = [f"{kind}.{field}" for field in json.loads(schema_files()[kind].read_text())["properties"]]
    for name in names:  # grows as fields of fields are found
        done = empty.ordain("explain", name)
        assert done.code == 0, done.err
        head, *lines = done.out.splitlines()
        assert head.startswith(f"{name}  (")
        names += [f"{name}.{line.split()[0]}" for line in lines if line.startswith("    ")]
    assert len(names) > 5


def test_a_field(empty: Any) -> None:
    """A field has its type, text, bounds and default; the index of a list may be written."""
    done = empty.ordain("explain", "ScalingPolicy.spec.replicas.min")
    assert done.out.splitlines()[:2] == [
        "ScalingPolicy.spec.replicas.min  (integer)",
        "  The fewest pods. Two, so that one can be lost or drained.",
    ]
    assert "  default: 2" in done.out
    assert empty.ordain("explain", "ScalingPolicy.spec.metrics[0].resource").code == 0


@pytest.mark.parametrize(
    ("topic", "hint"),
    [
        ("ScalingPolcy", "did you mean ScalingPolicy?"),
        ("SCL099", "did you mean SCL009?"),
        ("ScalingPolicy.spec.replcas", "did you mean replicas?"),
        ("ScalingPolicy.spec.replicas.min.max", ""),
        ("xyzzy", "`ordain explain` lists the kinds and the codes"),
        ("ScalingPolicy.", ""),
        (".", ""),
        ("ScalingPolicy..", ""),
    ],
)
def test_an_unknown_topic_suggests_the_nearest(empty: Any, topic: str, hint: str) -> None:
    """A slip of the finger is exit code 2 with what was meant."""
    done = empty.ordain("explain", topic)
    assert "defect" not in done.err
    if hint:
        assert (done.code, done.out, done.err.splitlines()[-1]) == (2, "", f"hint: {hint}")


def test_a_workload_has_its_effective_policy(shop: Any) -> None:
    """Each field of the layered policy has the line that set it; the higher priority wins."""
    shop.write(
        "policies/cart.yaml",
        "apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata: {name: cart}\nspec:\n"
        "  targets: [{names: [cart]}]\n  priority: 200\n  replicas: {max: 40}\n",
    )
    done = shop.ordain("explain", "--workload", "shop/deployment/cart")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert lines == [
        "# ScalingPolicy of shop/Deployment/cart in prod",
        "replicas.min: 3 # ScalingPolicy/web (policies/web.yaml:6:19)",
        "replicas.max: 40 # ScalingPolicy/cart (policies/cart.yaml:7:19)",
        "disruption.maxUnavailable: 1 # ScalingPolicy/web (policies/web.yaml:7:32)",
        "disruption.unhealthyPodEvictionPolicy: AlwaysAllow # default of ScalingPolicy",
    ]


@pytest.mark.parametrize("workload", ["shop/Deployment/nobody", "other/Deployment/cart", "shop/StatefulSet/cart"])
def test_a_workload_without_a_policy(shop: Any, workload: str) -> None:
    """The error says where to look."""
    done = shop.ordain("explain", "--workload", workload)
    assert (done.code, done.out) == (2, "")
    assert f"no policy holds for {workload}" in done.err


def test_a_workload_of_broken_policies_is_an_error(shop: Any) -> None:
    """What holds cannot be said while a policy file is broken: a policy must not be left out silently."""
    shop.write("policies/broken.yaml", "apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata: {name: x}\n")
    done = shop.ordain("explain", "--workload", "shop/Deployment/cart")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("ordain: policies/broken.yaml:1:1: spec is missing")


def test_a_workload_of_contradicting_policies_is_an_error(shop: Any) -> None:
    """Two values at one priority are told with both places, not as "no policy holds"."""
    shop.write(
        "policies/other.yaml", (shop.folder / "policies/web.yaml").read_text().replace("web", "other").replace("9", "8")
    )
    done = shop.ordain("explain", "--workload", "shop/Deployment/cart")
    assert (done.code, done.out) == (2, "")
    assert "ScalingPolicy/other (policies/other.yaml:6:27) and ScalingPolicy/web (policies/web.yaml:6:27)" in done.err


@pytest.mark.parametrize("kind", sorted(schema_files()))
def test_a_schema_is_printed_as_it_is_committed(empty: Any, kind: str) -> None:
    """`ordain schema KIND` prints the published file, byte for byte, in any letter case."""
    done = empty.ordain("schema", kind)
    assert done.out == schema_files()[kind].read_text(encoding="utf-8")
    assert done.out == empty.ordain("schema", kind.upper()).out


def test_schemas_are_listed_and_suggested(empty: Any) -> None:
    """Without a kind the names are listed; an unknown one suggests the nearest."""
    assert empty.ordain("schema").out.split() == list(schema_files())
    done = empty.ordain("schema", "ScalingPolice")
    assert (done.code, done.err) == (
        2,
        "ordain: there is no schema of ScalingPolice\nhint: did you mean ScalingPolicy?\n",
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(empty: Any, shell: str) -> None:
    """Each shell's script calls the program, and is syntax that the shell takes, where it is installed."""
    done = empty.ordain("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert "_ORDAIN_COMPLETE" in done.out
    script = empty.write(f"complete.{shell}", done.out)
    try:
        parsed = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return
    assert parsed.returncode == 0, parsed.stderr


def test_completion_of_another_shell_is_refused(empty: Any) -> None:
    """The known shells are named."""
    done = empty.ordain("completion", "tcsh")
    assert done.code == 2
    assert "'bash', 'zsh', 'fish'" in done.err


def test_a_default_is_shown_as_it_would_be_written(shop) -> None:
    """A default of 28 days or of 85 percent is text that can be copied into a policy."""
    shop.edit("policies/web.yaml", "  disruption:", "  forecast: {series: rps, deadband: {up: 5%}}\n  disruption:")
    out = shop.ordain("explain", "--workload", "shop/Deployment/cart").out
    shown = {line.partition("  #")[0].rstrip() for line in out.splitlines()}
    assert {
        'forecast.history: "28d"',
        "forecast.floorUtilization: 85%",
        "forecast.deadband.up: 5%",
        "forecast.deadband.down: 20%",
    } <= shown
