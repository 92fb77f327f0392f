"""Both engines on one real object: what each says of it, in the lines of `tests/pipeline/diff_cases`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordain.apischemas import bundle
from ordain.cluster import prune
from ordain.cluster.kubernetes import LiveCluster
from ordain.model.comparison import Applier, Comparing, Rehearsal
from ordain.model.objects import KubeObject, ObjectRef, RawObject, Source
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.ignoring import compared
from ordain.stages.diff.live import LiveField
from tests.cluster.histories import History
from tests.cluster.servers import Server
from tests.pipeline.test_diff_cases import line, load


@dataclass(frozen=True)
class Verdicts:
    """What the engines say of one case: lines of differences; `refused` are the server's words.

    `not_kept` are the paths of which the offline engine thinks that the server drops what is applied there.
    """

    offline: str
    server: str
    refused: str = ""
    sent: bool = True
    not_kept: frozenset[str] = frozenset()


def verdicts(server: Server, folder: Path) -> Verdicts:
    """Bring a real object to the state of a case, then compare it with what is desired, by both engines."""
    history = History(folder, server.create_namespace())
    history.enact(server)
    said: Mapping[str, Any] = load(folder / "case.yaml")
    beside = [history.body(path.stem) for path in folder.glob("beside.yaml")]
    return compare(server, history.body("desired"), Applier(**said.get("applier", {})), beside)


def compare(server: Server, desired: RawObject, applier: Applier, beside: list[RawObject]) -> Verdicts:
    """Compare one desired object with its live one; `beside` are other live objects that count."""
    ref, live = ObjectRef.of(desired), live_object(server, desired)
    schemas = bundle(".".join(server.version.split(".")[:2]))
    owned = ClusterOwned.of([live, *(KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in beside)])
    answers = rehearse(server, {ref: desired}, applier)
    (offline, left), (asked, _) = (
        compared(desired, live, schemas, Comparing(applier, rehearsals=found), owned) for found in (None, answers)
    )
    refused = answers[ref].refused if ref in answers else ""
    not_kept = frozenset(item.path for item in left if "not kept" in item.ignored)
    return Verdicts(lines(offline), lines(asked), refused, ref in answers, not_kept)


def rehearse(server: Server, bodies: Mapping[ObjectRef, RawObject], applier: Applier) -> Mapping[ObjectRef, Rehearsal]:
    """Ask the server what it would make of objects, as the product does."""
    return LiveCluster("test", None, str(server.kubeconfig)).rehearse(bodies, applier)


def live_object(server: Server, desired: RawObject) -> KubeObject:
    """Read the live object, as the product does."""
    body = prune(server.request("GET", server.admin.path_of(desired)).expect())
    return KubeObject(ObjectRef.of(body), body, Source.LIVE)


def lines(found: list[LiveField]) -> str:
    """Write the differences that count."""
    return "".join(map(line, found))
