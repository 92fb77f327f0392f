"""Random objects of many kinds that real servers take: few templates, each with fields that come and go."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Body = dict[str, Any]

WORDS = st.sampled_from(["a", "blue", "x-1", "0", "true", "1000m"])
LABELS = st.dictionaries(st.sampled_from(["team", "tier", "example.org/owner"]), WORDS, max_size=3)
CPU = st.sampled_from(["100m", "0.1", "250m", "0.25"])
MEMORY = st.sampled_from(["64Mi", "67108864", "0.128G", "128M", "128e6"])
SELECTOR = {"matchLabels": {"app": "web"}}


def fields(needed: Mapping[str, Any], **optional: Any) -> st.SearchStrategy[Body]:
    """Return mappings: what is no strategy stays as it is, and each of `optional` may be missing."""
    return st.fixed_dictionaries(
        {key: value if isinstance(value, st.SearchStrategy) else st.just(value) for key, value in needed.items()},
        optional=optional,
    )


def some(*values: Any) -> st.SearchStrategy[Any]:
    """Return one of some values."""
    return st.sampled_from(values)


def named(item: st.SearchStrategy[Body], *names: str) -> st.SearchStrategy[list[Body]]:
    """Return lists of entries with names, in any order."""
    entries = st.lists(st.tuples(some(*names), item), max_size=len(names), unique_by=lambda pair: pair[0])
    return entries.map(lambda pairs: [{"name": name, **body} for name, body in pairs])


PORTS = st.lists(
    st.tuples(some(53, 80, 8080), some("TCP", "UDP", None)),
    max_size=3,
    unique_by=lambda pair: (pair[0], pair[1] or "TCP"),
).map(
    lambda pairs: [
        {"name": f"p{index}", "containerPort": port, **({"protocol": protocol} if protocol else {})}
        for index, (port, protocol) in enumerate(pairs)
    ]
)
CONTAINER = fields(
    {"image": some("registry.example.org/web:1", "registry.example.org/web:2")},
    env=named(fields({"value": WORDS}), "A", "B", "C"),
    args=st.lists(WORDS, max_size=3),
    ports=PORTS,
    imagePullPolicy=some("Always", "IfNotPresent"),
    resources=fields({}, requests=fields({}, cpu=CPU, memory=MEMORY)),
    readinessProbe=fields({"tcpSocket": {"port": 80}}, periodSeconds=some(5, 20), failureThreshold=some(1, 5)),
    securityContext=fields({}, runAsNonRoot=st.booleans(), readOnlyRootFilesystem=st.booleans()),
    volumeMounts=some([], [{"name": "data", "mountPath": "/data"}]),
)


def pod(**more: Any) -> st.SearchStrategy[Body]:
    """Return pod templates; `more` is always there."""
    sidecars = named(fields({"image": "registry.example.org/log:1"}), "log", "proxy")
    containers = st.tuples(CONTAINER, sidecars).map(lambda pair: [{"name": "web", **pair[0]}, *pair[1]])
    spec = fields(
        {"containers": containers, "volumes": [{"name": "data", "emptyDir": {}}], **more},
        terminationGracePeriodSeconds=some(0, 30, 60),
        nodeSelector=LABELS,
        tolerations=st.lists(fields({"key": WORDS, "operator": "Exists"}), max_size=2),
    )
    labels = LABELS.map(lambda texts: {**texts, "app": "web"})
    return fields({"metadata": fields({"labels": labels}, annotations=LABELS), "spec": spec})


TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
METRIC = st.one_of(
    fields({"type": "Resource", "resource": fields({"name": some("cpu", "memory"),
            "target": fields({"type": "Utilization", "averageUtilization": some(50, 70)})})}),
    fields({"type": "Pods", "pods": fields({"metric": {"name": "rps"},
            "target": fields({"type": "AverageValue", "averageValue": some("1", "1000m", "1500m", "2k")})})}),
)  # fmt: skip
POLICY = fields({"type": some("Pods", "Percent"), "value": some(4, 10), "periodSeconds": some(15, 60)})
PEER = st.one_of(
    fields({"podSelector": fields({}, matchLabels=LABELS)}), st.just({"ipBlock": {"cidr": "192.0.2.0/24"}})
)
NET_PORT = fields({"port": some(80, "web")}, protocol=some("TCP", "UDP"))
RULE = fields(
    {
        "apiGroups": ["apps"],
        "resources": st.lists(some("deployments", "replicasets"), min_size=1, unique=True),
        "verbs": st.lists(some("get", "list", "watch"), min_size=1, unique=True),
    }
)
SERVICE_PORTS = st.lists(
    st.tuples(some(53, 80), some("TCP", "UDP", None)),
    min_size=1,
    max_size=3,
    unique_by=lambda pair: (pair[0], pair[1] or "TCP"),
).map(
    lambda pairs: [
        {"name": f"p{index}", "port": port, **({"protocol": protocol} if protocol else {})}
        for index, (port, protocol) in enumerate(pairs)
    ]
)

LIMIT = {"type": "Container", "default": {"cpu": "0.50"}, "defaultRequest": {"cpu": "0.1"}}

KINDS: Mapping[tuple[str, str], st.SearchStrategy[Body]] = {
    ("v1", "ConfigMap"): fields({}, data=st.dictionaries(some("a", "b.txt", "c"), some("", "1", "x\ny"), max_size=3)),
    ("v1", "Service"): fields({"spec": fields(
        {"ports": SERVICE_PORTS},
        selector=LABELS, sessionAffinity=some("None", "ClientIP"), type=some("ClusterIP"),
        publishNotReadyAddresses=st.booleans(),
    )}),
    ("v1", "ServiceAccount"): fields(
        {}, automountServiceAccountToken=st.booleans(), imagePullSecrets=named(fields({}), "a", "b")
    ),
    ("v1", "ResourceQuota"): fields(
        {"spec": fields({}, hard=fields({}, **{"requests.cpu": CPU, "requests.memory": MEMORY}))}
    ),
    ("v1", "LimitRange"): fields({"spec": {"limits": [LIMIT]}}),
    ("apps/v1", "Deployment"): fields({"spec": fields(
        {"selector": SELECTOR, "template": pod()},
        replicas=some(0, 1, 3), minReadySeconds=some(0, 10), revisionHistoryLimit=some(0, 10), paused=st.booleans(),
        strategy=some({"type": "Recreate"}, {"type": "RollingUpdate"},
                      {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}),
    )}),
    ("apps/v1", "StatefulSet"): fields({"spec": fields(
        {"selector": SELECTOR, "serviceName": "web", "template": pod(), "volumeClaimTemplates": [
            {"metadata": {"name": "disk"}, "spec": {"accessModes": ["ReadWriteOnce"],
             "resources": {"requests": {"storage": "8192Mi"}}}}]},
        replicas=some(0, 1, 3), updateStrategy=some({"type": "OnDelete"}, {"type": "RollingUpdate"}),
    )}),
    ("apps/v1", "DaemonSet"): fields({"spec": fields(
        {"selector": SELECTOR, "template": pod()}, minReadySeconds=some(0, 10),
        updateStrategy=some({"type": "OnDelete"},
                            {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}}),
    )}),
    ("batch/v1", "CronJob"): fields({"spec": fields(
        {"schedule": some("0 3 * * *", "@daily"), "jobTemplate": fields({"spec": fields(
            {"template": pod(restartPolicy="Never")}, backoffLimit=some(0, 4),
            ttlSecondsAfterFinished=some(0, 60))})},
        suspend=st.booleans(), concurrencyPolicy=some("Allow", "Forbid"), timeZone=some("Etc/UTC"),
        successfulJobsHistoryLimit=some(0, 3),
    )}),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): fields({"spec": fields(
        {"scaleTargetRef": TARGET, "maxReplicas": some(5, 9)}, minReplicas=some(1, 2),
        metrics=st.lists(METRIC, min_size=1, max_size=3),
        # not empty: of `behavior: {scaleDown: {}}` the server tells the defaults that it writes there, equal in effect
        behavior=fields({"scaleDown": fields({"stabilizationWindowSeconds": some(0, 300)},
                                             policies=st.lists(POLICY, min_size=1, max_size=2))}),
    )}),
    ("policy/v1", "PodDisruptionBudget"): fields({"spec": fields(
        {"selector": SELECTOR}, maxUnavailable=some(0, 1, "25%"), unhealthyPodEvictionPolicy=some("AlwaysAllow"),
    )}),
    ("networking.k8s.io/v1", "NetworkPolicy"): fields({"spec": fields(
        {"podSelector": fields({}, matchLabels=LABELS), "policyTypes": some(["Ingress"], ["Ingress", "Egress"])},
        ingress=st.lists(fields({}, **{"from": st.lists(PEER, max_size=2)}, ports=st.lists(NET_PORT, max_size=2)),
                         max_size=2),
    )}),
    ("networking.k8s.io/v1", "Ingress"): fields({"spec": fields(
        {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
        ingressClassName=some("nginx"),
        rules=st.lists(fields({"host": some("a.example.org", "b.example.org")}), max_size=2),
    )}),
    ("rbac.authorization.k8s.io/v1", "Role"): fields({}, rules=st.lists(RULE, max_size=2)),
}  # fmt: skip


def bodies(kind: tuple[str, str]) -> st.SearchStrategy[Body]:
    """Return objects of a kind, named `web`, without a namespace."""
    metadata = fields({"name": "web"}, labels=LABELS, annotations=LABELS)
    meta = metadata.map(lambda given: {"apiVersion": kind[0], "kind": kind[1], "metadata": given})
    return st.tuples(meta, KINDS[kind]).map(lambda pair: {**pair[0], **pair[1]})
