"""`ordain check`: anybody's manifests, from files, folders, lists and other tools' output."""

import json
from typing import Any

import pytest

HELM = """\
---
# Source: shop/templates/pdb.yaml
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-web
  labels:
    helm.sh/chart: web-1.2.3
    app.kubernetes.io/managed-by: Helm
spec:
  replicas: 3
  selector:
    matchLabels: &labels
      app: web
  template:
    metadata:
      labels: *labels
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: "registry.example.org/web:1"
          readinessProbe: {tcpSocket: {port: 80}}
          resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
---
# Source: shop/templates/hpa.yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: release-web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: release-web}
  maxReplicas: 5
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
---
# Source: shop/templates/tests/test.yaml
apiVersion: v1
kind: Pod
metadata:
  name: release-test
  annotations: {helm.sh/hook: test}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: wget
      image: busybox
      command: [wget]
      args: ['web:80']
      resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 16Mi}}
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"""

KUSTOMIZE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: shop
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      automountServiceAccountToken: false
      containers:
      - image: registry.example.org/web:1
        name: web
        readinessProbe: {tcpSocket: {port: 80}}
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
"""


def codes(done: Any) -> list[tuple[str, int]]:
    return [(item["code"], item["where"]["line"]) for item in json.loads(done.out)["findings"]]


def test_what_helm_prints(empty: Any) -> None:
    """`helm template | ordain check -`: empty documents pass, places are lines of the stream."""
    done = empty.ordain("check", "-", "-o", "json", stdin=HELM.encode())
    assert done.code == 1
    assert codes(done) == [("SCL009", 13), ("COM007", 27), ("SCL003", 39), ("COM008", 54)]


def test_a_misspelt_field_in_what_helm_prints(empty: Any) -> None:
    """The schema's verdict has the line of the field and what was meant."""
    stream = HELM.replace("          image: ", "          imagePulPolicy: Always\n          image: ")
    done = empty.ordain("check", "-", "-o", "json", stdin=stream.encode())
    (found,) = [item for item in json.loads(done.out)["findings"] if item["code"] == "MAN001"]
    assert (done.code, found["where"]["line"], found["field"]) == (
        1,
        25,
        "spec.template.spec.containers[0].imagePulPolicy",
    )
    assert "did you mean `imagePullPolicy`?" in found["message"]


def test_what_kustomize_prints(empty: Any) -> None:
    """`kustomize build | ordain check -`: a budget that lets no pod go is found."""
    done = empty.ordain("check", "-", "-o", "json", stdin=KUSTOMIZE.encode())
    assert (done.code, codes(done)) == (1, [("SCL005", 12)])


def test_a_folder_counts_as_a_whole(empty: Any) -> None:
    """Objects of all files are judged together; the place is the file that must change."""
    for index, text in enumerate(KUSTOMIZE.split("---\n")):
        empty.write(f"deploy/{index}.yaml", text)
    empty.write("deploy/.hidden.yaml", "a: [")
    done = empty.ordain("check", "deploy", "-o", "json")
    (finding,) = json.loads(done.out)["findings"]
    assert (finding["code"], finding["where"]["file"]) == ("SCL005", "deploy/1.yaml")


@pytest.mark.parametrize("kind", ["List", "PodDisruptionBudgetList"])
def test_lists_are_opened(empty: Any, kind: str) -> None:
    """The items of a list are objects like any other, each with its own place, in JSON too."""
    bad = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "a"}, "spec": {"max": 1}}
    items = [{**bad, "metadata": {"name": "b"}, "spec": {"maxUnavailable": 1}}, bad]
    empty.write("list.json", json.dumps({"apiVersion": "v1", "kind": kind, "items": items}, indent=1))
    done = empty.ordain("check", "list.json", "-o", "json")
    (finding,) = json.loads(done.out)["findings"]
    assert (finding["code"], finding["field"], finding["where"]["line"]) == ("MAN001", "spec.max", 22)


def test_sound_manifests_have_nothing_to_mend(empty: Any) -> None:
    """The last line says what was looked at."""
    sound = KUSTOMIZE.replace("minAvailable: 2", "maxUnavailable: 1")
    done = empty.ordain("check", "-", "--gate", "note", stdin=sound.encode())
    assert (done.code, done.out) == (0, "Nothing to mend: 3 objects in 1 file.\n")


def test_the_version_decides(empty: Any) -> None:
    """A field that came later is unknown to an older Kubernetes."""
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
        "  resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}\n  automountServiceAccountToken: false\n"
        "  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}\n  containers:\n"
        "    - name: a\n      image: b:1\n"
        "      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n"
    )
    old = empty.ordain("check", "-", "--kubernetes-version", "1.30", "-o", "json", stdin=pod.encode())
    new = empty.ordain("check", "-", "-o", "json", stdin=pod.encode())
    assert (codes(old), codes(new)) == ([("MAN001", 5)], [])


def test_custom_resources_are_a_note(empty: Any) -> None:
    """A kind without a schema is said, and fails no usual gate."""
    body = "apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: a}\nspec: {free: form}\n"
    done = empty.ordain("check", "-", "-o", "json", stdin=body.encode())
    assert (done.code, codes(done)) == (0, [("MAN002", 2)])


def test_what_is_no_manifest_is_an_error(empty: Any) -> None:
    """Values files and the like are named, and hide nothing else."""
    done = empty.ordain(
        "check", "-", "-o", "json", stdin=b"replicas: 3\n---\n- a\n---\nkind: Pod\n---\n" + KUSTOMIZE.encode()
    )
    assert codes(done) == [("MAN003", 1), ("MAN003", 3), ("MAN003", 5), ("SCL005", 18)]


def test_nothing_at_all_is_an_error(empty: Any) -> None:
    """An empty stream is most likely a tool that failed: it must not pass as sound."""
    done = empty.ordain("check", "-", stdin=b"---\n# nothing\n")
    assert (done.code, done.out) == (2, "")
    assert "there are no manifests in -" in done.err


def test_an_object_that_is_there_twice(empty: Any) -> None:
    """Of two objects with one name the second is named, with the place of the first."""
    twice = KUSTOMIZE.replace("minAvailable: 2", "maxUnavailable: 1") + "---\n" + KUSTOMIZE.partition("---\n")[0]
    done = empty.ordain("check", "-", "-o", "json", stdin=twice.encode())
    assert codes(done) == [("MAN004", 41)]


def test_waivers_of_the_project_count(shop: Any) -> None:
    """Inside a policy repository its waivers hold for manifests, too, on the day that is given."""
    shop.write(
        "policies/waiver.yaml",
        "apiVersion: ordain.dev/v1alpha1\nkind: Waiver\nmetadata: {name: web}\nspec:\n  control: SCL005\n"
        "  targets: [{namespaces: [shop], kinds: [Deployment], names: [web]}]\n"
        "  reason: moved next week\n  owner: shop\n  ticket: OPS-1\n  expires: 2026-12-01\n",
    )
    assert shop.ordain("check", "-", "--now", "2026-11-24", stdin=KUSTOMIZE.encode()).code == 0
    assert shop.ordain("check", "-", "--now", "2026-12-02", stdin=KUSTOMIZE.encode()).code == 1


def test_a_broken_waiver_is_not_passed_over(shop: Any) -> None:
    """What is wrong in the project's policies is said, so that nobody wonders why a waiver does not count."""
    shop.write("policies/waiver.yaml", "apiVersion: ordain.dev/v1alpha1\nkind: Waiver\nmetadata: {name: web}\n")
    done = shop.ordain("check", "-", "-o", "json", stdin=KUSTOMIZE.encode())
    found = [(item["code"], item["where"]["file"]) for item in json.loads(done.out)["findings"]]
    assert found == [("SCL005", "<stdin>"), ("POL004", "policies/waiver.yaml")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "PATHS"),
        (("nowhere",), "there is no file or folder nowhere"),
        (("-", "--kubernetes-version", "1.2"), "1.2"),
    ],
    ids=["no-path", "no-such-path", "unknown-version"],
)
def test_what_cannot_be_checked_is_exit_code_2(empty: Any, arguments: tuple[str, ...], message: str) -> None:
    """A missing path or an unknown version is an error of the run."""
    done = empty.ordain("check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_policies_of_the_project_hold_for_files(shop: Any) -> None:
    """A rule and a list of registries judge a manifest before any cluster sees it; other namespaces are left alone."""
    shop.write(
        "policies/compliance.yaml",
        "apiVersion: ordain.dev/v1alpha1\nkind: CompliancePolicy\nmetadata: {name: shop}\nspec:\n"
        "  targets: [{namespaces: [shop]}]\n  images: {registries: [mirror.example.org]}\n"
        "  rules:\n    - {id: team, match: {kinds: [Deployment]}, cel: has(object.metadata.labels.team),\n"
        "       message: every workload has a team}\n",
    )
    sound = KUSTOMIZE.replace("minAvailable: 2", "maxUnavailable: 1")
    sound = sound.replace(
        "  name: web\n  namespace: shop\nspec:\n  replicas",
        "  name: web\n  namespace: shop\n  labels: {}\nspec:\n  replicas",
    )
    done = shop.ordain("check", "-", "-o", "json", stdin=sound.encode())
    found = [(item["code"], item["field"], item["container"]) for item in json.loads(done.out)["findings"]]
    assert found == [("COM100", "rules[team]", None), ("COM009", "spec.template.spec.containers[web].image", "web")]
    elsewhere = shop.ordain(
        "check", "-", "--gate", "note", stdin=sound.replace("namespace: shop", "namespace: bank").encode()
    )
    assert (elsewhere.code, elsewhere.err) == (0, "")
