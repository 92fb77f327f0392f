"""What a test needs beside Python: where it is absent the test is skipped and says so, or fails, where CI says so."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def absent(reason: str, variable: str) -> NoReturn:
    """Skip the test for a reason; with that environment variable at 1 the test fails instead."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{reason} ({variable}=1 requires it)", pytrace=False)
    pytest.skip(reason)


def tool(command: str, *, install: str = "sh scripts/debian_tools.sh", variable: str = "ORDAIN_REQUIRE_TOOLS") -> Path:
    """Return where a command of the PATH is; see `absent` for where it is not."""
    path = shutil.which(command)
    return Path(path) if path else absent(f"{command} is not on the PATH: {install}", variable)
