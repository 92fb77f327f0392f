"""JSON for programs: all that the result holds, in the shape that `schemas/report.schema.json` publishes."""

from typing import Final

from ordain.errors import Span
from ordain.model.finding import Finding, by_place
from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change, FieldChange, FieldOrigin, Plan, Published, Result, Section
from ordain.report import document as doc
from ordain.report.anchors import Picture, pictures
from ordain.report.differences import drift
from ordain.report.escapes import json_text
from ordain.report.look import Look
from ordain.report.summary import Counts, plans, sum_line

SCHEMA_VERSION: Final = 1


def report(result: Result, _look: Look) -> str:
    """Write the result as JSON; keys are always there, with null where there is nothing to say."""
    return json_text(document(result))


def document(result: Result) -> doc.Report:
    """Return the result in the published shape."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "command": result.command,
        "summary": _summary(result),
        "findings": _findings(result.findings),
        "sections": [_section(section) for section in result.sections],
        "published": [_published(item) for item in result.published],
        "notes": list(result.notes),
    }


def _summary(result: Result) -> doc.Summary:
    counts = Counts.of(result.all_findings())
    made = plans(result)
    return {
        "line": sum_line(result),
        "changed": any(plan.changes for plan in made),
        "exitReasons": list(result.exit_reasons),
        "errors": counts.errors,
        "warnings": counts.warnings,
        "notes": counts.notes,
        "waived": counts.waived,
        "create": sum(plan.count(Action.CREATE) for plan in made),
        "update": sum(plan.count(Action.UPDATE) for plan in made),
        "delete": sum(plan.count(Action.DELETE) for plan in made),
        "unchanged": sum(plan.unchanged for plan in made),
        "liveDifferences": sum(len(plan.live) for plan in made),
        "drifted": sum(len(drift(plan)) for plan in made),
        "policies": result.policies,
        "files": result.files,
        "objects": result.objects,
    }


def _section(section: Section) -> doc.Section:
    return {
        "cluster": section.cluster,
        "kubernetesVersion": section.kubernetes_version,
        "source": section.source,
        "takenAt": section.taken_at or None,
        "output": section.output or None,
        "findings": _findings(section.findings),
        "plan": _plan(section.plan) if section.plan else None,
        "charts": [_chart(picture) for picture in pictures(section)],
        "snippets": list(section.snippets),
    }


def _chart(picture: Picture) -> doc.Chart:
    chart = picture.chart
    return {
        "object": named(picture.ref),
        "title": chart.title,
        "unit": chart.unit,
        "text": chart.text,
        "anchor": picture.anchor,
    }


def _plan(plan: Plan) -> doc.Plan:
    return {
        "changes": [_change(change) for change in plan.changes],
        "unchanged": plan.unchanged,
        "live": [_change(change) for change in plan.live],
        "liveUnchanged": plan.live_unchanged,
        "ignored": [_change(change) for change in plan.ignored],
        "adopted": [named(ref) for ref in plan.adopted],
    }


def _change(change: Change) -> doc.Change:
    return {
        "action": change.action.value,
        "object": named(change.ref),
        "subject": named(change.subject) if change.subject else None,
        "path": change.path,
        "cause": change.cause.value,
        "reason": change.reason or None,
        "fields": [_field(field) for field in change.fields],
        "pending": change.pending,
    }


def _field(field: FieldChange) -> doc.FieldChange:
    return {
        "path": field.path,
        "before": field.before,
        "after": field.after,
        "setBy": set_by(field.set_by),
        "manager": field.manager or None,
        "since": field.since or None,
        "onSync": field.on_sync.value if field.on_sync else None,
        "ignored": field.ignored or None,
        "pending": field.pending,
        "moved": field.moved.value if field.moved else None,
    }


def _findings(findings: tuple[Finding, ...]) -> list[doc.Finding]:
    return [_finding(finding) for finding in sorted(findings, key=by_place)]


def _finding(finding: Finding) -> doc.Finding:
    waived = finding.waived
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint or None,
        "where": place(finding.where),
        "cluster": finding.cluster or None,
        "subject": named(finding.subject) if finding.subject else None,
        "field": finding.field or None,
        "container": finding.container or None,
        "fingerprint": finding.fingerprint,
        "waived": {
            "name": waived.name,
            "owner": waived.owner,
            "ticket": waived.ticket or None,
            "reason": waived.reason,
            "expires": waived.expires,
        }
        if waived
        else None,
    }


def set_by(origin: FieldOrigin | None) -> doc.Origin | None:
    """Return who set a field, as the document has it."""
    return {"policy": origin.policy, "where": place(origin.where)} if origin else None


def place(span: Span | None) -> doc.Place | None:
    """Return a place, as the document has it."""
    return {"file": span.file, "line": span.line, "column": span.column} if span else None


def named(ref: ObjectRef) -> doc.Object:
    """Return an object's name, as the document has it."""
    return {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace or None, "name": ref.name}


def _published(item: Published) -> doc.Published:
    return {
        "repository": item.repository,
        "branch": item.branch,
        "commit": item.commit,
        "written": item.written,
        "deleted": item.deleted,
        "dryRun": item.dry_run,
    }
