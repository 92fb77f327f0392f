"""Tests of policies as a user writes them, for the tests of `ordain test`."""

from typing import Any

HEAD = """\
apiVersion: ordain.dev/v1alpha1
kind: PolicyTest
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec:
  cluster: {{objects: ../../clusters/prod.yaml, kubernetesVersion: "1.33"}}
  now: 2026-11-24T18:00:00Z
  expect:
"""
FILE = "tests/web/test.yaml"
HPA = "shop/HorizontalPodAutoscaler/cart"

TARGET = "{name: cpu, target: {type: Utilization, averageUtilization: 70}}"


def case(expect: str, *, name: str = "web", team: str = "shop") -> str:
    """Return a test that expects this, written from the left edge."""
    return HEAD.format(name=name, team=team) + "".join(f"    {line}\n" for line in expect.strip().splitlines())


def outcome(bench: Any, expect: str) -> dict[str, Any]:
    """Run one test and return its JSON entry."""
    bench.write(FILE, case(expect))
    (test,) = bench.report("test")["tests"]
    return test
