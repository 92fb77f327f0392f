"""The page as a reader sees it: on a phone and at a desk, by day and by night."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change, FieldChange, FieldOrigin, Plan, Result, Section
from ordain.report import FORMATS
from ordain.report.look import Look

pytestmark = pytest.mark.xdist_group("chromium")

WIDTHS: Final = (320, 375, 800, 1280)
SCREENS: Final = [(width, dark) for width in WIDTHS for dark in (False, True)]
UNFOLD: Final = "document.querySelectorAll('details').forEach(one => one.open = true)"
OVERFLOWING: Final = """
[...document.body.querySelectorAll('*')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5) && !one.closest('pre, .skip')
}).map(one => one.outerHTML.slice(0, 200))
"""
TEXT_CONTRAST: Final = """
(() => {
  const parse = text => text.match(/[0-9.]+/g).map(Number);
  const channel = value => value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const ground = parse(getComputedStyle(one).backgroundColor);
      if (ground.length === 3 || ground[3] === 1) return ground;
    }
    return [255, 255, 255];
  };
  const found = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !one.getClientRects().length || one.closest('title, desc')) continue;
    const style = getComputedStyle(one), ink = one.closest('svg') ? style.fill : style.color;
    const [bright, dim] = [light(parse(ink)), light(behind(one))].sort((a, b) => b - a);
    found[`${one.tagName}.${one.getAttribute('class')} ${ink}`] = (bright + 0.05) / (dim + 0.05);
  }
  return found;
})()
"""
"""The contrast by the formula of WCAG 2.2, section 1.4.3, of each kind of text with what is behind it."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Result], Path]:
    """Write a result as a page."""
    folder = tmp_path_factory.mktemp("pages")

    def written(result: Result) -> Path:
        file = folder / "plan.html"
        file.write_text(FORMATS["html"](result, Look()), encoding="utf-8")
        return file

    return written


def _alone(chromium: Any, file: Path) -> None:
    """Nothing but the file was asked for, and nothing was complained of."""
    assert {event["request"]["url"] for event in chromium.seen("Network.requestWillBeSent")} <= {
        file.as_uri(),
        "data:,",
    }
    assert not chromium.seen("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_it_fits_the_screen(
    chromium: Any, page: Callable[[Result], Path], result: Result, width: int, *, dark: bool
) -> None:
    """Nothing sticks out to the side, folded or not, nothing is fetched, and the console stays silent."""
    file = page(result)
    chromium.open(file, width=width, dark=dark)
    _alone(chromium, file)
    for _ in range(2):
        assert chromium.run("document.documentElement.scrollWidth") == width
        assert chromium.run(OVERFLOWING) == []
        chromium.run(UNFOLD)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_text_can_be_read(
    chromium: Any, page: Callable[[Result], Path], results: dict[str, Result], width: int, *, dark: bool
) -> None:
    """Each kind of text has a contrast of at least 4.5 in both schemes, and the schemes differ."""
    seen = 0
    for name in ("plan", "pictures", "findings", "published"):
        chromium.open(page(results[name]), width=width, dark=dark)
        chromium.run(UNFOLD)
        contrasts = chromium.run(TEXT_CONTRAST)
        assert {what: ratio for what, ratio in contrasts.items() if ratio < 4.5} == {}
        seen += len(contrasts)
    assert seen > 40
    ground = chromium.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall("[0-9]+", ground))) < 384) == dark


def test_the_outline(chromium: Any, page: Callable[[Result], Path], results: dict[str, Result]) -> None:
    """The sum is the title, headings go down one step at a time, and the counts are those of the plan."""
    chromium.open(page(results["plan"]))
    outline = chromium.run("[...document.querySelectorAll('h1, h2, h3, h4')].map(one => [one.tagName, one.innerText])")
    levels = [int(tag[1]) for tag, _ in outline]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    texts = [text for _, text in outline]
    assert texts[0].startswith("Plan: 1 to create, 2 to update, 1 to delete.")
    assert {"Errors 1", "Warnings 1", "Notes 1", "Waived 1", "Changes 4", "Live differences 2"} <= set(texts)
    assert chromium.run("document.querySelectorAll('article').length") == 4
    assert chromium.run("document.querySelectorAll('details.change').length") == 4 + 2
    assert chromium.run("[...document.querySelectorAll('table')].every(one => one.caption.textContent)")
    landmarks = "['header', 'nav', 'main', 'footer'].map(one => document.querySelectorAll(one).length)"
    assert chromium.run(landmarks) == [1, 1, 1, 1]


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_the_demo(chromium: Any, demo: Any, width: int, *, dark: bool) -> None:
    """The demo's plan fits, can be read, asks for nothing, and counts what the JSON report counts."""
    chromium.open(demo.page, width=width, dark=dark)
    _alone(chromium, demo.page)
    chromium.run(UNFOLD)
    assert chromium.run(OVERFLOWING) == []
    assert {what: ratio for what, ratio in chromium.run(TEXT_CONTRAST).items() if ratio < 4.5} == {}
    (section,) = demo.document["sections"]
    summary = demo.document["summary"]
    assert chromium.run("document.querySelector('h1').innerText") == summary["line"]
    changes = "document.querySelectorAll('details.change[id^=\"change/\"]').length"
    assert chromium.run(changes) == len(section["plan"]["changes"]) > 0
    assert chromium.run("document.querySelectorAll('details.change[id^=\"live/\"]').length") == summary["drifted"]
    found = [*demo.document["findings"], *section["findings"]]
    names = chromium.run("[...document.querySelectorAll('article')].map(one => one.id.replace('finding/', ''))")
    assert sorted(names) == sorted(finding["fingerprint"] for finding in found)
    pictures = chromium.run("[...document.querySelectorAll('figure')].map(one => one.id)")
    assert sorted(pictures) == sorted(chart["anchor"] for chart in section["charts"])
    assert all(f"](build/plan.html#{name})" in demo.comment for name in pictures)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_is_there(
    chromium: Any, page: Callable[[Result], Path], results: dict[str, Result], width: int
) -> None:
    """A picture is as wide as its place, its lines have colours, and its texts are large enough."""
    chromium.open(page(results["pictures"]), width=width)
    box = chromium.run(
        "(({width, height}) => [width, height])(document.querySelector('.chart').getBoundingClientRect())"
    )
    assert box[0] >= min(width * 0.75, 600)
    assert box[1] >= 100
    strokes = chromium.run("[...document.querySelectorAll('.chart .line')].map(one => getComputedStyle(one).stroke)")
    assert len(set(strokes[:3])) == 3
    heights = (
        "[...document.querySelectorAll('.chart text')].map(one => one.getBoundingClientRect().height).filter(Boolean)"
    )
    assert min(chromium.run(heights)) >= 9


def test_a_link_unfolds_its_place(chromium: Any, page: Callable[[Result], Path], results: dict[str, Result]) -> None:
    """A link to a waived finding or a folded picture shows it, without a script."""
    file = page(results["pictures"])
    document = file.read_text(encoding="utf-8")
    finding, picture = (
        re.search(rf'id="({kind}/[^"]+)"', document) for kind in ("finding", "picture/demo/shop/[^/]+/gateway")
    )
    assert finding
    assert picture
    for place in (finding.group(1), picture.group(1)):
        chromium.open(file, place=f"#{place}")
        assert chromium.run(f"document.getElementById('{place}').checkVisibility()")


def test_paper_shows_what_is_folded(chromium: Any, page: Callable[[Result], Path], results: dict[str, Result]) -> None:
    """A printed page holds the folded parts as well."""
    chromium.open(page(results["pictures"]), dark=True)
    shown = "document.querySelector('details:not([open]) table').checkVisibility()"
    assert not chromium.run(shown)
    chromium.ask("Emulation.setEmulatedMedia", media="print")
    assert chromium.run(shown)
    assert chromium.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    chromium.ask("Emulation.setEmulatedMedia", media="")


def test_hostile_strings_do_nothing(
    chromium: Any, page: Callable[[Result], Path], holding: Callable[[str], Result], evil: str
) -> None:
    """No string of a policy becomes an element, a link or a script, and the policy of the page has nothing to stop."""
    file = page(holding(evil))
    chromium.open(file)
    _alone(chromium, file)
    assert (
        chromium.run("document.querySelectorAll('script, img, iframe, object, form, a[href^=javascript]').length") == 0
    )
    assert chromium.run("document.querySelectorAll('h1').length") == 1
    assert "\u202e" not in chromium.run("document.documentElement.outerHTML")


def _large(count: int) -> Result:
    origin = FieldOrigin("ScalingPolicy/shop", None)
    fields = tuple(FieldChange(f"spec.field{index}", "10", "12", origin) for index in range(5))
    changes = tuple(
        Change(
            Action.UPDATE, ObjectRef(f"team-{at % 40}", "HorizontalPodAutoscaler", f"app-{at}"), f"{at}.yaml", fields
        )
        for at in range(count)
    )
    plan = Plan("demo", changes, 0, tuple(replace(change, path="") for change in changes), 0)
    return Result("plan", (), (Section("demo", "1.37", "snapshot", "", (), plan),), policies=1, files=1)


def test_thousands_of_changes(chromium: Any, page: Callable[[Result], Path]) -> None:
    """Five thousand changes, and as many live differences, stay a page that opens and answers."""
    file = page(_large(5000))
    assert file.stat().st_size < 16_000_000
    chromium.open(file, width=375)
    assert chromium.run("document.querySelectorAll('details.change').length") == 10_000
    assert chromium.run("document.documentElement.scrollHeight") < 10_000
    assert chromium.run("performance.timing.loadEventEnd - performance.timing.navigationStart") < 20_000
