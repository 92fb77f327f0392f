"""Markdown for a comment on a pull request: summary first, then tables, then folded diffs.

The first line is a hidden marker, so that a bot finds its comment and updates it in place. GitHub takes
65,536 characters; the report stays below that in UTF-8 bytes, leaves out whole rows, and says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import quote

from ordain.model.finding import Finding, Severity, by_place
from ordain.model.plan import Action, Cause, Change, FieldChange, Plan, Published, Result, Section
from ordain.report.anchors import Picture, pictures
from ordain.report.differences import ABSENT, about, drift, held_by, left_alone, outcome_of, place_of, waiver_of
from ordain.report.escapes import clip, markdown, markdown_code, plain
from ordain.report.look import Look
from ordain.report.summary import many, sum_line

MARKER: Final = "<!-- ordain -->"
LIMIT: Final = 65_000
_FOOTER: Final = 1_500
_FINDINGS_END: Final = 25_000
_TABLES_END: Final = 45_000
_SIGN: Final = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
_LIVE_WORDS: Final = {Action.CREATE: "missing in the cluster", Action.DELETE: "in the cluster only"}
_CAUSE_WORDS: Final = {Cause.POLICY: "", Cause.ENGINE: "upgrade of engine or templates"}
_Item = TypeVar("_Item")


@dataclass(slots=True)
class _Page:
    """Collects closed pieces of text as long as they fit; `left_out` counts those that did not, by name."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text.encode())

    def block(
        self,
        opening: str,
        items: Sequence[_Item],
        write: Callable[[_Item], str],
        closing: str,
        *,
        end: int,
        noun: str,
    ) -> None:
        """Add a block with a line for each item that fits below `end` bytes; no line, no block."""
        room = end - self.size - len((opening + closing).encode())
        fitting: list[str] = []
        for item in items:
            line = f"{write(item)}\n"
            room -= len(line.encode())
            if room < 0:
                break
            fitting.append(line)
        if fitting:
            self.add(opening + "".join(fitting) + closing)
        if rest := len(items) - len(fitting):
            self.left_out[noun] = self.left_out.get(noun, 0) + rest


def report(result: Result, look: Look) -> str:
    """Write a comment of at most 65,000 bytes; all strings of policies and clusters are escaped."""
    page = _Page()
    page.add(f"{MARKER}\n## ordain {markdown(result.command)}\n\n**{markdown(sum_line(result), 1000)}**\n")
    page.block("\n", result.published, _published, "", end=5_000, noun="published branches")
    page.block("\n", result.notes, lambda note: f"- {markdown(note)}", "", end=8_000, noun="remarks")
    _findings(page, result.all_findings())
    for section in result.sections:
        if section.plan is not None:
            _tables(page, section, section.plan, look)
    for section in result.sections:
        if section.plan is not None:
            _diff(page, section, section.plan)
    _folded_findings(page, result.all_findings())
    if page.left_out:
        rest = ", ".join(f"{noun} ({count})" for noun, count in page.left_out.items())
        page.add(f"\nLeft out, as a comment has a size limit: {rest}. The text and JSON reports have them.\n")
    return "".join(page.parts)


def _published(item: Published) -> str:
    where = f"branch {markdown_code(item.branch)} of {markdown_code(item.repository)}"
    sizes = f"{many(item.written, 'file')} written, {item.deleted} deleted"
    if item.dry_run:
        return f"- Dry run: nothing was written to {where}; it would be {sizes}."
    if item.commit is None:
        return f"- Nothing to publish: {where} is up to date."
    return f"- Published commit {markdown_code(item.commit)} to {where}: {sizes}."


def _loud(finding: Finding) -> bool:
    return finding.waived is None and finding.severity is not Severity.NOTE


def _row(finding: Finding) -> str:
    message = markdown(finding.message)
    message += f"<br>object: {markdown_code(on)}" if (on := about(finding)) else ""
    message += f"<br>hint: {markdown(finding.hint)}" if finding.hint else ""
    message += f"<br>waived by {markdown(waiver_of(finding))}" if finding.waived else ""
    message += f"<!-- fingerprint: {finding.fingerprint} -->"
    place = markdown_code(place_of(finding), 200)
    return f"| {finding.severity} | {markdown_code(finding.code)} | {place} | {message} |"


def _findings(page: _Page, findings: tuple[Finding, ...]) -> None:
    loud = sorted(filter(_loud, findings), key=lambda finding: (finding.severity.rank, *by_place(finding)))
    head = "\n### Findings\n\n| Severity | Code | Where | What |\n|---|---|---|---|\n"
    page.block(head, loud, _row, "", end=_FINDINGS_END, noun="findings")


def _folded_findings(page: _Page, findings: tuple[Finding, ...]) -> None:
    quiet = sorted(
        (item for item in findings if not _loud(item)), key=lambda item: (item.severity.rank, *by_place(item))
    )
    head = f"\n<details>\n<summary>Notes and waived findings: {len(quiet)}</summary>\n\n"
    head += "| Severity | Code | Where | What |\n|---|---|---|---|\n"
    page.block(head, quiet, _row, "\n</details>\n", end=LIMIT - _FOOTER, noun="notes and waived findings")


def _tables(page: _Page, section: Section, plan: Plan, look: Look) -> None:
    head = f"\n### Cluster {markdown(section.cluster)}\n\n"
    head += f"Kubernetes {markdown(section.kubernetes_version)}, {markdown(section.source)}. "
    head += f"Unchanged: {many(plan.unchanged, 'object')} in Git, {plan.live_unchanged} in the cluster."
    head += "".join(f" Adopts {markdown_code(str(ref), 200)}." for ref in plan.adopted[:20])
    page.block("", [head], str, "", end=_TABLES_END, noun="clusters")
    ordered = sorted(plan.changes, key=lambda change: change.cause is Cause.ENGINE)
    rows = "\n| Change | Object | Why |\n|---|---|---|\n"
    page.block(rows, ordered, _change_row, "", end=_TABLES_END, noun="changes")
    rows = "\nLive differences, the cluster against what is desired:\n\n| Object | Difference |\n|---|---|\n"
    page.block(rows, drift(plan), _live_row, "", end=_TABLES_END, noun="live differences")
    head = f"\n<details>\n<summary>Live fields left alone: {left_alone(plan)}</summary>\n\n"
    head += "| Object | Difference |\n|---|---|\n"
    page.block(head, plan.ignored, _live_row, "\n</details>\n", end=_TABLES_END, noun="objects with fields left alone")
    _pictures(page, section, look)


def _pictures(page: _Page, section: Section, look: Look) -> None:
    """Say what the pictures show: a comment cannot hold one, but it can link the page that does."""
    found = list(pictures(section))
    hint = "" if look.page or not found else "\n`-o html=FILE` writes a page with the pictures.\n"
    page.block("\nPictures:\n\n", found, lambda one: _picture(one, look), hint, end=_TABLES_END, noun="pictures")


def _picture(picture: Picture, look: Look) -> str:
    chart, title = picture.chart, markdown(picture.chart.title)
    if look.page:
        title = f"[{title}]({quote(look.page, errors='surrogatepass')}#{picture.anchor})"
    return f"- {title}: {markdown(chart.text)}"


def _change_row(change: Change) -> str:
    why = ". ".join(filter(None, (markdown(change.reason), _CAUSE_WORDS[change.cause])))
    return f"| {_SIGN[change.action]} {change.action} | {markdown_code(str(change.ref), 200)} | {why} |"


def _live_row(change: Change) -> str:
    words = _LIVE_WORDS.get(change.action) or "<br>".join(_live_field(item) for item in change.fields[:5])
    more = len(change.fields) - 5
    if change.action is Action.UPDATE and more > 0:
        words += f"<br>and {many(more, 'more field')}"
    return f"| {markdown_code(str(change.ref), 200)} | {words} |"


def _live_field(item: FieldChange) -> str:
    holder = f", held by {markdown_code(held_by(item))}" if item.manager else ""
    outcome = f"left alone: {markdown(item.ignored)}" if item.ignored else outcome_of(item)
    live, desired = (markdown_code(ABSENT if side is None else side) for side in (item.before, item.after))
    return f"{markdown_code(item.path)}: live {live}, desired {desired}{holder}" + (f"; {outcome}" if outcome else "")


def _diff(page: _Page, section: Section, plan: Plan) -> None:
    opening = f"\n<details>\n<summary>Field by field: {markdown(section.cluster)}</summary>\n\n```diff\n"
    page.block(
        opening,
        plan.changes,
        _hunk,
        "```\n\n</details>\n",
        end=LIMIT - 2 * _FOOTER,
        noun="objects field by field",
    )


def _hunk(change: Change) -> str:
    lines = [f"@@ {change.action} {clip(plain(str(change.ref)))} @@"]
    for item in change.fields[:40]:
        origin = f"   # {clip(plain(str(item.set_by)))}" if item.set_by else ""
        path = clip(plain(item.path))
        if item.before is not None:
            lines.append(f"- {path}: {clip(plain(item.before))}" + ("" if item.after is not None else origin))
        if item.after is not None:
            lines.append(f"+ {path}: {clip(plain(item.after))}{origin}")
    if (rest := len(change.fields) - 40) > 0:
        lines.append(f"@@ and {many(rest, 'more field')} @@")
    return "\n".join(lines)
