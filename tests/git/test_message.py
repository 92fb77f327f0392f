from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordain.errors import UserError
from ordain.git.message import commit_message

TRAILERS = {"Ordain-Engine": "0.1.0", "Ordain-Now": "2026-11-24T18:00:00Z"}


def parsed(run, message: str) -> list[str]:
    return run(Path("/"), "interpret-trailers", "--parse", feed=message).splitlines()


def test_the_message_has_three_parts() -> None:
    """Subject, body and trailers are apart by empty lines."""
    message = commit_message("Publish demo", "2 created.\n", TRAILERS)
    assert message == "Publish demo\n\n2 created.\n\nOrdain-Engine: 0.1.0\nOrdain-Now: 2026-11-24T18:00:00Z\n"


BODIES = [
    "",
    "---\nafter a divider",
    "text\n--- a/file",
    "# ------------------------ >8 ------------------------\ncut",
    "Fake-Trailer: value\nOrdain-Engine: 9",
    "text\n\n\nOther: value\n",
    "text\r\nmore\x00\x1b[31m",
]


@pytest.mark.parametrize("body", BODIES)
def test_git_reads_exactly_our_trailers(run, body: str) -> None:
    """Whatever the body holds, git finds our trailers and no other."""
    assert parsed(run, commit_message("Publish", body, TRAILERS)) == [
        f"{key}: {value}" for key, value in TRAILERS.items()
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(), body=st.text(st.sampled_from("-#:a \n\r\t\x85\u2028>8")), subject=st.text())
def test_a_value_cannot_add_a_trailer(run, value: str, body: str, subject: str) -> None:
    """No text in a value, the body or the subject makes another trailer or hides one."""
    found = parsed(run, commit_message(subject, body, {"Ordain-A": f"x{value}", "Ordain-B": "end"}))
    assert len(found) == 2
    assert found[0].startswith("Ordain-A: x")
    assert found[1] == "Ordain-B: end"


def test_a_trailer_without_a_value_is_left_out() -> None:
    """An empty value gives no line."""
    assert commit_message("s", "", {"Ordain-A": "", "Ordain-B": "b"}) == "s\n\nOrdain-B: b\n"


def test_a_bad_name_is_refused() -> None:
    """A trailer's name cannot hold a colon or a line break."""
    with pytest.raises(UserError, match="no name for a trailer"):
        commit_message("s", "", {"A: b\nC": "d"})
