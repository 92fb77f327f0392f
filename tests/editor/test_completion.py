"""Completion: what a real editor offers while a policy is written."""

from typing import Any

import pytest

from ordain.kinds import all_kinds

HEAD = "apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata:\n  name: web\nspec:\n"
SPEC = HEAD + "  targets:\n    - namespaces: [shop]\n"
WAIVER = "apiVersion: ordain.dev/v1alpha1\nkind: Waiver\nmetadata:\n  name: web\nspec:\n"
PROJECT = "apiVersion: ordain.dev/v1alpha1\nkind: Project\nmetadata:\n  name: web\nspec:\n"
TEST = "apiVersion: ordain.dev/v1alpha1\nkind: PolicyTest\nmetadata:\n  name: web\nspec:\n"
FIELDS = "targets priority replicas metrics behavior forecast disruption"
CASES = {
    "an empty file": ("|", "apiVersion kind metadata spec"),
    "the first letter": ("a|", "apiVersion kind metadata spec"),
    "the version": ("apiVersion: |", "ordain.dev/v1alpha1"),
    "the kind": ("apiVersion: ordain.dev/v1alpha1\nkind: |", " ".join([*all_kinds(), "Project", "PolicyTest"])),
    "after the kind": ("kind: ScalingPolicy\n|", "apiVersion metadata spec"),
    "in metadata": ("kind: ScalingPolicy\nmetadata:\n  |", "name labels"),
    "in spec": (HEAD + "  |", FIELDS),
    "in spec, the first letter": (HEAD + "  r|", FIELDS),
    "in spec, what is not there yet": (SPEC + "  |", FIELDS.removeprefix("targets ")),
    "in replicas": (SPEC + "  replicas:\n    |", "min max"),
    "in flow style": (SPEC + "  replicas: {m|}", "min max"),
    "in a target": (HEAD + "  targets:\n    - |", "namespaces kinds names selector clusters"),
    "further in a target": (SPEC + "      |", "kinds names selector clusters"),
    "in a selector": (SPEC + "      selector:\n        |", "matchLabels"),
    "examples of a priority": (SPEC + "  priority: |", "100 0 200"),
    "a metric": (SPEC + "  metrics:\n    - |", "resource pods object external"),
    "a metric, the first letters": (SPEC + "  metrics:\n    - res|", "resource pods object external"),
    "a second metric": (SPEC + "  metrics:\n    - resource: cpu\n    - |", "resource pods object external"),
    "a resource": (SPEC + "  metrics:\n    - resource: |", "cpu memory"),
    "after a resource": (SPEC + "  metrics:\n    - resource: cpu\n      |", "container utilization averageValue"),
    "after pods": (SPEC + "  metrics:\n    - pods: rps\n      |", "selector averageValue"),
    "in an object": (SPEC + "  metrics:\n    - object:\n        |", "apiVersion kind name"),
    "after external": (SPEC + "  metrics:\n    - external: queue\n      |", "selector value averageValue"),
    "in behavior": (SPEC + "  behavior:\n    |", "scaleUp scaleDown"),
    "in scaleUp": (SPEC + "  behavior:\n    scaleUp:\n      |", "stabilization policies select"),
    "in a limit": (SPEC + "  behavior:\n    scaleUp:\n      policies:\n        - |", "pods percent per"),
    "a choice": (SPEC + "  behavior:\n    scaleUp:\n      select: |", "max min disabled"),
    "a duration": (SPEC + "  behavior:\n    scaleUp:\n      stabilization: |", "30s 5m 24h"),
    "in disruption": (SPEC + "  disruption:\n    |", "maxUnavailable minAvailable unhealthyPodEvictionPolicy"),
    "an eviction policy": (
        SPEC + "  disruption:\n    unhealthyPodEvictionPolicy: |",
        "AlwaysAllow IfHealthyBudget",
    ),
    "in a waiver": (WAIVER + "  |", "control targets container field reason owner ticket expires"),
    "in a waiver's target": (WAIVER + "  targets:\n    - |", "namespaces kinds names clusters"),
    # Where a second document's line is still empty the server offers nothing; after the first letter it does.
    "in a second document": (
        SPEC + "---\n" + WAIVER + "  o|",
        "control targets container field reason owner ticket expires",
    ),
    "in a project": (
        PROJECT + "  |",
        "policies templates clusters output sync ignore argocd gate limits protect windows planFile",
    ),
    "in a test": (TEST + "  |", "policies templates cluster now published expect"),
    "what a test expects": (TEST + "  expect:\n    |", "plan findings objects manifests"),
    "an expected finding": (
        TEST + "  expect:\n    findings:\n      contains:\n        - code: SCL005\n          |",
        "object severity waived message",
    ),
    "a gate": (PROJECT + "  gate: |", "error warning note"),
}


@pytest.mark.parametrize("case", CASES)
def test_completion_offers_what_fits(editor: Any, case: str) -> None:
    """Exactly the fields or values that may stand at this place are offered."""
    text, wanted = CASES[case]
    assert sorted(wanted.split()) == sorted(editor.complete(text))


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        (HEAD + "  |", "targets", "targets:\n  - "),
        (SPEC + "  |", "replicas", "replicas:\n  min: ${1:2}"),
        (SPEC + "  replicas:\n    |", "max", "max: ${1:40}"),
        (SPEC + "  metrics:\n    - |", "pods", "pods: ${1:http_requests_per_second}"),
        (SPEC + "  metrics:\n    - resource: cpu\n      |", "utilization", "utilization: ${1:70%}"),
        (WAIVER + "  |", "expires", "expires: ${1:2027-01-31}"),
    ],
    ids=lambda value: value if value.isalpha() else "",
)
def test_completion_writes_a_beginning(editor: Any, text: str, word: str, written: str) -> None:
    """A word that is taken brings its colon, and its default or first example to type over."""
    assert written == editor.complete(text)[word]


def test_a_list_begins_with_a_dash(editor: Any) -> None:
    """Under a list's name the next item is offered as well."""
    assert any(word.startswith("- (array item)") for word in editor.complete(HEAD + "  targets:\n  |"))
