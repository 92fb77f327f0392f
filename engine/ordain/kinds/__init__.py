"""Finds the kinds of policy: each folder here that has a `KIND` is one. Adding a kind edits no existing file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ordain.model.kind import Kind


@cache
def all_kinds() -> dict[str, Kind]:
    """Return the kinds by their name (`ScalingPolicy`), in the order of their folders."""
    found = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__) if module.ispkg)
    return {module.KIND.name: module.KIND for module in found}
