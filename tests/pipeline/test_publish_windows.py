"""The windows of the settings: when each is open, by a table, and what holds of any of them, by laws."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.errors import Span, UserError
from ordain.kubeyaml import POLICIES, read
from ordain.model.objects import ObjectRef
from ordain.schedules import Window, Windows, next_open
from ordain.settings import PublishWindow
from ordain.stages.guard.windows import shown
from ordain.stages.windows import PlacedWindow, read_windows

ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "publish_windows.tsv").read_text(encoding="utf-8").splitlines()
]
WEEK, HOUR = 7 * 86_400, 3600


def windows(*texts: str) -> tuple[PlacedWindow, ...]:
    """Read windows as `spec.windows` holds them, each with a name of its own."""
    values: list[Any] = [read(text.encode(), "windows", POLICIES).documents[0].value for text in texts]
    models = [PublishWindow.model_validate({"name": f"w{index}", **value}) for index, value in enumerate(values)]
    return read_windows(models, lambda *path: Span("/".join(map(str, path))))


def undertaking(*texts: str) -> Windows:
    found = windows(*texts)
    freezes = tuple(window.times for window in found if window.freezes)
    return Windows(freezes, tuple(window.times for window in found if not window.freezes))


def is_open(every: Windows, at: int) -> bool:
    """Say by the definition whether an undertaking may go ahead: inside no freeze, and inside an allow if any is."""
    allowed = not every.allows or any(window.ends(at) is not None for window in every.allows)
    return allowed and all(window.ends(at) is None for window in every.freezes)


@pytest.mark.parametrize(("window", "time", "verdict"), ROWS)
def test_a_window_gives_its_verdict(window: str, time: str, verdict: str) -> None:
    """At a time a publish is let through, or stopped until the window says otherwise."""
    (placed,) = windows(window)
    at = int(datetime.fromisoformat(time).timestamp())
    until = next_open([undertaking(window)], at)
    closed = (
        "closed for good" if until is None else f"closed until {shown(until, placed.times.zone)}".partition(" (")[0]
    )
    assert ("open" if until == at else closed) == verdict


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("{freeze: {cron: 0 25 * * *, duration: 1h}}", "freeze.cron: '25' is no hour: 0 to 23 is possible"),
        ("{freeze: {cron: 0 0 30 2 *, duration: 1h}}", "never fires"),
        ("{freeze: {cron: 0 0 * * *, duration: 1h}, timeZone: Mars/Olympus}", "there is no time zone 'Mars/Olympus'"),
        (
            "{allow: {start: 2026-12-20T18:00, end: 2026-12-20T18:00}}",
            "ends at 2026-12-20T18:00, and starts at 2026-12-20T18:00",
        ),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=WEEKLY;BYDAY=FR}}", "2026-01-02T18:00"),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30}}", "no time"),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=DAILY;INTERVAL=0}}", "cannot be read"),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=HOURLY}}", "'FREQ=HOURLY' cannot be read"),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: BYDAY=FR}}", "a rule needs FREQ"),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=DAILY;FREQ=DAILY}}", "'FREQ' is there twice"),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=DAILY;BYHOUR=3}}", "'BYHOUR' is no part"),
        (
            "{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=DAILY;COUNT=2;UNTIL=20270101T180000}}",
            "COUNT and UNTIL exclude each other",
        ),
        ("{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=DAILY;UNTIL=20261231}}", "'UNTIL=20261231' can"),
        (
            "{allow: {start: 2026-01-01T18:00, duration: 1h, rrule: FREQ=DAILY;UNTIL=99991231T235959Z}, timeZone: PRC}",
            "is no rule: date value out of range",
        ),
        ("{freeze: {cron: '* * * * *', duration: 60s}}", "'* * * * *' starts more than once an hour"),
        ("{freeze: {cron: 0 0 * * *, duration: 367d}}", "freeze.duration: what recurs lasts 366 days at most"),
        (
            "{freeze: {start: 2026-01-01T18:00, end: 2027-01-02T19:00, rrule: FREQ=YEARLY}}",
            "freeze.end: what recurs lasts 366 days at most",
        ),
    ],
)
def test_a_window_that_cannot_be_read_is_refused_with_its_field(window: str, message: str) -> None:
    """A mistake in a schedule is told before anything runs, where it is written."""
    with pytest.raises(UserError) as raised:
        windows(window)
    assert message in raised.value.message
    assert raised.value.where is not None
    assert raised.value.where.file.startswith("spec/windows/0")


def test_two_windows_of_one_name_are_refused() -> None:
    """A message names a window, so its name has to tell it from the others."""
    freeze = "{name: same, freeze: {cron: 0 0 * * *, duration: 1h}}"
    with pytest.raises(UserError, match="two windows are named same"):
        windows(freeze, freeze)


@pytest.mark.parametrize(
    ("scope", "ref", "verdict"),
    [
        ("", ObjectRef("shop", "ConfigMap", "a"), "covered"),
        ("targets: [{namespaces: [shop]}]", ObjectRef("shop", "ConfigMap", "a"), "covered"),
        ("targets: [{namespaces: [shop]}]", ObjectRef("", "Namespace", "shop"), "covered"),
        ("targets: [{namespaces: [shop]}]", ObjectRef("", "ClusterRole", "shop"), "not"),
        ("targets: [{namespaces: [shop], kinds: [ConfigMap]}]", ObjectRef("shop", "Secret", "a"), "not"),
        ("targets: [{clusters: ['test-*']}]", ObjectRef("shop", "ConfigMap", "a"), "not"),
        ("targets: [{clusters: ['test-*']}, {names: ['a*']}]", ObjectRef("shop", "ConfigMap", "a"), "covered"),
        ("exempt: [{clusters: ['prod-*']}]", ObjectRef("shop", "ConfigMap", "a"), "not"),
        ("targets: [{namespaces: [shop]}], exempt: [{names: [a]}]", ObjectRef("shop", "ConfigMap", "b"), "covered"),
    ],
)
def test_a_window_is_for_its_targets_less_those_exempt(scope: str, ref: ObjectRef, verdict: str) -> None:
    """Several entries are alternatives, the criteria of one hold together, and an exemption takes away."""
    (window,) = windows("{freeze: {cron: 0 0 * * *, duration: 1h}, " + scope + "}")
    assert ("covered" if window.covers(ref, "prod-eu") else "not") == verdict


_ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Etc/UTC"])
_TIMES = st.one_of(
    st.builds(
        "{{cron: '{} {} * * {}', duration: {}m}}".format,
        st.sampled_from(["0", "30", "59"]),
        st.sampled_from(["2", "*/6", "1-3", "23"]),
        st.sampled_from(["*", "sun", "1-5"]),
        st.integers(1, 3000),
    ),
    st.builds(
        "{{start: 2026-01-0{}T0{}:30, duration: {}h, rrule: FREQ={}}}".format,
        st.integers(1, 9),
        st.integers(0, 9),
        st.integers(1, 80),
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "DAILY;INTERVAL=3;COUNT=90"]),
    ),
    st.builds("{{start: 2026-03-2{}T02:30, end: 2026-1{}-25T02:30}}".format, st.integers(0, 9), st.integers(0, 2)),
)
_WINDOW = st.builds("{{{}: {}, timeZone: {}}}".format, st.sampled_from(["freeze", "allow"]), _TIMES, _ZONES)
_EVERY = st.lists(_WINDOW, max_size=4)
_YEAR = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
_AT = st.one_of(
    st.integers(_YEAR, _YEAR + 365 * 86_400),
    st.integers(-2 * HOUR, 2 * HOUR).map(lambda off: int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp()) + off),
    st.integers(-2 * HOUR, 2 * HOUR).map(lambda off: int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp()) + off),
)


@settings(max_examples=80, deadline=None)
@given(_EVERY, _AT)
def test_a_freeze_wins_and_one_open_allow_is_enough(texts: list[str], at: int) -> None:
    """Open is: inside no freeze, and inside one of the allows if there are any."""
    every = undertaking(*texts)
    assert (next_open([every], at) == at) is is_open(every, at)


@settings(max_examples=60, deadline=None)
@given(_EVERY, _AT)
def test_the_next_open_time_is_open_and_the_first(texts: list[str], at: int) -> None:
    """At the time that a hint names a publish is let through, and at no earlier one that is looked at."""
    every = undertaking(*texts)
    resumed = next_open([every], at)
    assert resumed is None or is_open(every, resumed)
    last = at + WEEK if resumed is None else min(resumed, at + WEEK)
    assert not any(is_open(every, moment) for moment in range(at, last, 7919))
    if resumed is not None and resumed > at:
        assert not is_open(every, resumed - 1)


@settings(max_examples=60, deadline=None)
@given(_WINDOW, _AT)
def test_a_window_covers_from_its_beginning_to_its_end(text: str, at: int) -> None:
    """What begins next is open at that second; what is open says when it ends, and has an end in the future."""
    (placed,) = windows(text)
    times: Window = placed.times
    if (begin := times.begins(at)) is not None:
        assert begin > at
        assert times.ends(begin) is not None
    if (end := times.ends(at)) is not None:
        assert end > at
        assert times.ends(end - 1) is not None


@settings(max_examples=40, deadline=None)
@given(_TIMES, st.integers(_YEAR, _YEAR + 300 * 86_400))
def test_in_utc_a_window_is_what_naive_arithmetic_says(text: str, at: int) -> None:
    """Where no clock changes, a window is its starts plus its length, without more ado."""
    (placed,) = windows("{freeze: " + text + "}")
    times, wall = placed.times, datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    length = times.length if isinstance(times.length, timedelta) else timedelta(seconds=times.length.seconds)
    starts = list(times.starts.between(wall - length, wall))
    covering = [start + length for start in starts if start <= wall < start + length]
    expected = int(max(covering).replace(tzinfo=UTC).timestamp()) if covering else None
    assert times.ends(at) == expected
