"""Rehearse: what the API server would make of the manifests, by server-side apply as a dry run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ordain.errors import UserError
from ordain.model.comparison import Rehearsal
from ordain.model.finding import Finding
from ordain.model.objects import ObjectRef
from ordain.model.plan import Manifest
from ordain.reasoning.spine import REFUSED_BY_SERVER
from ordain.settings import ClusterSettings
from ordain.stages.observe import live_cluster
from ordain.stages.project import ProjectFile


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The server's answers by object, None where none was asked, and a finding for each manifest that it refused."""

    answers: Mapping[ObjectRef, Rehearsal] | None
    findings: tuple[Finding, ...]


def rehearse(
    project: ProjectFile,
    cluster: ClusterSettings,
    manifests: Sequence[Manifest],
    progress: Callable[[str], None],
) -> Rehearsed:
    """Send every manifest to the server as a dry run. Raises UserError where the cluster is no live one."""
    server = live_cluster(project, cluster, progress)
    if server is None:
        raise UserError(
            f"--engine server asks an API server what it would make of the manifests, and {cluster.source} is recorded",
            hint="leave --engine server out, or read the cluster live: --context NAME, or kubernetes: in ordain.yaml",
        )
    progress(f"{cluster.name}: dry run of {len(manifests):,} objects")
    answers = server.rehearse({manifest.ref: manifest.body for manifest in manifests}, project.applier)
    return Rehearsed(answers, tuple(_refusals(manifests, answers)))


def _refusals(manifests: Sequence[Manifest], answers: Mapping[ObjectRef, Rehearsal]) -> Iterator[Finding]:
    for manifest in manifests:
        answer = answers.get(manifest.ref)
        if answer is not None and answer.refused:
            yield Finding.of(
                REFUSED_BY_SERVER,
                f"the server refuses {manifest.ref}: {answer.refused}",
                hint="change the policy or the template that makes it so, or what in the cluster forbids it",
                where=manifest.recommendation.where,
                subject=manifest.ref,
            )
