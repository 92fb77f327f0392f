"""The defaults that the OpenAPI lacks are those that real servers fill in."""

from collections.abc import Iterator
from typing import Any, Final

import yaml

from ordain.apischemas import FieldType, bundle
from ordain.apischemas.server_defaults import SERVER_DEFAULTS
from tests.cluster.servers import Server

NAMESPACE: Final = "server-defaults"
POD: Final = """
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1
          livenessProbe: {httpGet: {port: 80}}
          env:
            - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
      volumes:
        - {name: settings, configMap: {name: web}}
        - {name: secret, secret: {secretName: web}}
        - {name: labels, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
        - {name: token, projected: {sources: [{serviceAccountToken: {path: token}}]}}
"""
HOOK: Final = """
webhooks:
  - name: check.example.org
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: {service: {namespace: shop, name: check}}
    rules: [{apiGroups: [example.org], apiVersions: [v1], operations: [CREATE], resources: [things]}]
"""
OBJECTS: Final = f"""
apiVersion: apps/v1
kind: Deployment
spec:
  selector: {{matchLabels: {{app: web}}}}
  template: {POD}
---
apiVersion: apps/v1
kind: DaemonSet
spec:
  selector: {{matchLabels: {{app: web}}}}
  template: {POD}
---
apiVersion: apps/v1
kind: StatefulSet
spec:
  serviceName: web
  selector: {{matchLabels: {{app: web}}}}
  template: {POD}
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
---
apiVersion: batch/v1
kind: CronJob
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template: {{spec: {{restartPolicy: Never, containers: [{{name: web, image: registry.example.org/web:1}}]}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}
  maxReplicas: 3
  behavior: {{scaleDown: {{stabilizationWindowSeconds: 60}}}}
---
apiVersion: v1
kind: Service
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: [{{ports: [{{port: 80}}]}}]}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration{HOOK}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration{HOOK}
"""


def filled_in(given: Any, stored: Any, field_type: FieldType) -> Iterator[tuple[str, str, object, object]]:
    """Yield for each field that nobody gave and that the table knows: definition, name, the stored value, ours."""
    if isinstance(stored, list):
        sides = zip(given if isinstance(given, list) else [{}] * len(stored), stored, strict=True)
        for one, two in sides:
            yield from filled_in(one, two, field_type.child(0))
    elif isinstance(stored, dict):
        given = given if isinstance(given, dict) else {}
        for name in SERVER_DEFAULTS.get(field_type.definition.removeprefix("io.k8s.api."), {}):
            if name not in given:
                yield field_type.definition, name, stored.get(name), field_type.child(name).default
        for name, value in stored.items():
            yield from filled_in(given.get(name), value, field_type.child(name))


def test_servers_fill_in_what_the_table_says(server: Server) -> None:
    """Each entry of the table is what a server made of an object that left the field out."""
    schemas = bundle(server.version)
    server.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}, force=True)
    seen, wrong = set(), []
    for body in yaml.safe_load_all(OBJECTS):
        body["metadata"] = {"name": "web", "namespace": NAMESPACE}
        field_type = schemas.field(body["apiVersion"], body["kind"])
        assert field_type is not None
        if not schemas.namespaced(body["apiVersion"], body["kind"]):
            del body["metadata"]["namespace"]
        stored = server.apply(body, dry_run=True, force=True)
        for definition, name, value, ours in filled_in(body, stored, field_type):
            seen.add((definition.removeprefix("io.k8s.api."), name))
            if value != ours:
                wrong.append((body["kind"], definition, name, value, ours))
    assert wrong == []
    assert {(definition, name) for definition, fields in SERVER_DEFAULTS.items() for name in fields} - seen == set()
