"""The command line starts quickly: what does not need a library does not import it."""

import os
import subprocess
import sys

import pytest

_HEAVY = (
    *("kubernetes", "urllib3", "statsmodels", "numpy", "cel_expr_python", "git", "pydantic", "jinja2"),
    *("jsonschema_rs", "yaml", "orjson"),
)
_PROBE = """
import sys
from ordain.cli.exit import main
sys.argv = ["ordain", *sys.argv[1:]]
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print("IMPORTED", *sorted(set(sys.modules) & {heavy!r}))
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["version"], ["plan", "--help"], ["publish", "--help"], ["completion", "bash"]],
    ids=" ".join,
)
def test_help_version_and_completion_import_no_heavy_library(arguments: list[str]) -> None:
    """`--help`, the version and the completion scripts load neither clients nor models."""
    probe = _PROBE.replace("{heavy!r}", repr(set(_HEAVY)))
    done = subprocess.run([sys.executable, "-c", probe, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "IMPORTED"


@pytest.mark.parametrize(
    "command",
    [
        "init",
        "validate",
        "render",
        "plan",
        "publish",
        "check",
        "fix",
        "waive",
        "snapshot",
        "print-rbac",
        "explain",
        "schema",
        "completion",
    ],
)
def test_the_help_of_every_command_leads_with_examples(command: str) -> None:
    """Help shows how a command is used before it lists options."""
    done = subprocess.run(
        [sys.executable, "-m", "ordain", command, "--help"], capture_output=True, text=True, check=True
    )
    assert "Examples:" in done.stdout.partition("Options:")[0]


def test_completion_offers_commands_and_formats() -> None:
    """The shell's completion asks the program itself."""
    env = {**os.environ, "_ORDAIN_COMPLETE": "bash_complete", "COMP_WORDS": "ordain pl", "COMP_CWORD": "1"}
    code = "from ordain.cli.exit import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert "plain,plan" in done.stdout


def test_only_a_forecast_imports_what_fits_it(shop) -> None:
    """A plan without a forecast does not wait for statsmodels; one with a forecast does."""
    probe = _PROBE.replace("{heavy!r}", repr({"statsmodels", "numpy", "pandas"}))
    found = {}
    for name in ("without", "with"):
        done = shop.command("plan", "--now", "2026-11-24T18:00:00Z")[3:]
        ran = subprocess.run(
            [sys.executable, "-c", probe, *done], cwd=shop.folder, capture_output=True, text=True, check=True
        )
        found[name] = ran.stdout.splitlines()[-1]
        shop.write("series/rps.csv", "ts,value\n1795500000,1\n1795503600,2\n")
        shop.edit(
            "ordain.yaml",
            "      snapshot: clusters/prod.yaml\n",
            "      snapshot: clusters/prod.yaml\n      series: series\n",
        )
        shop.edit(
            "policies/web.yaml",
            "  replicas: {min: 3, max: 9}\n",
            "  replicas: {min: 3, max: 9}\n  forecast: {series: rps, perReplica: 1}\n",
        )
    assert found == {"without": "IMPORTED", "with": "IMPORTED numpy pandas statsmodels"}
