"""Whether anything in the cluster would load the rules: the Prometheus Operator, and a Prometheus that selects them."""

from collections.abc import Iterable, Iterator
from typing import Final

from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.objects import GroupKind, KubeObject, RawObject
from ordain.model.plan import Manifest
from ordain.model.policy import EffectivePolicy

NOT_LOADED: Final = Control("SLO009", "rules-not-loaded", Severity.ERROR)

_API: Final = "monitoring.coreos.com/v1"
_RULE: Final = GroupKind("monitoring.coreos.com", "PrometheusRule")


def judge_loading(effective: Iterable[EffectivePolicy], evidence: Evidence) -> Iterator[Finding]:
    """Report rules that no Prometheus of the cluster would load; what is unknown is not reported."""
    if evidence.live is None:
        return
    rules = {item.recommendation.subject: item for item in evidence.manifests if item.ref.group_kind == _RULE}
    served = evidence.live.served is None or _API in evidence.live.served
    readers = [item for item in evidence.objects.of_kind("Prometheus") if item.ref.group == _RULE.group]
    for item in effective:
        if rule := rules.get(item.subject.ref):
            if not served:
                yield _not_loaded(item, f"the cluster does not serve {_API}, so {rule.ref} cannot be created", _INSTALL)
            elif readers and not any(_loads(reader, rule) for reader in readers):
                names = ", ".join(f"{reader.ref} ({_wish(reader)})" for reader in readers)
                yield _not_loaded(item, f"no Prometheus selects {rule.ref}: {names}", _LABEL)


_INSTALL: Final = "install the Prometheus Operator (its CRDs first), or take the policy's targets off this cluster"
_LABEL: Final = "give spec.labels what the ruleSelector asks for; an empty ruleSelector {} selects all rules"


def _not_loaded(effective: EffectivePolicy, message: str, hint: str) -> Finding:
    where, subject = effective.where("labels"), effective.subject.ref
    return Finding.of(NOT_LOADED, message, hint=hint, where=where, subject=subject, field="spec.labels")


def _loads(reader: KubeObject, rule: Manifest) -> bool:
    """Say whether a Prometheus loads a rule.

    Without a `ruleSelector` it loads none, without a `ruleNamespaceSelector` those of its own namespace. The labels
    of namespaces are not looked at: where one is asked for, any namespace may have it.
    """
    selector = reader.get("spec", "ruleSelector")
    everywhere = reader.get("spec", "ruleNamespaceSelector") is not None
    near = everywhere or reader.ref.namespace == rule.ref.namespace
    return near and isinstance(selector, dict) and _fits(selector, rule.body["metadata"].get("labels", {}))


def _fits(selector: RawObject, labels: RawObject) -> bool:
    """Say whether a label selector fits; an expression that is not understood does, for nothing is known of it."""
    wanted = selector.get("matchLabels") or {}
    return wanted.items() <= labels.items() and all(
        _expression(expression, labels) for expression in selector.get("matchExpressions") or []
    )


def _expression(expression: RawObject, labels: RawObject) -> bool:
    value, values = labels.get(str(expression.get("key"))), expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return True


def _wish(reader: KubeObject) -> str:
    selector = reader.get("spec", "ruleSelector")
    if not isinstance(selector, dict):
        return "it has no ruleSelector, so it loads no rules"
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    parts += [f"{item.get('key')} {item.get('operator')}" for item in selector.get("matchExpressions") or []]
    near = "" if reader.get("spec", "ruleNamespaceSelector") is not None else " in its own namespace"
    return f"it asks for {', '.join(parts) or 'any rule'}{near}"
