"""Whose objects they are: a live object of our name that we did not render is never overwritten silently."""

from collections.abc import Iterator

from ordain.model.finding import Finding
from ordain.model.kind import Evidence
from ordain.reasoning.spine import NOT_OURS


def ownership(evidence: Evidence) -> Iterator[Finding]:
    """Report live objects that a manifest would take over: not published by us, not marked as ours, not adopted."""
    for manifest in evidence.manifests:
        live = evidence.live.get(manifest.ref) if evidence.live else None
        if live is None or manifest.path in evidence.published or manifest.ref in evidence.adopted:
            continue
        if live.labels().get("app.kubernetes.io/managed-by") == "ordain":
            continue
        yield Finding.of(
            NOT_OURS,
            f"{manifest.ref} is in the cluster already and was not rendered by ordain",
            hint=f"take it over with --adopt {manifest.ref}, once; the plan then shows what changes in it",
            where=manifest.recommendation.where,
            subject=manifest.ref,
        )
