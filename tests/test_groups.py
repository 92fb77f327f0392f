"""Tests that share a thing that is slow to start run in one worker: the runner is trusted with it, so it is tested."""

import os
import re
import subprocess
import sys
from pathlib import Path

GROUPED = """
import pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_number(number):
    pass
"""


def test_a_group_stays_in_one_worker(tmp_path: Path) -> None:
    """All tests of one group run in the same worker; without groups two workers would share them."""
    (tmp_path / "test_grouped.py").write_text(GROUPED, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-v", "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    workers = re.findall(r"^\[(gw\d)\].* PASSED", answer.stdout, re.MULTILINE)
    assert len(workers) == 6
    assert len(set(workers)) == 1
