"""What can be wrong with a waiver. The stage `check` applies waivers; the codes and their manual live here."""

from typing import Final

from ordain.kinds.waiver.model import WaiverSpec
from ordain.model.finding import Control, Severity
from ordain.model.policy import Policy
from ordain.model.waiver import NO_NAMESPACE, WaivedTarget, Waiver

CONTROLS: Final = (
    Control("WVR001", "expired", Severity.WARNING, waivable=False),
    Control("WVR002", "unused", Severity.WARNING, waivable=False),
    Control("WVR003", "too-wide", Severity.WARNING, waivable=False),
    Control("WVR004", "not-waivable", Severity.ERROR, waivable=False),
)


def waiver(policy: Policy) -> Waiver:
    """Read the waiver that a document declares."""
    spec = policy.spec
    assert isinstance(spec, WaiverSpec)
    return Waiver(
        name=policy.name,
        control=spec.control,
        targets=tuple(
            WaivedTarget(
                namespaces=tuple(target.namespaces) if isinstance(target.namespaces, list) else NO_NAMESPACE,
                kinds=tuple(target.kinds),
                names=tuple(target.names),
                clusters=tuple(target.clusters) if isinstance(target.clusters, list) else (),
                where=policy.where("targets", index),
            )
            for index, target in enumerate(spec.targets)
        ),
        container=spec.container if isinstance(spec.container, str) else "",
        field=spec.field if isinstance(spec.field, str) else "",
        reason=spec.reason,
        owner=spec.owner,
        ticket=spec.ticket,
        expires=spec.expires,
        where=policy.where("control"),
    )
