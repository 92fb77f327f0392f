"""A made-up cluster: Deployments as a server returns them, some with an autoscaler and a budget."""

from random import Random
from typing import Any, Final

from ordain.kinds import all_kinds
from ordain.model.live import LiveState
from ordain.model.objects import KubeObject, ObjectRef, Objects, Source

Body = dict[str, Any]

CLUSTER: Final = "bench"
VERSION: Final = "1.37"
PER_NAMESPACE: Final = 50
_TIME: Final = "2026-11-02T08:{:02}:{:02}Z"
_TIERS: Final = ("web", "api", "worker")


def namespace(number: int) -> str:
    """Return the namespace of a workload by its number."""
    return f"team-{number // PER_NAMESPACE:04}"


def workload(number: int) -> str:
    """Return the name of a workload by its number."""
    return f"service-{number:05}"


def live_state(workloads: int) -> LiveState:
    """Return a cluster of that many Deployments: three of ten have an HPA and a budget of ours, half of them drifted.

    Each twentieth has its replicas from a manifest, so that there is something to warn of. The same number gives the
    same cluster.
    """
    chance = Random(f"cluster {workloads}")
    bodies = []
    for number in range(workloads):
        bodies.append(deployment(number, chance, replicas_in_git=number % 20 == 0))
        if number % 10 < 3:
            bodies += [_autoscaler(number, drifted=number % 2 == 0), _budget(number)]
    kinds = [reading for kind in all_kinds().values() for reading in kind.reads]
    return LiveState(
        cluster=CLUSTER,
        kubernetes_version=VERSION,
        taken_at="2026-11-02T09:00:00Z",
        objects=Objects.of(KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in bodies),
        read=frozenset(reading.group_kind for reading in kinds),
        served=frozenset(reading.api_version for reading in kinds if not reading.optional),
        digest="",
    )


def deployment(number: int, chance: Random, *, replicas_in_git: bool) -> Body:
    """Return one Deployment with status and managedFields, about 4 KB of JSON."""
    name = workload(number)
    labels = {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": namespace(number),
        "app.kubernetes.io/version": f"{chance.randint(1, 9)}.{chance.randint(0, 40)}.{chance.randint(0, 9)}",
        "tier": _TIERS[number % 3],
    }
    replicas = chance.randint(2, 8)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            **_metadata(name, number, labels, chance),
            "annotations": {"deployment.kubernetes.io/revision": str(chance.randint(1, 90))},
            "managedFields": _managed(replicas_in_git=replicas_in_git),
        },
        "spec": {
            "progressDeadlineSeconds": 600,
            "replicas": replicas,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}, "type": "RollingUpdate"},
            "template": {"metadata": {"labels": labels}, "spec": pod_spec(number, chance)},
        },
        "status": {
            "availableReplicas": replicas,
            "conditions": [
                {"lastUpdateTime": _TIME.format(3, 9), "message": text, "reason": why, "status": "True", "type": kind}
                for kind, why, text in (
                    ("Available", "MinimumReplicasAvailable", "Deployment has minimum availability."),
                    ("Progressing", "NewReplicaSetAvailable", f'ReplicaSet "{name}-7d9" has successfully progressed.'),
                )
            ],
            "observedGeneration": 7,
            "readyReplicas": replicas,
            "replicas": replicas,
            "updatedReplicas": replicas,
        },
    }


def pod_spec(number: int, chance: Random) -> Body:
    """Return the pods of a Deployment: a container with probes, and for each fourth a sidecar."""
    containers = [_container(number, chance)]
    if number % 4 == 0:
        containers.append(
            {
                "name": "metrics",
                "image": "registry.example/metrics-proxy:2.3.1",
                "imagePullPolicy": "IfNotPresent",
                "resources": {"limits": {"memory": "64Mi"}, "requests": {"cpu": "10m", "memory": "64Mi"}},
            }
        )
    return {
        "containers": containers,
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "serviceAccountName": workload(number),
        "terminationGracePeriodSeconds": 30,
        "topologySpreadConstraints": [
            {
                "labelSelector": {"matchLabels": {"app.kubernetes.io/name": workload(number)}},
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
            }
        ],
        "volumes": [
            {"configMap": {"defaultMode": 420, "name": workload(number)}, "name": "settings"},
            {"emptyDir": {}, "name": "tmp"},
        ],
    }


def _container(number: int, chance: Random) -> Body:
    probe = {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1}
    return {
        "name": "app",
        "image": f"registry.example/{workload(number)}@sha256:{chance.getrandbits(256):064x}",
        "imagePullPolicy": "IfNotPresent",
        "args": ["--listen=:8080", f"--workers={chance.randint(1, 16)}", "--log-format=json"],
        "env": [
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
            {"name": "DATABASE", "valueFrom": {"secretKeyRef": {"key": "url", "name": workload(number)}}},
            {"name": "REGION", "value": chance.choice(["eu-west-1", "eu-central-1", "us-east-1"])},
            {"name": "FEATURES", "value": f"{chance.getrandbits(16):016b}"},
        ],
        "ports": [
            {"containerPort": 8080, "name": "http", "protocol": "TCP"},
            {"containerPort": 9090, "name": "metrics", "protocol": "TCP"},
        ],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, **probe},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http", "scheme": "HTTP"}, **probe},
        "resources": {
            "limits": {"memory": "512Mi"},
            "requests": {"cpu": f"{chance.randint(1, 20) * 50}m", "memory": "512Mi"},
        },
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [
            {"mountPath": "/etc/app", "name": "settings", "readOnly": True},
            {"mountPath": "/tmp", "name": "tmp"},  # noqa: S108 - a path in a container that never runs
        ],
    }


def _metadata(name: str, number: int, labels: dict[str, str], chance: Random) -> Body:
    return {
        "creationTimestamp": _TIME.format(number % 60, number % 59),
        "generation": 7,
        "labels": labels,
        "name": name,
        "namespace": namespace(number),
        "resourceVersion": str(1_000_000 + number),
        "uid": f"{chance.getrandbits(32):08x}-0000-4000-8000-{chance.getrandbits(48):012x}",
    }


def _managed(*, replicas_in_git: bool) -> list[Body]:
    port: Body = {".": {}, "f:containerPort": {}, "f:name": {}, "f:protocol": {}}
    owned: Body = {
        ".": {},
        "f:args": {},
        "f:env": {f'k:{{"name":"{name}"}}': {".": {}, "f:name": {}, "f:value": {}} for name in ("REGION", "FEATURES")},
        "f:image": {},
        "f:livenessProbe": {"f:httpGet": {"f:path": {}, "f:port": {}}},
        "f:ports": {f'k:{{"containerPort":{number},"protocol":"TCP"}}': port for number in (8080, 9090)},
        "f:resources": {"f:limits": {"f:memory": {}}, "f:requests": {"f:cpu": {}, "f:memory": {}}},
    }
    spec: Body = {
        "f:selector": {},
        "f:strategy": {"f:rollingUpdate": {"f:maxUnavailable": {}}},
        "f:template": {
            "f:metadata": {"f:labels": {"f:app.kubernetes.io/name": {}, "f:tier": {}}},
            "f:spec": {"f:containers": {'k:{"name":"app"}': owned}, "f:serviceAccountName": {}},
        },
    }
    if replicas_in_git:
        spec["f:replicas"] = {}
    return [
        {
            "apiVersion": "apps/v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:metadata": {"f:labels": {"f:app.kubernetes.io/name": {}, "f:tier": {}}}, "f:spec": spec},
            "manager": "argocd-controller",
            "operation": "Apply",
            "time": _TIME.format(1, 2),
        },
        {
            "apiVersion": "apps/v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:status": {"f:availableReplicas": {}, "f:readyReplicas": {}, "f:replicas": {}}},
            "manager": "kube-controller-manager",
            "operation": "Update",
            "subresource": "status",
            "time": _TIME.format(2, 2),
        },
    ]


def _ours(api_version: str, kind: str, number: int, spec: Body) -> Body:
    chance = Random(number)
    metadata = _metadata(workload(number), number, {"app.kubernetes.io/managed-by": "ordain"}, chance)
    owned: Body = {f"f:{key}": {} for key in spec}
    entry = {"manager": "argocd-controller", "operation": "Apply", "fieldsV1": {"f:spec": owned}}
    return {"apiVersion": api_version, "kind": kind, "metadata": {**metadata, "managedFields": [entry]}, "spec": spec}


def _autoscaler(number: int, *, drifted: bool) -> Body:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload(number)}
    use = {"type": "Utilization", "averageUtilization": 50 if drifted else 70}
    metric = {"type": "ContainerResource", "containerResource": {"container": "app", "name": "cpu", "target": use}}
    spec = {"minReplicas": 2, "maxReplicas": 12, "metrics": [metric], "scaleTargetRef": target}
    return _ours("autoscaling/v2", "HorizontalPodAutoscaler", number, spec)


def _budget(number: int) -> Body:
    selector = {"matchLabels": {"app.kubernetes.io/name": workload(number)}}
    spec = {"maxUnavailable": 1, "selector": selector, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    return _ours("policy/v1", "PodDisruptionBudget", number, spec)
