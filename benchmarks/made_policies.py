"""Policies for the made-up cluster: one of the organisation, one per namespace, one for each tenth service."""

from collections.abc import Iterator

from made_cluster import CLUSTER, PER_NAMESPACE, namespace, workload

PROJECT = f"""apiVersion: ordain.dev/v1alpha1
kind: Project
metadata: {{name: bench}}
spec:
  policies: [policies]
  clusters: [{{name: {CLUSTER}, snapshot: cluster.snapshot.gz}}]
  output: {{repository: output.git, branch: main}}
"""


def policies(workloads: int, *, edition: int) -> Iterator[tuple[str, str]]:
    """Yield file names and texts; another edition sets other bounds for each tenth service."""
    yield "organisation.yaml", _ORGANISATION
    for first in range(0, workloads, PER_NAMESPACE):
        team = namespace(first)
        yield f"{team}/team.yaml", _TEAM.format(team=team)
        for number in range(first, min(first + PER_NAMESPACE, workloads), 10):
            name = workload(number)
            most = 20 + number % 7 + edition
            yield f"{team}/{name}.yaml", _SERVICE.format(team=team, name=name, most=most)


_ORGANISATION = """# What holds for everybody, unless a team says otherwise.
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata: {name: organisation}
spec:
  priority: 0
  targets: [{namespaces: ["team-*"]}]
  replicas: {min: 2}
  metrics:
    - {resource: cpu, container: app, utilization: 70%}
  behavior:
    scaleDown: {stabilization: 5m, policies: [{percent: 10, per: 1m}]}
  disruption: {maxUnavailable: 1}
"""

_TEAM = """# The bounds that this team's database can bear.
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata:
  name: {team}
  labels: {{team: {team}}}
spec:
  priority: 50
  targets: [{{namespaces: [{team}]}}]
  replicas: {{max: 12}}
"""

_SERVICE = """# This service follows its requests as well.
apiVersion: ordain.dev/v1alpha1
kind: ScalingPolicy
metadata:
  name: {name}
  labels: {{team: {team}}}
spec:
  targets: [{{namespaces: [{team}], names: [{name}]}}]
  replicas: {{min: 3, max: {most}}}
  metrics:
    - {{pods: http_requests_per_second, averageValue: 40}}
    - {{resource: cpu, container: app, utilization: 65%}}
"""
