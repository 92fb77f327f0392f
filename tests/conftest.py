"""What holds for all tests: how hypothesis looks for counter-examples, and what is rendered but once."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ordain.templates import renderer

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

_MOST = 200
_LARGEST = 1 << 18
"""Bytes of a request that is worth keeping."""


@pytest.fixture(scope="session", autouse=True)
def _rendered_once() -> Iterator[None]:
    """Keep what the renderer's process has answered well: tests of commands ask it for one small shop over and over.

    The answer is a pure function of the request. What fails, is late or is killed is never kept.
    """
    kept: dict[tuple[bytes, float], Any] = {}
    ask = renderer._converse

    def answered(request: bytes, budget: float) -> Any:
        key = request, budget
        if key not in kept:
            ending = ask(request, budget)
            if ending.status or ending.late or any("error" in answer for answer in ending.answers):
                return ending
            if len(kept) >= _MOST:
                kept.clear()
            if len(request) > _LARGEST:
                return ending
            kept[key] = ending
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renderer, "_converse", answered)
        yield
