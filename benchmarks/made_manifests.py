"""Made-up manifests of ten kinds, ten to a service, some of them broken or odd."""

from collections.abc import Iterator
from random import Random

import yaml

from made_cluster import Body, deployment, namespace, pod_spec, workload
from oddities import ODDITIES, apply


def manifests(count: int, share: float) -> Iterator[tuple[str, str, str]]:
    """Yield for each manifest its file, its text, and the name of its oddity (empty for a plain one).

    `share` of them are odd: broken in one of the ways of `ODDITIES`, or sound in an unusual form.
    """
    chance = Random(f"manifests {count} {share}")
    for number in range(count):
        service, position = divmod(number, 10)
        body = _of_kind(position, service, chance)
        form = chance.choice(sorted(ODDITIES)) if chance.random() < share else ""
        text, applied = apply(form, body, _text, chance)
        name = f"{namespace(service)}/{workload(service)}/{position}-{body['kind'].lower()}.yaml"
        yield name, text, applied


def _text(body: Body) -> str:
    return yaml.dump(body, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)


def _of_kind(position: int, service: int, chance: Random) -> Body:
    api_version, kind, spec = _KINDS[position](service, chance)
    name = workload(service)
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": namespace(service), "tier": "web"}
    metadata = {"name": name, "namespace": namespace(service), "labels": labels}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **spec}


def _pods(service: int, chance: Random) -> Body:
    labels = {"app.kubernetes.io/name": workload(service)}
    return {"metadata": {"labels": labels}, "spec": pod_spec(service, chance)}


def _selector(service: int) -> Body:
    return {"matchLabels": {"app.kubernetes.io/name": workload(service)}}


def _deployment(service: int, chance: Random) -> tuple[str, str, Body]:
    spec = deployment(service, chance, replicas_in_git=True)["spec"]
    del spec["replicas"]
    return "apps/v1", "Deployment", {"spec": spec}


def _stateful_set(service: int, chance: Random) -> tuple[str, str, Body]:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}},
    }
    spec = {
        "replicas": 3,
        "serviceName": workload(service),
        "selector": _selector(service),
        "template": _pods(service, chance),
        "volumeClaimTemplates": [claim],
    }
    return "apps/v1", "StatefulSet", {"spec": spec}


def _daemon_set(service: int, chance: Random) -> tuple[str, str, Body]:
    update = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}}
    spec = {"selector": _selector(service), "updateStrategy": update, "template": _pods(service, chance)}
    return "apps/v1", "DaemonSet", {"spec": spec}


def _cron_job(service: int, chance: Random) -> tuple[str, str, Body]:
    pods = _pods(service, chance)
    pods["spec"]["restartPolicy"] = "OnFailure"
    spec = {
        "schedule": f"{chance.randint(0, 59)} */{chance.randint(1, 6)} * * *",
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": {"backoffLimit": 2, "template": pods}},
    }
    return "batch/v1", "CronJob", {"spec": spec}


def _service(service: int, _chance: Random) -> tuple[str, str, Body]:
    ports = [{"name": name, "port": port, "targetPort": name} for name, port in (("http", 80), ("metrics", 9090))]
    return "v1", "Service", {"spec": {"type": "ClusterIP", "selector": {"app": workload(service)}, "ports": ports}}


def _config_map(_service: int, chance: Random) -> tuple[str, str, Body]:
    settings = "".join(f"option.{index} = {chance.getrandbits(24)}\n" for index in range(chance.randint(3, 30)))
    data = {"app.properties": settings, "LOG_LEVEL": "info", "TIMEOUT": "30s", "ENABLED": "yes", "RETRIES": "3"}
    return "v1", "ConfigMap", {"data": data}


def _ingress(service: int, _chance: Random) -> tuple[str, str, Body]:
    host = f"{workload(service)}.example.org"
    backend = {"service": {"name": workload(service), "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec = {
        "ingressClassName": "nginx",
        "tls": [{"hosts": [host], "secretName": f"{workload(service)}-tls"}],
        "rules": [{"host": host, "http": {"paths": [path]}}],
    }
    return "networking.k8s.io/v1", "Ingress", {"spec": spec}


def _network_policy(service: int, _chance: Random) -> tuple[str, str, Body]:
    source = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace(service)}}}
    spec = {
        "podSelector": _selector(service),
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [source], "ports": [{"port": 8080, "protocol": "TCP"}]}],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.9.0.0/16"]}}]}],
    }
    return "networking.k8s.io/v1", "NetworkPolicy", {"spec": spec}


def _autoscaler(service: int, _chance: Random) -> tuple[str, str, Body]:
    use = {"type": "Utilization", "averageUtilization": 70}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload(service)},
        "minReplicas": 2,
        "maxReplicas": 10,
        "metrics": [
            {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "app", "target": use}}
        ],
        "behavior": {"scaleDown": {"policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}]}},
    }
    return "autoscaling/v2", "HorizontalPodAutoscaler", {"spec": spec}


def _budget(service: int, _chance: Random) -> tuple[str, str, Body]:
    return "policy/v1", "PodDisruptionBudget", {"spec": {"maxUnavailable": 1, "selector": _selector(service)}}


_KINDS = (
    _deployment,
    _stateful_set,
    _daemon_set,
    _cron_job,
    _service,
    _config_map,
    _ingress,
    _network_policy,
    _autoscaler,
    _budget,
)
