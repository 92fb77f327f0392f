"""Where expressions may stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

from ordain.errors import UserError
from ordain.kubeyaml import MANIFESTS, read, scalar
from ordain.templates.placement import check_placement
from ordain.templates.sandbox import environment


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a: {{ name ~ '-x' }}\n", "a: shop-x"),
        ("a: [{{ n }}, {{ n }}]\n", "a: [2, 2]"),
        ("{% if n %}{{ n }}{% else %}{{ name }}{% endif %}: 1\n", "2: 1"),
        ("# it's {{ name }}'s own\n", "# it's shop's own"),
        ("a: 'it''s' # {{ name }}\n", "a: 'it''s' # shop"),
        ("a: {{ '\\n' | length }}\n", "a: 1"),
        ("a: !!str {{ n }}\n", "a: !!str 2"),
        ("- - {{ n }}\n  - {{ n }}\n", "- - 2\n  - 2"),
        ("a: {\n  b: [\n    {{ n }},\n    {{ n }}]}\n", "a: {\n  b: [\n    2,\n    2]}"),
        ("a: [1, # {{ n }}\n  {{ n }}]\n", "a: [1, # 2\n  2]"),
        ("- a: |\n    it's\n     'x\n  b: {{ n }}\n", "- a: |\n    it's\n     'x\n  b: 2"),
        ("- |\n 'x\n- {{ n }}\n", "- |\n 'x\n- 2"),
        ("a: b's {c\nd: {{ n }}\n", "a: b's {c\nd: 2"),
        ("a: |\n  'x\n{{ name }}: 1\n", "a: |\n  'x\nshop: 1"),
    ],
)
def test_whole_values_may_stand_where_yaml_has_values(render_one, source: str, text: str) -> None:
    """Values, items, keys and comments may be expressions."""
    assert text == render_one(source, n=2, name="shop").text.replace('"', "").rstrip()


@pytest.mark.parametrize(
    "source",
    [
        "a: x-{{ name }}",
        "a: {{ name }}-x",
        "a: {{ name }}{{ n }}",
        "a: '{{ name }}'",
        'a: "b {{ name }}"',
        '{a: "it\\"s {{ name }}"}',
        "a: {% if n %}{{ name }}{% endif %}-x",
        "a: {% if n %}x{% else %}{{ name }}{% endif %}-x",
        "{% for i in [1] %}a: x{{ i }}{% endfor %}",
        "a: b {{ name }}",
        "a: b - {{ name }}",
        "{a: b {{ name }}}",
        "{a: b\n {{ name }}}",
        'a: "b\n  {{ name }} c"',
        "a: 'it''s {{ name }}'",
        "a: |\n  echo {{ name }}",
        "a:\n- |\n  {{ name }}",
        "a:\n  - b: >-\n      c\n\n      {{ name }}",
        "a: \"{% include 't.j2' %}\"",
    ],
)
def test_parts_of_values_are_refused(render_one, source: str) -> None:
    """An expression beside text or inside quotes would be a part of a value: the error says what to write."""
    with pytest.raises(UserError, match="must be a whole value: write"):
        render_one("b: 1\n" + source + "\n", n=2, name="shop")


PIECES = (
    """a|b: |c: |- |\\n|\\n  |\\n    |'|"|[|]|{|}|, |: | # |{{ v }}|{{ v }}\\n|x y|!!str |&a |*a|? |it's|\\\\|---\\n"""
)
BLOCKS = [">-\n  ", "|\n", "|\n  ", "{{ v }}", "{{ v }}"]
HOSTILE = [
    *('", evil: 1, "', "', evil: 1, '", "evil: 1", "\nevil: 1\n", " # ", "}, evil: {", "], [evil"),
    *("\\", "'", '"', "- evil", ": evil", "a\" , 'evil': 1"),
]


@settings(max_examples=300)
@given(
    pieces=st.lists(st.sampled_from(PIECES.replace("\\n", "\n").split("|") + BLOCKS), min_size=1, max_size=12),
    hostile=st.sampled_from(HOSTILE),
)
def test_no_accepted_template_lets_a_value_add_keys(pieces: list[str], hostile: str) -> None:
    """Whatever text is accepted around an expression, a hostile value gives the same structure as a tame one."""
    source = "".join(pieces) + "\nz: {{ v }}\n"
    try:
        check_placement(environment({}), source, "t.j2")
    except TemplateSyntaxError:
        return
    tame, changed = (_shape(source.replace("{{ v }}", scalar(value))) for value in ("tame", hostile))
    assert tame == changed or None in (tame, changed)


def _shape(text: str) -> object:
    """Return the documents without their texts, or None if they cannot be read."""
    stream = read(text.encode(), "rendered.yaml", MANIFESTS)
    return None if stream.problems else [_bare(document.value) for document in stream.documents]


def _bare(value: object) -> object:
    if isinstance(value, dict):
        return [(_bare(key), _bare(item)) for key, item in value.items()]
    return [_bare(item) for item in value] if isinstance(value, list) else type(value).__name__
