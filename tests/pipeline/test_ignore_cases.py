"""Rules that leave live differences alone, a folder each: the settings, both sides of an object, what is said of them.

`expected.txt` has a line for each difference that counts, for each that is left alone, and for each finding.
`ORDAIN_REWRITE_GOLDENS=1 pytest tests/pipeline` writes the expected files anew; read the difference before you commit.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.apischemas import bundle
from ordain.cluster import prune
from ordain.git import open_repo
from ordain.kubeyaml import MANIFESTS, read
from ordain.model.comparison import Comparing, FieldPattern, IgnoreRule
from ordain.model.fieldpath import parse_jq, parse_path, parse_pointer, places
from ordain.model.objects import KubeObject, ObjectRef, RawObject, Source, show_path
from ordain.model.objects import Path as ObjectPath
from ordain.stages.diff.ignoring import compared, unused
from ordain.stages.ignore_rules import ignore_rules
from ordain.stages.observe import Destination
from ordain.stages.project import read_project

CASES = sorted(path.parent for path in (Path(__file__).parent / "ignore_cases").glob("*/ordain.yaml"))
SCHEMAS = bundle("1.33")


def load(path: Path) -> KubeObject:
    """Read the one object of a file, as it is read from a cluster."""
    (document,) = read(path.read_bytes(), path.name, MANIFESTS).documents
    body = prune(document.value)
    return KubeObject(ObjectRef.of(body), body, Source.LIVE)


def verdict(case: Path) -> str:
    """Compare the two objects of a case by the rules of its settings."""
    project = read_project("ordain.yaml")
    assert project is not None
    found = ignore_rules(project)
    desired, live = load(case / "desired.yaml"), load(case / "live.yaml")
    rules = found.of("prod", Destination(open_repo(Path("out.git"), shown="out.git"), "out.git", "main", "prod"))
    kept, ignored = compared(desired.body, live, SCHEMAS, Comparing(ignore=rules))
    findings = [*found.findings, *unused(found.rules, [("prod", desired, live)])]
    lines = [
        *(f"{item.path}: live {item.live}, desired {item.desired}" for item in kept),
        *(f"left alone by {item.ignored}: {item.path}: live {item.live}, desired {item.desired}" for item in ignored),
        *(f"{item.where} {item.code} {item.severity} {item.message}" for item in findings),
    ]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gives_its_verdict(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each folder's rules leave alone exactly what the folder says."""
    monkeypatch.chdir(case)
    found = verdict(case)
    expected = case / "expected.txt"
    if os.environ.get("ORDAIN_REWRITE_GOLDENS"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


KEYS = st.text("abzABZ019-_./ ", min_size=1, max_size=8)
BODIES = st.recursive(
    st.integers(0, 9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def leaves(value: object, above: ObjectPath = ()) -> list[ObjectPath]:
    """Return the path of every value in an object."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(path for step, inner in pairs for path in leaves(inner, (*above, step)))]


@given(st.dictionaries(KEYS, BODIES, min_size=1, max_size=3))
def test_a_path_of_a_report_leads_to_its_field(body: dict[str, object]) -> None:
    """What a report prints can be written into a rule, and means that field alone; so does its JSON pointer."""
    for path in leaves(body)[1:]:
        text = show_path(path)
        if text[0] != "[":
            assert list(places(parse_path(text), body)) == [path]
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
        assert list(places(parse_pointer(pointer), body)) == [path]


def widget(spec: object) -> RawObject:
    """Return an object of a kind without a schema."""
    return {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec}


SPECS = st.dictionaries(KEYS, BODIES, max_size=3)


@given(SPECS, SPECS, st.data())
def test_a_rule_only_takes_differences_away(one: RawObject, other: RawObject, data: st.DataObject) -> None:
    """With a rule each difference is either told or left alone; nothing that the rule means is told."""
    desired, live = widget(one), KubeObject(ObjectRef("", "Widget", "a", "example.org"), widget(other), Source.LIVE)
    steps = data.draw(st.sampled_from([*leaves(one, ("spec",)), *leaves(other, ("spec",))]))
    rule = IgnoreRule((FieldPattern("the rule", steps, "here"),))
    everything, _ = compared(desired, live, SCHEMAS, Comparing())
    kept, left = compared(desired, live, SCHEMAS, Comparing(ignore=(rule,)))
    by_rule = [replace(item, ignored="") for item in left if item.ignored == "here"]
    assert sorted([*kept, *by_rule], key=lambda item: item.path) == sorted(everything, key=lambda item: item.path)
    if all(isinstance(step, str) for step in steps):
        assert not [item for item in kept if f"{item.path}.".startswith(f"{show_path(steps)}.")]


@pytest.mark.parametrize(
    "text",
    ["", ".", "spec.", ".spec", "spec..a", "[0]", "spec[]", "spec[", "spec[name]", "spec[=a]", "spec.a b", "a['b"],
)
def test_a_broken_path_is_refused(text: str) -> None:
    """A path that is not understood is a mistake, never another path."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text is the message
        parse_path(text)


@pytest.mark.parametrize("text", ["", "spec/replicas", "/spec/~2", "/a~"])
def test_a_broken_pointer_is_refused(text: str) -> None:
    """A pointer starts with a slash, and knows no escapes but ~0 and ~1; the whole object cannot be ignored."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text is the message
        parse_pointer(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (".spec.replicas", "spec.replicas"),
        (" .spec.template.spec.containers[0].image ", "spec.template.spec.containers[0].image"),
        ('.metadata.annotations["example.org/a"]', "metadata.annotations['example.org/a']"),
        ('.metadata.annotations."example.org/a"', "metadata.annotations['example.org/a']"),
        (".webhooks[]?.clientConfig.caBundle", "webhooks[*].clientConfig.caBundle"),
        ('.spec.c[] | select(.name == "app")', "spec.c[name=app]"),
        ('.spec.c[]|select(.name=="app").image', "spec.c[name=app].image"),
        ('.spec.c[] | select(.name == "app") | select(."x-y" == "z") | .image', "spec.c[name=app,x-y=z].image"),
    ],
)
def test_a_plain_path_of_jq_is_a_path(text: str, same: str) -> None:
    """The forms of jq that Applications use mean what ordain's own paths mean."""
    assert parse_jq(text) == parse_path(same)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "spec",
        ".a // .b",
        ".a,.b",
        ".a | length",
        ".a |",
        ".a.b-c",
        '.a"b"',
        'select(.kind == "x")',
        '.a | select(.b == "c")',
        '.a[] | select(.b != "c")',
        '.a[] | select(.b.c == "d")',
        '.a[] | select(.b | test("c"))',
        "del(.a)",
        ".a[1:2]",
        ".a[-1]",
    ],
)
def test_more_of_jq_is_refused(text: str) -> None:
    """What ordain cannot translate is refused as a whole: half an expression would ignore too much."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text is the message
        parse_jq(text)
