"""Whether the rules would work in the cluster: the Prometheus Operator, and a Prometheus that loads and remembers."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ordain.kinds.servicelevel.budget import compact
from ordain.kinds.servicelevel.planner import promises
from ordain.model.finding import Control, Finding, Severity
from ordain.model.kind import Evidence
from ordain.model.objects import GroupKind, KubeObject
from ordain.model.plan import Manifest
from ordain.model.policy import EffectivePolicy
from ordain.model.selectors import selects
from ordain.quantities import Duration

NOT_LOADED: Final = Control("SLO009", "rules-not-loaded", Severity.ERROR)
FORGETS: Final = Control("SLO010", "window-beyond-retention", Severity.WARNING)

_API: Final = "monitoring.coreos.com/v1"
_RULE: Final = GroupKind("monitoring.coreos.com", "PrometheusRule")
_SELECTOR: Final = ("spec", "ruleSelector")
_UNITS: Final = {"y": 365 * 86400, "w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 0}
_INSTALL: Final = "install the Prometheus Operator (its CRDs first), or take the policy's targets off this cluster"
_LABEL: Final = "give spec.labels what the ruleSelector asks for; an empty ruleSelector {} selects all rules"


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
            elif loading := [reader for reader in readers if _loads(reader, rule)]:
                yield from _forgets(item, loading)
            elif readers:
                names = ", ".join(f"{reader.ref} ({_wish(reader)})" for reader in readers)
                yield _not_loaded(item, f"no Prometheus selects {rule.ref}: {names}", _LABEL)


def _not_loaded(effective: EffectivePolicy, message: str, hint: str) -> Finding:
    where, subject = effective.where("labels"), effective.subject.ref
    return Finding.of(NOT_LOADED, message, hint=hint, where=where, subject=subject, field="spec.labels")


def _loads(reader: KubeObject, rule: Manifest) -> bool:
    """Say whether a Prometheus loads a rule.

    Without a `ruleSelector` it loads none, without a `ruleNamespaceSelector` those of its own namespace. The labels
    of namespaces are not looked at: where one is asked for, any namespace may have it.
    """
    everywhere = reader.get("spec", "ruleNamespaceSelector") is not None
    near = everywhere or reader.ref.namespace == rule.ref.namespace
    return near and selects(reader.get(*_SELECTOR), rule.body["metadata"].get("labels", {}))


def _wish(reader: KubeObject) -> str:
    if not isinstance(reader.get(*_SELECTOR), dict):
        return "it has no ruleSelector, so it loads no rules"
    parts = [f"{key}={value}" for key, value in sorted(reader.mapping(*_SELECTOR, "matchLabels").items())]
    parts += [f"{item.get('key')} {item.get('operator')}" for item in reader.mappings(*_SELECTOR, "matchExpressions")]
    near = "" if reader.get("spec", "ruleNamespaceSelector") is not None else " in its own namespace"
    return f"it asks for {', '.join(parts) or 'any rule'}{near}"


def _forgets(effective: EffectivePolicy, loading: Iterable[KubeObject]) -> Iterator[Finding]:
    """Report windows that reach further back than every Prometheus that loads the rule."""
    kept = [(_retention(reader), reader) for reader in loading]
    longest, reader = max(kept, key=lambda pair: pair[0])
    for index, promise in enumerate(promises(effective)):
        if promise.budget.window.seconds > longest:
            yield Finding.of(
                FORGETS,
                f"{promise.objective.name} looks back {promise.objective.window}, and {reader.ref} keeps "
                f"{compact(Duration(int(longest)))}: what is left of the budget would be computed from less",
                hint=f"raise spec.retention of {reader.ref}, or choose a shorter window",
                where=effective.where_in("objectives", index),
                subject=effective.subject.ref,
                field=f"spec.objectives[{index}].window",
            )


def _retention(reader: KubeObject) -> float:
    """Return how many seconds a Prometheus keeps: no end where its size alone limits it, or where it is not understood.

    The operator's default is 24h, unless a size is given.
    """
    text = reader.get("spec", "retention") or ("" if reader.get("spec", "retentionSize") else "24h")
    parts = re.findall(r"([0-9]+)(ms|[ywdhms])", str(text))
    return sum(int(count) * _UNITS[unit] for count, unit in parts) or math.inf
