"""What a user's test gives: policies, a recorded cluster, a time, and what was published before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pydantic import MISSING

from ordain.apischemas import versions
from ordain.errors import UserError
from ordain.git import object_path
from ordain.kinds import all_kinds
from ordain.kubeyaml import dump
from ordain.settings import ClusterSettings
from ordain.stages.observe import Observed, observe, tip_of
from ordain.stages.outcome import Request
from ordain.stages.project import ProjectFile, no_project
from ordain.stages.usertests.reading import UserTest, read_manifests


def given(test: UserTest, project: ProjectFile | None, progress: Callable[[str], None]) -> tuple[Request, Observed]:
    """Return what a test's run is asked for, and the cluster that it meets.

    The project's output, and what it says of the differences of its live clusters, play no part.
    """
    spec = test.spec
    if project is None and spec.policies is MISSING:
        raise UserError(
            "the test names no policies, and there is no ordain.yaml here or above",
            hint="add spec.policies to the test, or give --project PATH",
            where=test.where(),
        )
    cluster = _cluster(test)
    update: dict[str, object] = {"clusters": [cluster], **dict.fromkeys(("output", "ignore", "argocd"), MISSING)}
    if isinstance(spec.policies, list):
        update["policies"] = [test.path(path) for path in spec.policies]
    if templates := test.path(spec.templates):
        update["templates"] = templates
    base = project or no_project()
    base = replace(base, spec=base.spec.model_copy(update=update))
    request = Request(base, (cluster,), spec.now, progress=progress)
    observed = observe(base, cluster, all_kinds().values(), progress)
    if published := test.path(spec.published):
        observed = replace(observed, tip=tip_of(_published(published)))
    return request, observed


def expected_file(test: UserTest, request: Request) -> Path | None:
    """Return the file of manifests that a test expects, if it names one.

    Raises UserError for one that the test is given, or that lies in or above such: writing it would lose that.
    """
    named = test.path(test.spec.expect.manifests)
    if named is None:
        return None
    path = Path(named).resolve()
    spec, (cluster,) = request.project.spec, request.clusters
    given = (str(Path(test.document.file).absolute()), *spec.policies, spec.templates, cluster.snapshot, cluster.series)
    for name in (*given, test.path(test.spec.published)):
        there = (request.project.folder / name).resolve() if isinstance(name, str) else None
        if there and (path == there or path in there.parents or there in path.parents):
            raise UserError(
                "--update would overwrite what the test is given",
                hint="name a file of its own for the expected manifests",
                where=test.where("expect", "manifests"),
            )
    return path


def _cluster(test: UserTest) -> ClusterSettings:
    recorded = test.spec.cluster
    of_objects = isinstance(recorded.objects, str)
    version = recorded.kubernetesVersion
    return ClusterSettings.model_construct(
        name=recorded.name if isinstance(recorded.name, str) else "test" if of_objects else "",
        snapshot=test.path(recorded.objects) or test.path(recorded.snapshot) or MISSING,
        kubernetesVersion=versions()[-1] if of_objects and version is MISSING else version,
        assumeAbsent=["*"] if of_objects else MISSING,
        series=test.path(recorded.series) or MISSING,
    )


def _published(path: str) -> dict[str, bytes]:
    """Return manifests as the output branch holds them, by their path there."""
    return {object_path(ref): dump(document.value).encode() for ref, document in read_manifests(path).items()}
