"""Turns options into the request of a run: the project's settings, each overridden by its flag."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import MISSING, ValidationError

from ordain.cli.options import RUN_FLAGS
from ordain.cli.reporting import progress
from ordain.errors import UserError
from ordain.model.comparison import Engine
from ordain.model.objects import GroupKind, ObjectRef
from ordain.model.spec import nearest
from ordain.settings import ClusterSettings, Kubernetes, Output, ProjectSpec
from ordain.stages.outcome import Request
from ordain.stages.project import ProjectFile, read_project

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000
"""Years in which schedules and forecasts can look around without leaving the calendar."""

_OBJECT: Final = "write NAMESPACE/KIND/NAME, such as shop/Deployment/web; Namespace/shop, without one, is the cluster's"


def project_of(given: str | None, paths: tuple[str, ...]) -> ProjectFile:
    """Return the project, with the policies of `paths` if there are any; without a project, `paths` are needed."""
    project = read_project(given)
    if project is None:
        if not paths:
            raise UserError(
                "there is no ordain.yaml here or above",
                hint="`ordain init` writes one; or name policies (--policies PATH), or --project PATH",
            )
        project = ProjectFile(ProjectSpec(policies=list(paths)), Path.cwd())
    return project.with_policies(paths)


def request_of(options: dict[str, Any]) -> Request:
    """Return the request of a run from the shared options; raises UserError for one that is given and empty."""
    for name, flag in RUN_FLAGS.items():
        if options.get(name) == "":
            raise UserError(f"{flag} is empty", hint="give it a value, or leave it out; is a variable empty?")
    project = _overridden(project_of(options["project"], options["policies"]), options)
    clusters = clusters_of(project, options)
    if not clusters:
        raise UserError(
            "no cluster to plan for", hint="add spec.clusters to ordain.yaml, or give --context NAME or --snapshot PATH"
        )
    return Request(
        project,
        tuple(clusters),
        time_of(options["now"]),
        frozenset(map(object_of, options.get("adopt", ()))),
        progress,
        Engine(options.get("engine", Engine.OFFLINE)),
    )


def clusters_of(project: ProjectFile, options: dict[str, Any]) -> list[ClusterSettings]:
    """Return the chosen clusters, with the flags of the source laid over them."""
    chosen: tuple[str, ...] = options["clusters"]
    check_clusters(chosen, project)
    clusters = [cluster for cluster in project.clusters if not chosen or cluster.name in chosen]
    update: dict[str, Any] = {}
    flag = _source_flag(options)
    if flag:
        clusters = clusters or [_unsettled(chosen[0] if chosen else "")]
        if len(clusters) > 1:
            raise UserError(f"{flag} is for one cluster, and the project has several", hint="add --cluster NAME")
        update |= _source(clusters[0], options)
    if options["kubernetes_version"]:
        update["kubernetesVersion"] = options["kubernetes_version"]
    if options["assume_absent"]:
        given = [kind for item in options["assume_absent"] for kind in item.split(",")]
        update["assumeAbsent"] = given
    return [cluster.model_copy(update=update) for cluster in clusters]


def check_clusters(chosen: tuple[str, ...], project: ProjectFile) -> None:
    """Refuse names of clusters that the project does not have, if it has any."""
    names = [cluster.name for cluster in project.clusters]
    for name in chosen:
        if names and name not in names:
            meant = nearest(name, names)
            raise UserError(
                f"there is no cluster {name} in ordain.yaml",
                hint=f"did you mean {meant}?" if meant else f"known are {', '.join(names)}",
            )


def _source_flag(options: dict[str, Any]) -> str:
    """Return the flag that names a source; raises UserError where two of them name different ones."""
    given = [f"--{name}" for name in ("context", "kubeconfig", "snapshot") if options[name]]
    if len(given) > 1 and "--snapshot" in given:
        raise UserError(
            f"{given[0]} reads a live cluster, and --snapshot a recorded one", hint="leave one of the two out"
        )
    return given[0] if given else ""


def _source(cluster: ClusterSettings, options: dict[str, Any]) -> dict[str, Any]:
    """Return what the source flags change in a cluster's settings."""
    if options["snapshot"]:
        return {"snapshot": str(Path(options["snapshot"]).absolute()), "kubernetes": MISSING}
    server = cluster.kubernetes if isinstance(cluster.kubernetes, Kubernetes) else Kubernetes()
    given = {
        "context": options["context"],
        "kubeconfig": options["kubeconfig"] and _absolute(options["kubeconfig"]),
    }
    update = {name: value for name, value in given.items() if value}
    return {"kubernetes": server.model_copy(update=update), "snapshot": MISSING}


def _absolute(paths: str) -> str:
    return os.pathsep.join(str(Path(path).expanduser().absolute()) for path in paths.split(os.pathsep))


def _unsettled(name: str) -> ClusterSettings:
    """Return a cluster that no settings name; its source comes from flags, and its name from there if it is empty."""
    if not name:
        return ClusterSettings.model_construct(name="", snapshot="-")
    try:
        return ClusterSettings(name=name, snapshot="-")
    except ValidationError as error:
        raise UserError(
            f"--cluster {name} is no name for a cluster", hint="write lower-case letters, digits, - and ."
        ) from error


def _overridden(project: ProjectFile, options: dict[str, Any]) -> ProjectFile:
    update = {
        name: value
        for name, value in (
            ("repository", options["repository"] and str(Path(options["repository"]).absolute())),
            ("branch", options["branch"]),
        )
        if value
    }
    if options["templates"]:
        project = project.with_templates(str(Path(options["templates"]).absolute()))
    if not update:
        return project
    if project.output is None and "repository" not in update:
        raise UserError("--branch needs a repository", hint="add --repository PATH, or spec.output to ordain.yaml")
    output = project.output or Output(repository=update["repository"])
    return project.with_output(output.model_copy(update=update))


def time_of(given: str | None, option: str = "--now") -> datetime:
    """Read `--now`, or another option: an ISO 8601 date or time (UTC where it names no zone)."""
    if given is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        time = datetime.fromisoformat(given)
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise UserError(f"{option} {given} is no time", hint="write 2026-11-24 or 2026-11-24T18:00:00Z") from error
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise UserError(f"{option} {given} is too far away", hint=f"give a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return time


def object_of(given: str) -> ObjectRef:
    """Read `NS/KIND/NAME`, or `KIND/NAME` for an object of the cluster; the group is that of the known kinds."""
    from ordain.cli.known import group_of

    parts = given.split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise UserError(f"{given!r} names no object", hint=_OBJECT)
    *namespace, kind, name = parts
    try:
        found: GroupKind = group_of(kind)
    except UserError as error:
        if namespace:
            raise
        raise UserError(f"{given!r} names no object", hint=_OBJECT) from error
    return ObjectRef("".join(namespace), found.kind, name, found.group)
