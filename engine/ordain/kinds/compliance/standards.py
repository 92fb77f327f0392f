"""Whether workloads that run now would be refused by the Pod Security Standard that a policy asks for."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import MISSING

from ordain.kinds.compliance.breach import Breach, Level, Version, refused
from ordain.kinds.compliance.model import ComplianceSpec
from ordain.kinds.compliance.pods import Pod, named_path
from ordain.model.finding import Control, Finding, Severity
from ordain.model.policy import EffectivePolicy

REFUSED: Final = Control("COM020", "refused-at-next-start", Severity.ERROR)

_SHOWN: Final = 5


def unmet(effective: EffectivePolicy, judged: Iterable[tuple[Pod, list[Breach]]]) -> Iterator[Finding]:
    """Report each workload whose pods the asked level would refuse, with the fields that do not fit."""
    spec = effective.spec
    if not isinstance(spec, ComplianceSpec) or spec.podSecurity is MISSING:
        return
    level, version = Level(spec.podSecurity.level), _version(spec.podSecurity.version)
    for pod, breaches in judged:
        found = [breach for breach in breaches if refused(breach, level, version)]
        if found:
            fields = list(dict.fromkeys(_field(pod, breach) for breach in found))
            more = f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
            yield Finding.of(
                REFUSED,
                f"the Pod Security Standard {level} refuses the pods of {pod.object.ref} at their next start: "
                f"{', '.join(fields[:_SHOWN])}{more}",
                hint=f"mend these first, or start with a looser level and warn: {level}",
                where=effective.where("podSecurity", "level"),
                subject=pod.object.ref,
                field="spec.podSecurity.level",
            )


def _field(pod: Pod, breach: Breach) -> str:
    below = named_path(pod.object, breach.path)
    above = named_path(pod.object, pod.path)
    return f"{below.removeprefix(above + '.')} ({breach.control.code})"


def _version(text: str) -> Version | None:
    return None if text == "latest" else (1, int(text.removeprefix("v1.")))
