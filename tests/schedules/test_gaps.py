"""The greatest and the least time between two firings."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordain.quantities import Duration
from ordain.schedules import ScheduleError, gaps, next_firing, parse, zone

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("text", "place", "longest", "shortest"),
    [
        ("30 2 * * *", "Europe/Berlin", 47 * HOUR, HOUR),
        ("30 2 * * *", "Etc/UTC", DAY, DAY),
        ("17 1 * * *", "Europe/Berlin", 25 * HOUR, 23 * HOUR),
        ("0 2 * * 1-5", "Etc/UTC", 72 * HOUR, 24 * HOUR),
        ("0 2 31 * *", "Etc/UTC", 61 * DAY, 31 * DAY),
        ("0 2 29 2 *", "Etc/UTC", 1461 * DAY, 1461 * DAY),
        ("*/45 * * * *", "Etc/UTC", 45 * 60, 15 * 60),
        ("0 */7 * * *", "Etc/UTC", 7 * HOUR, 3 * HOUR),
        ("@hourly", "Australia/Lord_Howe", 90 * 60, HOUR),
        ("@yearly", "Asia/Kathmandu", 366 * DAY, 365 * DAY),
    ],
)
def test_known_gaps(text: str, place: str, longest: int, shortest: int) -> None:
    """The gaps that people are surprised by, counted by hand."""
    found = gaps(parse(text), zone(place), START)
    assert found is not None
    assert (found.longest.length.seconds, found.shortest.length.seconds) == (longest, shortest)


def test_the_two_firings_are_named() -> None:
    """A gap says between which firings it lies, with the offset of each."""
    found = gaps(parse("30 2 * * *"), zone("Europe/Berlin"), START)
    assert found is not None
    assert str(found.longest) == "Sat 28 Mar 2026 02:30+01:00 and Mon 30 Mar 2026 02:30+02:00"


_PART = {
    "minute": st.sampled_from(["0", "30", "*/45", "15,45", "*/20"]),
    "hour": st.sampled_from(["*", "2", "0-3", "*/7", "0", "23"]),
    "day": st.sampled_from(["*", "1", "31", "*/10"]),
    "weekday": st.sampled_from(["*", "0", "1-5", "mon"]),
}
_ZONES = st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Etc/UTC", "America/Santiago"])


@settings(max_examples=15)
@given(st.builds("{minute} {hour} {day} * {weekday}".format, **_PART), _ZONES)
def test_no_firing_is_passed_over(text: str, place: str) -> None:
    """The extremes are those of every pair of neighbouring firings, asked for one by one over 13 months."""
    schedule, there, horizon = parse(text), zone(place), Duration(400 * DAY)
    found = gaps(schedule, there, START, horizon)
    lengths = _lengths(schedule, there, horizon.seconds)
    assert found is not None
    assert (found.longest.length.seconds, found.shortest.length.seconds) == (max(lengths), min(lengths))


def _lengths(schedule, there: ZoneInfo, horizon: int) -> list[int]:
    firing = next_firing(schedule, there, int(START.timestamp()))
    assert firing is not None
    end, lengths = firing + horizon, []
    while firing <= end:
        following = next_firing(schedule, there, firing)
        assert following is not None
        lengths.append(following - firing)
        firing = following
    return lengths


@pytest.mark.parametrize("text", ["*/5 * * * *", "30 2 * * *", "0 2 29 2 *", "*/5 8-18 * * 1-5"])
def test_five_years_take_a_moment(text: str) -> None:
    """A plan asks for many schedules: none may take long, not even one that fires every five minutes."""
    begun = time.process_time()
    gaps.__wrapped__(parse(text), zone("Europe/Berlin"), START)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("name", ["", "Local", "Berlin", "../Europe/Berlin", "Europe/", "Europe", "zone.tab", "UTC+1"])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    """A zone is an IANA name, the same on every machine."""
    with pytest.raises(ScheduleError):
        zone(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("TZ=UTC 0 2 * * *", "time zone"),
        ("CRON_TZ=Europe/Berlin 0 2 * * *", "time zone"),
        ("0 2 * * 7", "0 to 6 is possible"),
        ("0 2 L * *", "no number"),
        ("0 2 30 2 *", "never fires"),
        (", 2 * * *", "never fires"),
        ("0 0 2 * * *", "five fields"),
        ("0 2 * * 5-1", "comes after"),
        ("@every 1h", "wall clock"),
    ],
)
def test_a_refusal_says_why(text: str, message: str) -> None:
    """Each refused schedule says what is wrong with it."""
    with pytest.raises(ScheduleError, match=message):
        parse(text)


@pytest.mark.parametrize("text", ["0 2 * * *", "30 2 * * 5", "0 2 30 12 *", "0 * * * *"])
@pytest.mark.parametrize(
    ("place", "year"), [("Pacific/Apia", 2011), ("Pacific/Enderbury", 1994), ("Pacific/Kwajalein", 1993)]
)
def test_a_day_that_a_zone_left_out_does_not_hang(text: str, place: str, year: int) -> None:
    """Zones that crossed the date line have no such day; robfig/cron looks for it without end, and we pass over it."""
    found = gaps(parse(text), zone(place), datetime(year, 1, 1, tzinfo=UTC), Duration(800 * DAY))
    assert found is not None
    assert found.shortest.length.seconds > 0


def test_a_schedule_of_every_minute_takes_no_longer_than_others() -> None:
    """Each second of each minute around a change of the clock is not tried."""
    begun = time.process_time()
    gaps.__wrapped__(parse("* * * * *"), zone("Europe/Berlin"), START)
    assert time.process_time() - begun < 0.8
