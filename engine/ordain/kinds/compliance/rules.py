"""Users' own rules in CEL: compiled where they are written, judged on the objects of the targeted namespaces."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pydantic import MISSING

from ordain.errors import Span
from ordain.expressions import Broken, Unjudged, compile_rule
from ordain.kinds.compliance.model import ComplianceSpec, RuleSpec
from ordain.model.finding import Control, Finding, Severity
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, KubeObject
from ordain.model.policy import EffectivePolicy, Policy

RULE: Final = Control("COM100", "own-rule", Severity.WARNING)
UNJUDGED: Final = Control("COM101", "rule-without-answer", Severity.ERROR)
BROKEN: Final = Control("COM102", "broken-rule", Severity.ERROR, waivable=False)


def broken(policy: Policy) -> Iterator[Finding]:
    """Report rules that do not compile, and two with one id; no object is needed for that."""
    spec = policy.spec
    assert isinstance(spec, ComplianceSpec)
    seen: dict[str, int] = {}
    for index, rule in enumerate([] if spec.rules is MISSING else spec.rules):
        compiled = compile_rule(rule.cel)
        if isinstance(compiled, Broken):
            place = f" (line {compiled.line}, column {compiled.column} of it)" if compiled.line else ""
            yield Finding.of(
                BROKEN,
                f"the expression of rule {rule.id} is broken: {compiled.message}{place}",
                hint="`object` and `namespaceObject` are known here; the manual shows expressions that work",
                where=policy.where("rules", index, "cel"),
                field=f"spec.rules[{rule.id}].cel",
            )
        if seen.setdefault(rule.id, index) != index:
            yield Finding.of(
                BROKEN,
                f"two rules have the id {rule.id}",
                hint="rename one of them: waivers and reports tell rules apart by it",
                where=policy.where("rules", index, "id"),
                field=f"spec.rules[{rule.id}].id",
            )


def judged_by_rules(governed: Mapping[str, EffectivePolicy], objects: Iterable[KubeObject]) -> Iterator[Finding]:
    """Judge the objects of governed namespaces, and the namespaces themselves, by the rules that hold there."""
    rules = {namespace: _rules(effective) for namespace, effective in governed.items()}
    for item in objects:
        namespace = item.ref.name if item.ref.group_kind == GroupKind("", "Namespace") else item.ref.namespace
        for rule, where in rules.get(namespace, ()):
            if item.ref.kind in rule.match.kinds:
                yield from _judge(rule, where, item, governed[namespace].subject.object)


def unread(effective: Iterable[EffectivePolicy], live: LiveState) -> Iterator[Finding]:
    """Report rules on kinds that were not read from the cluster: nothing must count as judged that was not."""
    read = {group_kind.kind for group_kind in live.read}
    for policy in effective:
        for rule, where in _rules(policy):
            for kind in rule.match.kinds:
                if kind not in read:
                    found = Finding.of(
                        UNJUDGED,
                        f"rule {rule.id} judges no live {kind}: objects of this kind are not read from a cluster",
                        hint=f"check their manifests with `ordain check FILES`, or take {kind} out of match.kinds",
                        where=where,
                        field=f"spec.rules[{rule.id}].match.kinds[{kind}]",
                    )
                    yield replace(found, severity=Severity.WARNING)


def _rules(effective: EffectivePolicy) -> list[tuple[RuleSpec, Span]]:
    """Return the rules that hold, each with the line of its expression."""
    spec = effective.spec
    if not isinstance(spec, ComplianceSpec) or spec.rules is MISSING:
        return []
    return [(rule, effective.where_in("rules", index, "cel")) for index, rule in enumerate(spec.rules)]


def _judge(rule: RuleSpec, where: Span, item: KubeObject, namespace: KubeObject) -> Iterator[Finding]:
    compiled = compile_rule(rule.cel)
    assert not isinstance(compiled, Broken)  # `broken` stopped it
    answer = compiled.holds(item.body, namespace.body)
    if isinstance(answer, Unjudged):
        yield Finding.of(
            UNJUDGED,
            f"rule {rule.id} could not judge {item.ref}: {answer.reason}",
            hint="ask with has(…) or `.?` for a field that may be missing; this is not a pass",
            where=where,
            subject=item.ref,
            field=f"rules[{rule.id}]",
        )
    elif not answer:
        found = Finding.of(
            RULE,
            f"{item.ref} breaks rule {rule.id}: {rule.message}",
            hint=f"the rule stands at {where}",
            where=item.locate(()) or where,
            subject=item.ref,
            field=f"rules[{rule.id}]",
        )
        yield replace(found, severity=Severity(rule.severity))
