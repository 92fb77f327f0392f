"""Long lists put in order for a page: by severity and code, by cause, by namespace, by what they have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ordain.model.finding import Finding, Severity, by_place
from ordain.model.objects import ObjectRef, show_path
from ordain.model.plan import Action, Cause, Change, FieldChange, FieldOrigin, Holds


@dataclass(frozen=True, slots=True)
class OfCode:
    """The findings of one control."""

    code: str
    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OfSeverity:
    """The open findings of one severity, by code."""

    severity: Severity
    count: int
    codes: tuple[OfCode, ...]


def by_severity(findings: Iterable[Finding]) -> list[OfSeverity]:
    """Return the open findings, the worst first."""
    opened = [finding for finding in findings if finding.waived is None]
    groups = []
    for severity in Severity:
        found = [finding for finding in opened if finding.severity is severity]
        if found:
            groups.append(OfSeverity(severity, len(found), _by_code(found)))
    return groups


def _by_code(findings: Iterable[Finding]) -> tuple[OfCode, ...]:
    ordered = sorted(findings, key=lambda finding: (finding.code, finding.name, by_place(finding), finding.cluster))
    pairs = groupby(ordered, key=lambda finding: (finding.code, finding.name))
    return tuple(OfCode(code, name, tuple(found)) for (code, name), found in pairs)


def waived(findings: Iterable[Finding]) -> list[Finding]:
    """Return the waived findings in the order of their places."""
    return sorted((finding for finding in findings if finding.waived is not None), key=by_place)


@dataclass(frozen=True, slots=True)
class OfNamespace:
    """The changes of one namespace; an empty name is that of the cluster's scope."""

    namespace: str
    changes: tuple[Change, ...]


def by_namespace(changes: Iterable[Change]) -> list[OfNamespace]:
    """Return changes by namespace, those of the cluster's scope first; within one the order stays."""
    ordered = sorted(changes, key=lambda change: change.ref.namespace)
    return [OfNamespace(name, tuple(found)) for name, found in groupby(ordered, key=lambda one: one.ref.namespace)]


def by_cause(changes: Sequence[Change]) -> list[tuple[Cause, int, list[OfNamespace]]]:
    """Return changes by cause with their number: first those of policies, then those of an upgrade."""
    parts = [(cause, [change for change in changes if change.cause is cause]) for cause in Cause]
    return [(cause, len(found), by_namespace(found)) for cause, found in parts if found]


def shown_fields(change: Change) -> list[FieldChange]:
    """Return the fields that tell the change: of a new object those that a policy or a default set, if any."""
    told = [field for field in change.fields if field.set_by is not None]
    return told if told and change.action is Action.CREATE else list(change.fields)


def rest_of(change: Change) -> list[FieldChange]:
    """Return the other fields."""
    shown = shown_fields(change)
    return [] if len(shown) == len(change.fields) else [field for field in change.fields if field.set_by is None]


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds alike for some objects: the fields with value and origin."""

    kind: str
    subjects: tuple[ObjectRef, ...]
    settings: tuple[tuple[str, str, FieldOrigin], ...]


def holdings(effective: Iterable[Holds]) -> list[Holding]:
    """Return effective policies, those that agree in every field and origin as one, by their first subject."""
    alike: dict[tuple[str, tuple[tuple[str, str, FieldOrigin], ...]], list[ObjectRef]] = {}
    for policy in effective:
        settings = tuple((show_path(path), value, origin) for path, value, origin in policy.settings())
        alike.setdefault((policy.kind, settings), []).append(policy.ref)
    found = [Holding(kind, tuple(sorted(refs)), settings) for (kind, settings), refs in alike.items()]
    return sorted(found, key=lambda one: (one.kind, one.subjects))
