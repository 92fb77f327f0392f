"""The template's line for each line of rendered text."""

import pytest

CASES = {
    "static text": ("a: 1\nb: 2\n\nc: 3\n", ["a: 1", "b: 2", "", "c: 3"], (1, 2, 3, 4)),
    "no final newline": ("a: 1\nb: {{ n }}", ["a: 1", "b: 2"], (1, 2)),
    "a loop": (
        "a:\n{% for i in range(n) %}\n- x: {{ i }}\n  y: 1\n{% endfor %}\nz: 1\n",
        ["a:", "- x: 0", "  y: 1", "- x: 1", "  y: 1", "z: 1"],
        (1, 3, 4, 3, 4, 6),
    ),
    "conditions": (
        "{% if n == 1 %}\na: 1\n{% elif n == 2 %}\na: 2\nb: {{ n }}\n{% else %}\na: 3\n{% endif %}\nc: 1\n",
        ["a: 2", "b: 2", "c: 1"],
        (4, 5, 9),
    ),
    "comments of any length": (
        "{# one\ntwo\nthree #}\na: 1\n# {# x #} y\nb: 1 {# more\n#}\nc: 1\n",
        ["a: 1", "#  y", "b: 1 c: 1"],
        (4, 5, 6),
    ),
    "stripped space": ("a: 1\n\n\n{%- if n %}\n\n\nb: 1\n{%- endif %}\n\nc: 1\n", None, (1, 6, 7, 10)),
    "raw text": (
        "a: 1\n{% raw %}b: '{{ n }}'\n{% endraw %}\nc: 1\n",
        ["a: 1", "b: '{{ n }}'", "c: 1"],
        (1, 2, 4),
    ),
    "a condition inside a line": (
        "a: 1\nb: {% if n %}{{ n }}{% else %}0{% endif %} # n\nc: 1\n",
        None,
        (1, 2, 3),
    ),
    "an expression over lines": ("a: {{ [\n n,\n n] }}\nb: 1\n", ["a: [2, 2]", "b: 1"], (1, 4)),
    "a filter block": (
        "a:\n{% filter indent(2, true) %}\nb: 1\nc: 1\n{% endfilter %}\nd: 1\n",
        None,
        (1, 2, 2, 6),
    ),
    "nothing": ("{% if n == 9 %}\na: 1\n{% endif %}\n", [], ()),
}


@pytest.mark.parametrize(("source", "text", "lines"), CASES.values(), ids=CASES.keys())
def test_each_line_knows_its_template_line(render_one, source: str, text: list[str] | None, lines) -> None:
    """A line of the text has the line of the template that printed it."""
    rendered = render_one(source, n=2)
    if text is not None:
        assert text == rendered.text.splitlines()
    assert lines == rendered.lines
    assert len(rendered.lines) == len(rendered.text.splitlines())


def test_included_lines_have_the_line_of_the_include(render_one) -> None:
    """What an included template prints has the place of the include statement."""
    part = "b: 1\n\n\nc: {{ n }}\n"
    rendered = render_one('a: 1\n{% include "part.j2" %}\nd: 1\n', {"part.j2": part}, n=2)
    assert rendered.text == "a: 1\nb: 1\n\n\nc: 2\nd: 1\n"
    assert rendered.lines == (1, 2, 2, 2, 2, 3)


def test_blocks_have_their_own_lines(render_one) -> None:
    """A block that fills a parent template keeps the lines of its own file."""
    parent = "a: 1\n\n\n{% block rest %}\nb: 1\n{% endblock %}\n"
    child = '{% extends "parent.j2" %}\n\n\n\n\n\n{% block rest %}\nc: 1\nd: {{ n }}\n{% endblock %}\n'
    rendered = render_one(child, {"parent.j2": parent}, n=2)
    assert rendered.text == "a: 1\n\n\nc: 1\nd: 2\n"
    assert rendered.lines[3:] == (8, 9)


def test_the_file_is_named_as_the_user_named_it(render_one, tmp_path) -> None:
    """The rendered text names the template's file below the folder that was given."""
    assert render_one("a: 1\n").file == f"{tmp_path}/mine/t.j2"
