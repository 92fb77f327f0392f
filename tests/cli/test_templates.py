"""A user's own templates: what breaks the contract, loops or eats memory is refused with the template's line."""

from typing import Any

import pytest

HPA = "templates/scaling/hpa.yaml.j2"
SOUND = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{ metadata }}
spec:
  scaleTargetRef: {{ target }}
  minReplicas: {{ min }}
  maxReplicas: {{ max }}
  metrics: {{ metrics }}
"""


@pytest.fixture
def shadowed(published: Any) -> Any:
    """Return the shop with templates of its own, after a publish with ours."""
    published.edit("ordain.yaml", "spec:\n", "spec:\n  templates: templates\n")
    published.write(HPA, SOUND)
    return published


def refused(bench: Any, line: int, message: str) -> None:
    """Plan and publish, which must fail at this line of the template and leave the repository as it is."""
    before = bench.bytes_of()
    done = bench.ordain("publish")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"ordain: {HPA}:{line}: ")
    assert message in done.err
    assert "\nhint: " in done.err
    assert before == bench.bytes_of()


def test_a_sound_shadow_takes_the_place_of_ours(shadowed: Any) -> None:
    """A template that keeps the contract is used, and what it changes is grouped apart from policies' changes."""
    shadowed.edit(HPA, "maxReplicas: {{ max }}", "maxReplicas: {{ max + 1 }}")
    done = shadowed.ordain("plan")
    assert done.code == 0
    assert "Changed by an upgrade of the engine or its templates, not by a policy:" in done.out
    assert "spec.maxReplicas: 9 -> 10" in done.out


def test_a_shadow_that_prints_the_same_changes_nothing(shadowed: Any) -> None:
    """Other words for the same object are no change: manifests are written in one canonical form."""
    assert shadowed.ordain("publish").out.count("Nothing to publish") == 1
    assert shadowed.commits() == 1


METADATA = "metadata: {{ metadata }}"
NAMED = "metadata: {name: {{ metadata.name }}, namespace: {{ metadata.namespace }}}"
BROKEN = {
    "name": (METADATA, "metadata: {name: x}", 3, "metadata.name is 'x' instead of 'cart'"),
    "namespace": (METADATA, "metadata: {name: {{ metadata.name }}}", 3, "metadata.namespace is None"),
    "labels": (METADATA, NAMED, 3, "metadata.labels['app.kubernetes.io/managed-by'] is None instead of 'ordain'"),
    "kind": ("kind: HorizontalPodAutoscaler", "kind: Secret", 2, "kind is 'Secret'"),
    "group": ("apiVersion: autoscaling/v2", "apiVersion: example.org/v1", 1, "not of autoscaling"),
    "two": (SOUND, SOUND + "---\n" + SOUND, 1, "it writes 2 objects instead of one"),
    "none": (SOUND, "# nothing\n", 1, "it writes 0 objects instead of one"),
    "list": (SOUND, "- {{ min }}\n", 1, "kind is None"),
    "undefined": ("{{ max }}", "{{ maximum }}", 7, "'maximum' is undefined"),
    "syntax": ("{{ max }}", "{{ max }", 7, "unexpected '}'"),
    "part": ("{{ max }}", "{{ max }}x", 7, "text follows an expression"),
    "yaml": ("  maxReplicas: {{ max }}\n", "  maxReplicas: {{ max }}\n bad\n", 8, "is no YAML"),
    "escape": ("{{ max }}", "{{ [].__class__ }}", 7, "unsafe"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_shadow_that_breaks_the_contract(shadowed: Any, case: str) -> None:
    """One object of the expected kind, name, namespace and labels: anything else is refused with its line."""
    old, new, line, message = BROKEN[case]
    shadowed.edit(HPA, old, new)
    refused(shadowed, line, message)


def test_a_shadow_that_the_server_would_refuse(shadowed: Any) -> None:
    """What the schema of the cluster's version does not know is an error before anything is committed."""
    shadowed.edit(HPA, "  minReplicas: {{ min }}\n", "  minReplica: {{ min }}\n")
    before = shadowed.bytes_of()
    done = shadowed.ordain("publish")
    assert (done.code, before) == (1, shadowed.bytes_of())
    assert "MAN001" in done.out
    assert "unknown field `minReplica`, did you mean `minReplicas`?" in done.out


LOOP = "{% for a in range(99999) %}"
GREEDY = {
    "loop": (LOOP * 3 + "{% endfor %}" * 3, "it takes longer than"),
    "memory": ("{% set n = namespace(x='x') %}" + LOOP + "{% set n.x = n.x ~ n.x %}{% endfor %}", "memory"),
    "text": (LOOP + "# {{ 'x' * 1000 }}\n{% endfor %}", "it writes more than 1 MiB"),
    "recursion": ("{% macro f() %}{{ f() }}{% endmacro %}x: {{ f() }}\n", "without end"),
}


@pytest.mark.parametrize("case", GREEDY)
def test_a_shadow_that_loops_or_eats_memory(shadowed: Any, case: str) -> None:
    """The renderer stops it with the template's name, the engine survives, and Git stays as it was."""
    import ordain.stages.render
    from ordain.templates import render

    def impatient(*arguments: Any) -> Any:
        return render(*arguments, seconds=0.5, megabytes=64)

    shadowed.patch.setattr(ordain.stages.render, "fill", impatient)
    body, message = GREEDY[case]
    shadowed.write(HPA, body)
    before = shadowed.bytes_of()
    done = shadowed.ordain("publish")
    assert (done.code, done.out, before) == (2, "", shadowed.bytes_of())
    assert done.err.startswith(f"ordain: {HPA}:1: ")
    assert message in done.err


def test_a_link_out_of_the_folder_is_refused(shadowed: Any) -> None:
    """A template is not a way to read other files."""
    (shadowed.folder / HPA).unlink()
    (shadowed.folder / HPA).symlink_to("/etc/hostname")
    done = shadowed.ordain("plan")
    assert done.code == 2
    assert "the template is a link that leads out of its folder" in done.err
