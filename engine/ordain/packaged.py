"""Finds what is shipped beside the code: `templates/` and `schemas/`, in the wheel or in the checkout."""

from importlib.resources import files
from pathlib import Path


def packaged(name: str) -> Path:
    """Return the folder `name`: the installed package's copy, else the checkout's."""
    installed = Path(str(files("ordain") / name))
    return installed if installed.is_dir() else Path(__file__).parents[2] / name
