"""The sum of a result: its counts and the one line that says it all."""

from dataclasses import dataclass

from ordain.model.finding import Finding, Severity
from ordain.model.plan import Action, Plan, Published, Result
from ordain.report.differences import drift

PLANNING = ("plan", "publish")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings there are; waived ones count as waived only."""

    errors: int
    warnings: int
    notes: int
    waived: int

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> "Counts":
        """Count findings."""
        open_ones = [finding.severity for finding in findings if finding.waived is None]
        errors, warnings, notes = (open_ones.count(severity) for severity in Severity)
        return cls(errors, warnings, notes, len(findings) - len(open_ones))

    def __str__(self) -> str:
        parts = [
            many(self.errors, "error"),
            many(self.warnings, "warning"),
            many(self.notes, "note"),
            f"{self.waived} waived",
        ]
        return ", ".join(part for part in parts if not part.startswith("0 "))


def many(count: int, noun: str) -> str:
    """Write a count with its noun: `1 file`, `2 policies`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def plans(result: Result) -> tuple[Plan, ...]:
    """Return the plans of all clusters that have one."""
    return tuple(section.plan for section in result.sections if section.plan is not None)


def sum_line(result: Result) -> str:
    """Say the whole result in one line of plain sentences."""
    counts = Counts.of(result.all_findings())
    made = plans(result)
    if not made:
        sentences = [_judged(result, counts)]
    elif result.command == "drift":
        sentences = [_moved(result, made), str(counts)]
    elif all(plan.empty for plan in made):
        sentences = [f"No changes. {_compared(result)}", str(counts)]
    else:
        sentences = [_changed(result.published, made), _drifted(made), str(counts)]
    if made or result.command in PLANNING:
        missing = [section.cluster for section in result.sections if section.plan is None]
        sentences.append(f"No plan for {', '.join(missing)}" if missing else "")
    if any(item.dry_run for item in result.published):
        sentences.append("Nothing was written: this was a dry run")
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def _moved(result: Result, made: tuple[Plan, ...]) -> str:
    changes = [change for plan in made for change in plan.live]
    different, missing, more = (
        sum(change.action is action and not change.pending for change in changes)
        for action in (Action.UPDATE, Action.CREATE, Action.DELETE)
    )
    waiting = sum(change.pending for change in changes)
    rest = f". {many(waiting, 'object')} only waiting for a publish" if waiting else ""
    if different or missing or more:
        return f"Drift: {different} different, {missing} missing, {more} in the cluster only{rest}"
    return f"No drift. {_compared(result)}{rest}"


def _changed(published: tuple[Published, ...], made: tuple[Plan, ...]) -> str:
    create, update, delete = (sum(plan.count(action) for plan in made) for action in Action)
    if any(item.commit and not item.dry_run for item in published):
        return f"Published: {create} created, {update} updated, {delete} deleted"
    return f"Plan: {create} to create, {update} to update, {delete} to delete"


def _drifted(made: tuple[Plan, ...]) -> str:
    count = sum(len(drift(plan)) for plan in made)
    return f"{many(count, 'live object')} drifted" if count else ""


def _compared(result: Result) -> str:
    planned = [section for section in result.sections if section.plan is not None]
    objects = sum(section.plan.unchanged for section in planned if section.plan is not None)
    outputs = sorted({section.output or "the output branch" for section in planned})
    clusters = ", ".join(section.cluster for section in planned)
    sides = f"{', '.join(outputs)} and with the live objects of {clusters}"
    return f"Compared {many(objects, 'object')} with {sides}"


def _judged(result: Result, counts: Counts) -> str:
    sizes = [many(result.policies, "policy")] if result.policies else []
    sizes += [many(result.objects, "object")] if result.objects else []
    looked_at = " and ".join(sizes)
    if result.files:
        looked_at += f"{' in ' if looked_at else ''}{many(result.files, 'file')}"
    if counts.errors or counts.warnings:
        return f"{counts}{_spread(result, looked_at)}"
    mended = result.command == "fix" and result.notes
    verdict = "Valid" if result.command == "validate" else "Nothing else to mend" if mended else "Nothing to mend"
    rest = f". {counts}" if str(counts) else ""
    return (f"{verdict}: {looked_at}" if looked_at else verdict) + rest


def _spread(result: Result, looked_at: str) -> str:
    files = {
        finding.where.file
        for finding in result.all_findings()
        if finding.where and finding.waived is None and finding.severity is not Severity.NOTE
    }
    if files and result.files:
        return f" in {len(files)} of {many(max(result.files, len(files)), 'file')}"
    return f" in {looked_at}" if looked_at else ""
