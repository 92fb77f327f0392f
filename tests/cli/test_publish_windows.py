"""Freeze and allow windows at the command line, and how every format shows what stands against a publish."""

from typing import Any

import pytest

from tests.cli.test_guards import NOW, findings, settings, shrink, trailer

WEEKEND = """\
windows:
- name: weekend
  freeze: {rrule: FREQ=WEEKLY;BYDAY=FR, start: 2026-01-02T18:00, end: 2026-01-05T08:00}
  timeZone: Europe/Berlin
  reason: nobody is there
"""
SATURDAY = "2026-11-28T12:00:00Z"
HELD = (
    "the freeze weekend (nobody is there) holds until Mon 30 Nov 2026 08:00+01:00 (Europe/Berlin) "
    "for all 6 changes (shop/HorizontalPodAutoscaler/cart, shop/HorizontalPodAutoscaler/checkout, "
    "shop/HorizontalPodAutoscaler/search and 3 more)"
)
OPEN_AGAIN = "publish from Mon 30 Nov 2026 08:00+01:00 (Europe/Berlin) on"


def test_a_freeze_refuses_a_publish_and_foretells_it_in_a_plan(shop: Any) -> None:
    """The refusal says which window, until when, where it is written and what lets it through; a plan is only told."""
    settings(shop, WEEKEND)
    before = shop.bytes_of()
    report = shop.report("publish", "--now", SATURDAY)
    (finding,) = [item for item in findings(report) if item["severity"] == "error"]
    assert (finding["code"], finding["message"]) == ("PUB004", HELD)
    assert finding["hint"] == f"{OPEN_AGAIN}; what cannot wait goes with --dangerous-publish-in-freeze"
    assert (finding["where"]["file"], finding["where"]["line"]) == ("ordain.yaml", 13)
    assert shop.bytes_of() == before
    plan = shop.ordain("plan", "--now", SATURDAY)
    assert plan.code == 0
    assert f"note: A publish now would be refused: PUB004 {HELD}; {OPEN_AGAIN}" in plan.out
    done = shop.ordain("publish", "--now", SATURDAY, "--dangerous-publish-in-freeze")
    assert done.code == 0
    assert done.last.startswith("Published: 6 created, 0 updated, 0 deleted.")
    assert f"note: Let through by --dangerous-publish-in-freeze: {HELD}" in done.out
    assert trailer(shop) == "PUB004"


def test_outside_the_freeze_nothing_is_said(shop: Any) -> None:
    """A window that is not open stands against nothing."""
    settings(shop, WEEKEND)
    assert "refused" not in shop.ordain("plan", "--now", NOW).out
    assert "note" not in shop.publish().out


@pytest.mark.parametrize(
    ("freeze", "until"),
    [
        ("{start: 2026-11-01T00:00, end: 9999-12-31T23:59}", "until Thu 30 Dec 9999 00:00+00:00 (Etc/UTC)"),
        ("{cron: 0 0 * * *, duration: 36h}", "for more than 400 days"),
        ("{cron: 0 0 20-30 11 *, duration: 24h}", "until Tue 1 Dec 2026 00:00+00:00 (Etc/UTC)"),
    ],
)
def test_a_freeze_that_goes_on_does_not_say_that_it_ends(shop: Any, freeze: str, until: str) -> None:
    """The end is that of the last stretch that follows without a break, and a freeze for good has none."""
    settings(shop, f"windows: [{{name: halt, freeze: {freeze}}}]")
    (message,) = [
        item["message"] for item in findings(shop.report("publish", "--now", NOW)) if item["code"] == "PUB004"
    ]
    assert message.startswith(f"the freeze halt holds {until} for all 6 changes")


def test_without_a_change_a_freeze_stops_nothing(published: Any) -> None:
    """A publish that would write nothing may run as often as it likes."""
    settings(published, WEEKEND)
    done = published.ordain("publish", "--now", SATURDAY)
    assert done.code == 0
    assert "Nothing to publish" in done.out


def test_a_time_can_be_tested(shop: Any) -> None:
    """`plan --at` and `publish --dry-run --at` say what would be; a publish that writes cannot choose its time."""
    settings(shop, WEEKEND)
    at = ("--now", NOW, "--at", "2026-11-28T13:00+01:00")
    assert f"A publish at 2026-11-28T12:00:00Z would be refused: PUB004 {HELD}" in shop.ordain("plan", *at).out
    assert shop.ordain("publish", "--dry-run", *at).code == 1
    opened = ("--now", SATURDAY, "--at", "2026-11-30T08:00+01:00")
    assert "A publish at 2026-11-30T07:00:00Z would be let through" in shop.ordain("plan", *opened).out
    assert shop.ordain("publish", "--dry-run", *opened).code == 0
    done = shop.ordain("publish", *opened)
    assert (done.code, done.err) == (
        2,
        "ordain: --at tests a time, and this publish would write now\nhint: add --dry-run, or leave --at out\n",
    )
    assert "--at soon is no time" in shop.ordain("plan", "--at", "soon").err


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        ("targets: [{clusters: [dev]}]", 0),
        ("targets: [{namespaces: [shop], kinds: [PodDisruptionBudget]}]", 3),
        ("exempt: [{kinds: [PodDisruptionBudget]}]", 3),
        ("exempt: [{kinds: [PodDisruptionBudget]}, {names: [cart, search]}]", 1),
        ("exempt: [{namespaces: ['s*']}]", 0),
    ],
)
def test_a_freeze_is_for_its_targets(shop: Any, scope: str, count: int) -> None:
    """Only changes that a window is for are stopped by it; one of them stops the whole commit."""
    settings(shop, f"{WEEKEND}  {scope}")
    found = findings(shop.report("publish", "--dry-run", "--now", SATURDAY))
    frozen = [item["message"].partition(" for ")[2].partition(" (")[0] for item in found if item["code"] == "PUB004"]
    assert frozen == ([f"{count} of 6 changes"] if count else [])


ALLOWS = """\
windows:
- name: office
  allow: {cron: "0 9 * * 1-4", duration: 7h}
  timeZone: Europe/Berlin
- name: night
  allow: {cron: "0 2 * * *", duration: 1h}
- name: year-end
  freeze: {start: 2026-12-20T00:00, end: 2027-01-04T00:00}
"""


def test_one_open_allow_is_enough(shop: Any) -> None:
    """Several allows are alternatives; outside of all of them the next one is named."""
    settings(shop, ALLOWS)
    assert shop.ordain("publish", "--dry-run", "--now", "2026-11-24T10:00Z").code == 0
    assert shop.ordain("publish", "--dry-run", "--now", "2026-11-24T02:30Z").code == 0
    (finding,) = [item for item in refused_at(shop, "2026-11-24T18:00Z") if item["severity"] == "error"]
    assert finding["code"] == "PUB005"
    assert finding["message"].startswith(
        "office, night allows nothing before Wed 25 Nov 2026 02:00+00:00 (Etc/UTC) for all 6 changes ("
    )
    assert finding["hint"].startswith("publish from Wed 25 Nov 2026 03:00+01:00 (Europe/Berlin) on; ")


def refused_at(bench: Any, time: str) -> Any:
    """Try to publish at a time and return the findings."""
    return findings(bench.report("publish", "--dry-run", "--now", time))


def test_a_freeze_wins_over_an_allow(shop: Any) -> None:
    """What is frozen is not published, whatever else is allowed; the hint knows of both."""
    settings(shop, ALLOWS)
    (finding,) = [item for item in refused_at(shop, "2026-12-21T10:00Z") if item["severity"] == "error"]
    assert finding["code"] == "PUB004"
    assert finding["hint"].startswith("publish from Mon 4 Jan 2027 02:00+00:00 (Etc/UTC) on; ")


def test_a_window_that_cannot_be_read_stops_every_command(shop: Any) -> None:
    """A schedule with a mistake is told at once, with its line, and not on the night of the freeze."""
    settings(shop, "windows: [{name: a, freeze: {cron: 0 0 31 2 *, duration: 1h}}]")
    done = shop.ordain("validate")
    assert done.code == 2
    assert done.err.startswith("ordain: ordain.yaml:12:38: windows[0].freeze.cron: '0 0 31 2 *' never fires")


def test_a_plan_from_before_a_freeze_waits_for_its_end(shop: Any) -> None:
    """The time of the publish counts, not that of the plan; a window that is changed meanwhile changes no plan."""
    settings(shop, WEEKEND)
    assert shop.ordain("plan", "--now", "2026-11-27T16:59:59Z", "--out", "plan.json").code == 0
    done = shop.ordain("publish", "plan.json", "--now", "2026-11-27T17:00:00Z")
    assert (done.code, shop.files() if shop.commits() else {}) == (1, {})
    assert "PUB004" in done.out
    shop.edit("ordain.yaml", "  reason: nobody is there", "  exempt: [{namespaces: [shop]}]")
    done = shop.ordain("publish", "plan.json", "--now", "2026-11-27T17:00:00Z")
    assert (done.code, shop.commits()) == (0, 1), done.out + done.err


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "markdown", "github", "html"])
def test_a_stop_is_in_every_format(published: Any, form: str) -> None:
    """Each format shows the code, and none changes the exit code."""
    settings(published, f"limits: {{deletions: {{count: 3}}}}\nprotect: [{{names: [search]}}]\n{WEEKEND}")
    shrink(published)
    done = published.ordain("publish", "--now", SATURDAY, "-o", form)
    assert done.code == 1
    assert {code for code in ("PUB001", "PUB003", "PUB004") if code in done.out} == {"PUB001", "PUB003", "PUB004"}
