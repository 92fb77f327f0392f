"""HTML for people: one file that needs no script and no network, for a phone, a desk and paper.

Everything that a template of `page/` prints goes through `plain` and is escaped, whoever wrote it: only the style
sheet and the pictures, which escape what they hold, are taken as they are. A content security policy that allows
this one style sheet and nothing else stands behind that.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ordain import __version__
from ordain.model.chart import Chart
from ordain.model.finding import Severity
from ordain.model.plan import Action, Change, FieldChange, Result, Section
from ordain.report import anchors, arranged
from ordain.report.differences import about, drift, held_by, left_alone, outcome_of, place_of, subject_of, waiver_of
from ordain.report.escapes import clip, plain
from ordain.report.look import Look
from ordain.report.summary import PLANNING, Counts, many, sum_line
from ordain.report.svg import letters, svg

if TYPE_CHECKING:
    from ordain.model.objects import ObjectRef

_LONGEST: Final = 2_000
_OPEN_UP_TO: Final = 20
"""Lists of up to so many entries are unfolded."""
_DRAWN: Final = 100
"""How many pictures one page draws; the others are told in words."""
_SIGN: Final = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "\N{MINUS SIGN}"}
_WORDS: Final = {
    Severity.ERROR: "Errors",
    Severity.WARNING: "Warnings",
    Severity.NOTE: "Notes",
}
_LIVE_WORDS: Final = {
    Action.CREATE: "not in the cluster",
    Action.UPDATE: "differs",
    Action.DELETE: "in the cluster only",
}


def report(result: Result, look: Look) -> str:
    """Write the result as one page; `look.gate` is named where findings reach it, -v adds what a sync mends."""
    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    findings = result.all_findings()
    page = _templates().get_template("page.html.j2")
    return page.render(
        result=result,
        version=__version__,
        style=Markup(style),  # noqa: S704 - the package's own style sheet
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
        sum_line=sum_line(result),
        counts=Counts.of(findings),
        fails=any(map(look.fails, findings)),
        gate=look.gate,
        groups=arranged.by_severity(findings),
        waived=arranged.waived(findings),
        sections=[_cluster(section, drawn, look) for section, drawn in _drawing(result.sections)],
    )


def _drawing(sections: Iterable[Section]) -> Iterable[tuple[Section, int]]:
    """Share out how many pictures each cluster may draw."""
    left = _DRAWN
    for section in sections:
        yield section, left
        left = max(0, left - sum(1 for _ in anchors.pictures(section)))


def _cluster(section: Section, drawn: int, look: Look) -> Mapping[str, object]:
    plan = section.plan
    changes = plan.changes if plan else ()
    live = plan.live if plan else ()
    shown = drift(plan) if plan and look.verbose < 1 else live
    by_object: dict[ObjectRef, list[anchors.Picture]] = {}
    for picture in anchors.pictures(section):
        by_object.setdefault(picture.ref, []).append(picture)
    changed = {change.ref for change in changes}
    ordered = [one for change in changes for one in by_object.get(change.ref, ())]
    others = [one for ref, some in by_object.items() if ref not in changed for one in some]
    return {
        "section": section,
        "plan": plan,
        "parts": arranged.by_cause(changes),
        "live": arranged.by_namespace(shown),
        "differing": len(shown),
        "ignored": arranged.by_namespace(plan.ignored if plan else ()),
        "expected": len(live) - len(shown),
        "pictures": by_object,
        "others": others,
        "drawn": {one.anchor for one in [*ordered, *others][:drawn]},
        "holdings": arranged.holdings(section.effective),
    }


@cache
def _style() -> str:
    return (files("ordain.report") / "page" / "style.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("ordain.report", "page"),
        autoescape=True,
        finalize=_printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    functions: tuple[Callable[..., object], ...] = (
        about, drift, held_by, left_alone, many, outcome_of, place_of, subject_of, waiver_of, anchors.anchor,
        anchors.anchor_of, arranged.shown_fields, arranged.rest_of, letters,
    )  # fmt: skip
    environment.globals |= {function.__name__: function for function in functions}
    environment.globals |= {
        "drawing": _drawing_of,
        "sides": _sides,
        "severity_words": _WORDS,
        "signs": _SIGN,
        "live_words": _LIVE_WORDS,
        "open_up_to": _OPEN_UP_TO,
        "planning": PLANNING,
    }
    return environment


def _printed(value: object) -> object:
    """Make whatever a template prints harmless; escaping follows."""
    return value if isinstance(value, Markup) else clip(plain(str(value)), _LONGEST)


def _drawing_of(chart: Chart, name: str) -> Markup:
    return Markup(svg(chart, name))  # noqa: S704 - the drawing escapes the texts that it holds


def _sides(change: Change, *, live: bool) -> tuple[tuple[str, Callable[[FieldChange], str | None]], ...]:
    """Return the columns of a change's values: what stands above them, and how to read them."""
    before: tuple[str, Callable[[FieldChange], str | None]] = ("Live" if live else "Before", lambda one: one.before)
    after: tuple[str, Callable[[FieldChange], str | None]] = ("Desired" if live else "After", lambda one: one.after)
    if live or change.action is Action.UPDATE:
        return before, after
    return (("Value", after[1] if change.action is Action.CREATE else before[1]),)
