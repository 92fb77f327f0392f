"""What a commit says about its origin, from what a run read and made."""

import hashlib

import orjson

from ordain import __version__
from ordain.errors import UserError
from ordain.git import Identity
from ordain.git.source import policies_commit
from ordain.model.objects import RawObject
from ordain.model.plan import Action, Change
from ordain.quantities import utc_text
from ordain.settings import Author
from ordain.stages.outcome import ClusterRun, Run
from ordain.stages.publish import ClusterOutput, Provenance, Wording, publish

_LISTED = 200
_PLACES = ("policies", "templates", "clusters", "output")
_GUARDING = ("limits", "protect", "windows", "planFile")


def outputs(run: Run) -> list[ClusterOutput]:
    """Return what each cluster publishes; raises UserError where the project names no output."""
    found = []
    for item in run.clusters:
        if item.observed.destination is None:
            raise no_output()
        found.append(ClusterOutput(item.observed.destination, item.observed.tip, item.manifests.manifests))
    return found


def no_output() -> UserError:
    """Return the error of a command that needs the output branch."""
    return UserError(
        "the project names no output repository", hint="add spec.output to ordain.yaml, or give --repository PATH"
    )


def provenance(run: Run) -> Provenance:
    """Return the trailers: with them the run can be done again, and must give the same bytes."""
    source = policies_commit(run.request.project.folder)
    snapshots = ",".join(f"{item.observed.live.cluster}={item.observed.live.digest}" for item in run.clusters)
    return Provenance(
        __version__,
        run.templates.digest,
        source,
        {
            "Ordain-Policies-Commit": source.label if source else "",
            "Ordain-Policies-Digest": run.judged.digest,
            "Ordain-Templates-Digest": run.templates.digest,
            "Ordain-Settings-Digest": settings_digest(run),
            "Ordain-Snapshot-Digest": snapshots,
            "Ordain-Plan-Digest": plan_digest(run),
            "Ordain-Let-Through": ", ".join(sorted({finding.code for finding in run.let_through})),
            "Ordain-Now": utc_text(run.request.now),
            "Ordain-Engine": __version__,
        },
    )


def refusal(run: Run) -> str:
    """Say why a publish of a run would be refused for what is in the output branch; empty where it would not."""
    if run.request.project.output is None or not run.complete:
        return ""
    try:
        publish(outputs(run), Provenance("", "", None, {}), wording(run), dry_run=True)
    except UserError as error:
        return f"A publish would be refused: {error.message} ({error.hint})"
    return ""


def settings_digest(run: Run) -> str:
    """Name the settings that shape the result; where inputs and output lie does not, they have their own digests."""
    versions = [
        [cluster.name, item.observed.live.kubernetes_version]
        for cluster, item in zip(run.request.clusters, run.clusters, strict=True)
    ]
    return digest_of({**shaping(run), "clusters": versions})


def shaping(run: Run) -> RawObject:
    """Return the project's settings by their names, but for where inputs and output lie, and when to publish."""
    # pydantic warns of any type of ours in an alternative with MISSING, and writes it right
    spec = run.request.project.spec.model_dump(mode="json", warnings=False)
    output = {key: value for key, value in spec.get("output", {}).items() if key != "repository"}
    return {**{key: value for key, value in spec.items() if key not in _PLACES + _GUARDING}, "output": output}


def plan_digest(run: Run) -> str:
    """Name what a run would write: every manifest's path and bytes, and every deletion."""
    plan = [
        [
            item.observed.live.cluster,
            [[made.path, hashlib.sha256(made.text.encode()).hexdigest()] for made in item.manifests.manifests],
            [change.path for change in _changes(item) if change.action is Action.DELETE],
        ]
        for item in run.clusters
    ]
    return digest_of(plan)


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hex."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def wording(run: Run) -> Wording:
    """Return author, time and words of the commit."""
    output = run.request.project.output
    author = output.author if output and isinstance(output.author, Author) else Author()
    changes = [(item.observed.live.cluster, change) for item in run.clusters for change in _changes(item)]
    counts = ", ".join(
        f"{count} {action.value}d"
        for action in Action
        if (count := sum(change.action is action for _, change in changes))
    )
    clusters = ", ".join(item.observed.live.cluster for item in run.clusters)
    lines = [f"{change.action} {cluster}: {change.ref}" for cluster, change in changes[:_LISTED]]
    if len(changes) > _LISTED:
        lines.append(f"and {len(changes) - _LISTED} more")
    return Wording(
        Identity(author.name, author.email),
        run.request.now,
        f"Publish {clusters}: {counts or 'records only'}",
        "\n".join(lines),
    )


def _changes(item: ClusterRun) -> tuple[Change, ...]:
    return item.plan.changes if item.plan else ()
