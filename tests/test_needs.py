"""What is missing skips a test by name, or fails it, where it is required."""

from pathlib import Path

import pytest

from tests.needs import tool


def test_a_missing_tool_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a tool the test is skipped, and the reason says how to get it."""
    monkeypatch.delenv("ORDAIN_REQUIRE_TOOLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"no-such-tool is not on the PATH: sh scripts/debian_tools\.sh"):
        tool("no-such-tool")


def test_a_required_tool_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CI requires the tools, a missing one fails the test."""
    monkeypatch.setenv("ORDAIN_REQUIRE_TOOLS", "1")
    with pytest.raises(pytest.fail.Exception, match="ORDAIN_REQUIRE_TOOLS=1"):
        tool("no-such-tool")


def test_a_tool_is_found() -> None:
    """A tool that is there is given by its path."""
    assert tool("sh") == Path(tool("sh")).absolute()
