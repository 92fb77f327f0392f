"""Whose objects they are: a live object of our name that we did not render is never overwritten silently."""

from collections.abc import Iterable, Iterator

from ordain.model.finding import Finding
from ordain.model.kind import Evidence
from ordain.model.objects import ObjectRef
from ordain.model.plan import Manifest
from ordain.reasoning.spine import NOT_OURS


def ownership(evidence: Evidence) -> Iterator[Finding]:
    """Report live objects that a manifest would take over: not published by us, not marked as ours, not adopted."""
    for manifest in evidence.manifests:
        live = evidence.live.objects.get(manifest.ref) if evidence.live else None
        if (
            live is None
            or manifest.recommendation.shared
            or manifest.path in evidence.published
            or manifest.ref in evidence.adopted
        ):
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


def unknown_adoptions(adopted: Iterable[ObjectRef], manifests: Iterable[Manifest]) -> Iterator[Finding]:
    """Report objects that the user would let us take over and that no policy renders."""
    rendered = {manifest.ref for manifest in manifests}
    for ref in sorted(set(adopted) - rendered):
        yield Finding.of(
            NOT_OURS,
            f"--adopt {ref}: no policy renders an object of that name, so there is nothing to take over",
            hint="an object of another name on the same workload cannot be adopted: delete it, or waive its finding",
            subject=ref,
        )
