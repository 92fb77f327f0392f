"""What expressions print: whole values, quoted, that cannot change the document around them."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.kubeyaml import MANIFESTS, read
from ordain.templates import Job, render, template_set
from ordain.templates.child import run
from ordain.templates.sandbox import environment

SOURCE = """\
# about {{ v }}
before: 1
block: {{ v }} # {{ k }}
list:
{% for item in [v, k] %}
  - {{ item }} # {{ item }}
  - {a: {{ v }}, {{ k }}: [{{ v }}, 2], "c": {{ v }}}
{% endfor %}
{{ k }}: 3
outer:
{% filter indent(2, true) %}
deep: {{ v }}
{% endfilter %}
after: 2
"""
TEMPLATE = environment({"t.j2": SOURCE}).get_template("t.j2")
OWN_KEYS = {"before", "block", "list", "outer", "after", "a", "c"}

# every character, then those that mean something to YAML, then words that do
text = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text(st.sampled_from("\"'\\{}[]:,#&*!|>%@`-? \n\r\t\x00\x85\u2028\u2029\ufeff~y0"), max_size=8),
    st.sampled_from(["no", "0755", "1_000", "1e3", "~", "null", "{{ x }}", "{% if %}", "---", "...", "<<", "=", ""]),
)
leaf = st.one_of(text, st.booleans(), st.none(), st.integers(-(2**63), 2**63 - 1))
value = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3))


def _parsed(text: str) -> list[object]:
    stream = read(text.encode(), "rendered.yaml", MANIFESTS)
    assert stream.problems == ()
    return [document.value for document in stream.documents]


@given(v=value, k=text.filter(lambda key: key not in OWN_KEYS))
def test_a_value_comes_back_and_changes_nothing_else(v: object, k: str) -> None:
    """Whatever is printed is read back as it was, and the document around it keeps its structure."""
    rendered, _ = run(TEMPLATE, {"v": v, "k": k}, {})
    flow = {"a": v, k: [v, 2], "c": v}
    expected = {"before": 1, "block": v, "list": [v, flow, k, flow], k: 3, "outer": {"deep": v}, "after": 2}
    assert [expected] == _parsed(rendered)


@pytest.mark.parametrize(
    "source",
    [
        "{% macro f(x) %}y: {{ x }}{% endmacro %}a: {{ f(n) }}\n",
        "{% set x %}y: {{ n }}{% endset %}a: {{ x }}\n",
    ],
)
def test_macros_and_set_blocks_give_text(render_one, source: str) -> None:
    """A documented limit: what a macro or a set block prints is one text, quoted."""
    assert _parsed(render_one(source, n=2).text) == [{"a": "y: 2"}]


def test_json_for_annotations(render_one) -> None:
    """The filter tojson gives JSON with sorted keys and without HTML escapes, printed as one text."""
    rendered = render_one("a: {{ v | tojson }}\n", v={"b": "<1>", "a": [1, None]})
    assert _parsed(rendered.text) == [{"a": '{"a":[1,null],"b":"<1>"}'}]


def test_many_jobs_keep_their_order(write) -> None:
    """The texts come in the order of the jobs, large ones too."""
    jobs = [Job("t.j2", {"v": f"{n}" * 900}) for n in range(500)]
    texts = [item.text for item in render(template_set(write({"t.j2": "a: {{ v }}\n" * 20})), jobs)]
    assert [f"{n}" * 900 in text for n, text in enumerate(texts)] == [True] * 500


def test_no_jobs_give_no_texts() -> None:
    """Nothing to do is no error."""
    assert render(template_set(), []) == []


def test_read_only_mappings_are_values(render_one) -> None:
    """Values may be read-only views of mappings, at any depth."""
    rendered = render_one("a: {{ v.x }}\n", v=MappingProxyType({"x": MappingProxyType({"y": 1})}))
    assert _parsed(rendered.text) == [{"a": {"y": 1}}]
