"""The real API server is the judge of our Pod Security checks: it refuses exactly the pods that we say it refuses."""

from dataclasses import replace

import pytest

from ordain.kinds.compliance.breach import Level, refused
from ordain.kinds.compliance.checks import breaches
from ordain.kinds.compliance.pods import pod_of
from ordain.model.objects import KubeObject, Objects
from tests.cluster.servers import Server
from tests.kinds.compliance.structural_cases import cases, holder

VERSIONS = ("latest", "v1.34", "v1.30", "v1.28")
CODES = ("COM001", "COM002", "COM003", "COM004", "COM005", "COM006", "COM014", "COM015", "COM016", "COM017")
CASES = [(item.id, item.values[1]) for item in cases(*CODES)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("level", [Level.BASELINE, Level.RESTRICTED])
def test_the_server_refuses_what_we_say_it_refuses(newest: Server, level: Level, version: str) -> None:
    """Each case of the tables, as a pod and as a first container, in a namespace with that level and version."""
    namespace = newest.create_namespace()
    prefix = "pod-security.kubernetes.io/enforce"
    labels = {prefix: level.value, f"{prefix}-version": version}
    newest.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}})
    number = None if version == "latest" else (1, int(version.removeprefix("v1.")))
    path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All"
    wrong, judged = [], 0
    for name, case in CASES:
        for where in ("containers", "initContainers"):
            item = _valid(holder("Pod", case, where))
            answer = newest.request(
                "POST", path, {**item.body, "metadata": {**item.body["metadata"], "namespace": namespace}}
            )
            if answer.status == 422:  # what the schema's owner refuses before Pod Security is asked
                continue
            judged += 1
            theirs = answer.status == 403 and "PodSecurity" in answer.body["message"]
            ours = any(refused(breach, level, number) for breach in breaches(item, pod_of(item), Objects.of([item])))
            if ours != theirs:
                wrong.append((name, where, "refused" if theirs else "accepted", answer.body.get("message", "")))
    assert wrong == []
    assert judged > len(CASES)


def _valid(item: KubeObject) -> KubeObject:
    """Return a pod that the server takes apart from Pod Security: a first container has no readiness probe."""
    spec = dict(item.body["spec"])
    if "initContainers" in spec:
        spec["initContainers"] = [
            {key: value for key, value in one.items() if key != "readinessProbe"} for one in spec["initContainers"]
        ]
    return replace(item, body={**item.body, "spec": spec})
