"""Templates that cannot be rendered: each is an error with a place, and nothing is left running."""

import os
from pathlib import Path

import pytest

from ordain.errors import Span, UserError
from ordain.templates import Job, render, template_set

HUGE = "{{ 'a' * 10 ** 10 }}"
DOUBLING = "{% set ns = namespace(x='a') %}\n{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}\n"
LOOP = "{% for i in range(99999) %}\n{% for j in range(99999) %}\n{% endfor %}\n{% endfor %}\n"
NESTED = f"{{{{ {'(' * 3000}1{')' * 3000} }}}}"

CASES = {
    "loops inside loops": (LOOP, 2, "takes longer than 0.2 s"),
    "a huge text": (f"a: 1\nb: {HUGE}\n", 2, "needs more than 128 MB"),
    "a text that doubles": (DOUBLING, 2, "needs more than 128 MB"),
    "too much output": (
        "{% for i in range(99999) %}\n# " + "x" * 99 + "\n{% endfor %}",
        2,
        "writes more than 1 MiB",
    ),
    "a huge power": ("a: 1\nb: {{ 10 ** (10 ** 10) }}\n", 2, "number becomes too large"),
    "a huge range": ("a: 1\nb: {{ range(999999) | list }}\n", 2, "Range too big"),
    "a template that includes itself": ("a: 1\n{% include 't.j2' %}\n", 2, "without end"),
    "a macro that calls itself": (
        "{% macro f() %}\n{{ f() }}\n{% endmacro %}\na: {{ f() }}\n",
        2,
        "without end",
    ),
    "deep nesting": (NESTED, 0, "nested too deeply"),
    "an open condition": ("a: 1\n{% if n %}\n", 2, "Unexpected end of template"),
    "an open expression": ("a: 1\nb: {{ n\n", 2, "unexpected end of template"),
    "an unknown statement": ("a: 1\n{% do n %}\n", 2, "unknown tag 'do'"),
    "an undefined value": ("a: 1\nb: {{ replica }}\n", 2, "'replica' is undefined"),
    "an undefined field": ("a: 1\nb: {{ deep.replica }}\n", 2, "has no attribute 'replica'"),
    "a look behind a value": ("a: 1\nb: {{ n.__class__ }}\n", 2, "'__class__' of 'int' object is unsafe"),
    "a change of a value": ("a: 1\nb: {{ deep.update(x=1) }}\n", 2, "is not safely callable|unsafe"),
    "an include of nothing": ("a: 1\n{% include 'no.j2' %}\n", 2, "no template 'no.j2'"),
    "a path out of the folder": (
        "a: 1\n{% include '../../etc/passwd' %}\n",
        2,
        "no template '../../etc/passwd'",
    ),
    "an absolute path": ("a: 1\n{% include '/etc/passwd' %}\n", 2, "no template '/etc/passwd'"),
    "a computed path": ("a: 1\n{% include '../' ~ name %}\n", 2, "no template '../shop'"),
    "an unknown filter": ("a: 1\nb: {{ n | indnt }}\n", 2, "No filter named 'indnt'"),
    "an HTML filter": ("a: 1\nb: {{ name | safe }}\n", 2, "No filter named 'safe'"),
    "chance": ("a: 1\nb: {{ [1, 2] | random }}\n", 2, "No filter named 'random'"),
    "filler": ("a: 1\nb: {{ lipsum() }}\n", 2, "'lipsum' is undefined"),
    "a division by zero": ("a: 1\nb: {{ n / 0 }}\n", 2, "division by zero"),
    "a wrong type": ("a: 1\nb: {{ n + name }}\n", 2, "unsupported operand"),
    "a thing that is no value": ("a: 1\nb: {{ range }}\n", 2, "function has no YAML form"),
    "autoescape": ("a: 1\n{% autoescape true %}\nb: {{ n }}\n{% endautoescape %}\n", 2, "autoescape"),
    "a call block": ("a: 1\n{% call '{}'.format(n) %}{% endcall %}\n", 2, "call blocks"),
    "a filter block that changes quotes": (
        "a: 1\n{% filter upper %}\nb: {{ n }}\n{% endfilter %}\n",
        2,
        "indent",
    ),
    "an indent by a value": ("a: 1\n{% filter indent(name) %}\nb: 1\n{% endfilter %}\n", 2, "plain numbers"),
    "a print statement": ("a: 1\n{% print n %}\n", 2, "'print' is not allowed"),
}


@pytest.mark.parametrize(("source", "line", "message"), CASES.values(), ids=CASES.keys())
def test_it_is_an_error_with_a_place(write, source: str, line: int, message: str) -> None:
    """The error says what, with a hint, at the line of the template; no child process is left."""
    folder = write({"t.j2": source})
    values = {"n": 2, "name": "shop", "replicas": 3, "deep": {"a": 1}}
    before = children()
    with pytest.raises(UserError, match=message) as caught:
        render(template_set(folder), [Job("t.j2", values)], seconds=0.2 if source == LOOP else 5, megabytes=128)
    assert caught.value.where == Span(f"{folder}/t.j2", line)
    assert caught.value.hint
    assert children() <= before


def children() -> set[str]:
    """Return the child processes of this one, zombies too."""
    return {pid for tasks in Path("/proc/self/task").glob("*/children") for pid in tasks.read_text().split()}


def test_an_error_in_an_included_template_has_its_place(write) -> None:
    """The place is in the file where it happened."""
    folder = write({"t.j2": "a: 1\n{% include 'part.j2' %}\n", "part.j2": "b: 1\n\nc: {{ missing }}\n"})
    with pytest.raises(UserError) as caught:
        render(template_set(folder), [Job("t.j2", {})])
    assert caught.value.where == Span(f"{folder}/part.j2", 3)


def test_an_unknown_template_is_an_error(write) -> None:
    """A job for a template that does not exist says so and suggests the nearest."""
    folder = write({"scaling/t.j2": "a: 1\n"})
    with pytest.raises(UserError, match=r"there is no template 'scaling/tt\.j2'") as caught:
        render(template_set(folder), [Job("scaling/tt.j2", {})])
    assert caught.value.hint == "did you mean 'scaling/t.j2'?"


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{{ replica }}", "did you mean 'replicas'?"),
        ("{{ zone }}", "the values are: replicas"),
        ("{{ replicas | indnt }}", "did you mean 'indent'?"),
    ],
)
def test_hints_suggest_the_nearest_name(render_one, source: str, hint: str) -> None:
    """A misspelt value or filter suggests what was meant."""
    with pytest.raises(UserError) as caught:
        render_one(source, replicas=3)
    assert caught.value.hint == hint


def test_the_job_is_named(write) -> None:
    """Of many jobs the error names the one that failed."""
    folder = write({"t.j2": "a: {{ 6 // n }}\n"})
    jobs = [Job("t.j2", {"n": n}, f"shop/Deployment/app-{n}") for n in (2, 1, 0)]
    with pytest.raises(UserError, match=r"while rendering shop/Deployment/app-0, job 3 of 3"):
        render(template_set(folder), jobs)


STUCK = """
import sys, time
sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(8), "big"))
sys.stdout.write('{"te')
sys.stdout.flush()
time.sleep(99)
"""


@pytest.mark.parametrize(
    ("child", "message"),
    [
        ("import os; os.kill(os.getpid(), 9)", "was killed from outside"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes longer than 0.01 s"),
        ("raise SystemExit(3)", r"ended the renderer \(exit status 3\)"),
        (
            STUCK,
            "takes longer than",
        ),
    ],
    ids=["killed", "out of time", "gone", "stuck"],
)
def test_a_child_that_does_not_answer_is_an_error(write, monkeypatch, child: str, message: str) -> None:
    """However the child ends, the engine goes on and says which job it was at."""
    monkeypatch.setattr("ordain.templates.renderer._START", child)
    monkeypatch.setattr("ordain.templates.renderer._PATIENCE", 0.5)
    folder = write({"t.j2": "a: {{ v }}\n"})
    with pytest.raises(UserError, match=message) as caught:
        render(template_set(folder), [Job("t.j2", {"v": "x" * 1_000_000})], seconds=0.01)
    assert caught.value.where == Span(f"{folder}/t.j2")


STOPPED = """
import subprocess, sys
from pathlib import Path
from ordain.templates import Job, render, template_set

class Told(subprocess.Popen):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        print(self.pid, flush=True)

subprocess.Popen = Told
render(template_set(Path(sys.argv[1])), [Job("t.j2", {})], seconds=60)
"""


@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_the_child_ends_with_the_engine(write, how: str) -> None:
    """Interrupted or killed, the engine leaves no child that goes on looping."""
    import signal
    import subprocess
    import sys
    import time

    folder: Path = write({"t.j2": LOOP})
    engine = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with engine:
        assert engine.stdout
        child = int(engine.stdout.readline())
        _wait(lambda: Path(f"/proc/{child}/stat").read_text().split()[2] == "R")
        time.sleep(0.3)  # let it get into the loop
        engine.send_signal(getattr(signal, how))
    _wait(lambda: not _running(child))


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _wait(condition) -> None:
    import time

    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it does not happen")
