"""Rules in CEL: what is an answer, what is none, and what does not compile. An error is never a pass."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.expressions import Broken, Rule, Unjudged, compile_rule

BODY: dict[str, Any] = {
    "metadata": {"name": "web", "labels": {"team": "shop"}, "annotations": None},
    "spec": {"replicas": 3, "ratio": 0.5, "items": [1, 2, None]},
}


def holds(text: str, body: dict[str, Any] = BODY, namespace: dict[str, Any] | None = None) -> bool | Unjudged:
    """Compile an expression and evaluate it."""
    rule = compile_rule(text)
    assert isinstance(rule, Rule), rule
    return rule.holds(body, namespace)


@pytest.mark.parametrize(
    "text",
    [
        "has(object.metadata.labels) && 'team' in object.metadata.labels",
        "object.metadata.name.matches('^[a-z]+$')",
        "object.spec.?minReady.orValue(0) == 0",
        "object.?status.?phase.orValue('none') == 'none'",
        "object.spec.replicas > 2.5",
        "object.spec.replicas + 1 == 4",
        "!has(object.metadata.annotations)",
        "object.metadata.?annotations.?team.orValue('none') == 'none'",
        "object.spec.items.size() == 3",
        "object.metadata.name.startsWith('w') && object.metadata.name.split('e').size() == 2",
        "object.metadata.labels.exists(key, key == 'team')",
        "namespaceObject == null",
    ],
)
def test_a_rule_that_holds_is_true(text: str) -> None:
    """Standard CEL, strings and optionals are there; a null field counts as absent."""
    assert holds(text) is True


@pytest.mark.parametrize("text", ["object.spec.replicas > 3", "'owner' in object.metadata.labels", "false"])
def test_a_rule_that_does_not_hold_is_false(text: str) -> None:
    """A plain no is an answer."""
    assert holds(text) is False


def test_the_namespace_is_there() -> None:
    """An object can be compared with its namespace."""
    namespace = {"metadata": {"name": "shop", "labels": {"team": "shop"}}}
    text = "object.metadata.labels.team == namespaceObject.metadata.labels.team"
    assert holds(text, BODY, namespace) is True


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("object.metadata.labels.owner == 'shop'", 'key not found in map : "owner"'),
        ("object.spec.replicas == 3 && object.nothing", 'key not found in map : "nothing"'),
        ("object.metadata.annotations.team == 'shop'", 'key not found in map : "annotations"'),
        ("object.metadata.name > 3", "no matching overloads"),
        ("object.metadata.name.size() / 0 == 1", "divide by zero"),
        ("namespaceObject.metadata.name == 'shop'", ""),
        ("object.spec.?missing.value() == 1", ""),
    ],
)
def test_an_error_is_no_answer(text: str, part: str) -> None:
    """The engine returns an error as a value, which Python takes for true; it is neither true nor false here."""
    answer = holds(text)
    assert isinstance(answer, Unjudged)
    assert part in answer.reason


@pytest.mark.parametrize(
    "text", ["object.labels[object.secret] == 'x'", "object.secret.matches('x') || 'x'.matches(object.secret)"]
)
def test_what_an_object_says_is_not_repeated(text: str) -> None:
    """The engine quotes keys and patterns, which may be a secret from an environment value."""
    answer = holds(text, {"labels": {}, "secret": "canary-93a7("})
    assert isinstance(answer, Unjudged)
    assert "canary" not in answer.reason


def test_what_another_part_decides_needs_no_answer() -> None:
    """Of an `and` that is false anyway, and of an `or` that is true anyway, an error does not count: CEL says so."""
    assert holds("object.nothing == 1 && false") is False
    assert holds("object.nothing == 1 || true") is True


def test_an_expression_over_the_limit_of_iterations_is_no_answer() -> None:
    """A rule must end soon, whatever the size of the object."""
    body = {"items": list(range(150))}
    answer = holds("object.items.all(a, object.items.all(b, a + b >= 0))", body)
    assert answer == Unjudged("it needs more than 10,000 iterations, the most that can be judged here")


@pytest.mark.parametrize("value", [2**70, {1: 2, None: 3}, "\ud800"])
def test_an_object_that_the_engine_cannot_take_is_no_answer(value: object) -> None:
    """Numbers beyond 64 bits, keys that are no text, broken text: the object counts as not judged."""
    assert isinstance(
        holds("object.spec.value != object.metadata", {"spec": {"value": value}, "metadata": 1}), Unjudged
    )


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("labels.team == 'shop'", "undeclared reference to 'labels", 1, 0),
        ("true\n  && foo", "undeclared reference to 'foo'", 2, 0),
        ("object.spec.replicas >", "syntax error", 1, 0),
        ("quantity('1') == quantity('1')", "undeclared reference to 'quantity'", 1, 0),
        ("cel.bind(name, object.metadata.name, name == 'web')", "undeclared reference to", 1, 0),
        ("1 > 'a'", "found no matching overload for '_>_'", 1, 0),
        ("'text'", "it gives string", 0, 0),
        ("object.spec.enabled", "it gives dyn", 0, 0),
        ("(" * 40 + "true" + ")" * 40, "nested deeper than 32 levels", 0, 0),
        ("", "", 0, 0),
    ],
)
def test_a_broken_expression_says_where(text: str, message: str, line: int, column: int) -> None:
    """Without any object, an expression that does not compile, or gives no bool, is refused with its place."""
    broken = compile_rule(text)
    assert isinstance(broken, Broken)
    assert message in broken.message
    assert broken.line >= line
    assert broken.column >= column
    assert "\n" not in broken.message
    assert "INVALID_ARGUMENT" not in broken.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_object_gets_true_false_or_no_answer(body: dict[str, Any]) -> None:
    """No object stops a run, and without the key a rule never passes."""
    answer = holds("object.spec.team == 'shop'", body)
    assert isinstance(answer, bool | Unjudged)
    spec = body.get("spec")
    assert answer is not True or (isinstance(spec, dict) and spec["team"] == "shop")


def test_the_engine_is_imported_by_the_first_expression_only() -> None:
    """Its 17 MB cost nobody who has no rules."""
    code = (
        "import sys\n"
        "import ordain.kinds.compliance\n"
        "from ordain.expressions import compile_rule\n"
        "assert not any(name.startswith('cel_expr_python') for name in sys.modules)\n"
        "compile_rule('true')\n"
        "assert any(name.startswith('cel_expr_python') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
