"""The laws of `ordain impact`: no change is lost or told twice, and equal renders have no impact."""

from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ordain.model.objects import GroupKind, ObjectRef
from ordain.model.plan import Action, Change, FieldChange
from ordain.stages.diff.masking import Masks
from ordain.stages.impact import changes_between, grouped

NAMES = st.sampled_from("abcdef")
FIELDS = st.lists(
    st.builds(FieldChange, st.sampled_from(("spec.min", "spec.max")), st.sampled_from("12"), st.sampled_from("34")),
    max_size=2,
    unique_by=lambda field: field.path,
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Change]:
    ref = ObjectRef("shop", draw(st.sampled_from(("Deployment", "Service"))), draw(NAMES))
    return draw(st.sampled_from(("prod", "test"))), Change(
        draw(st.sampled_from(Action)), ref, f"shop/{ref.name}.yaml", tuple(draw(FIELDS))
    )


@given(st.lists(changes(), max_size=12, unique_by=lambda pair: (pair[0], pair[1].ref)))
def test_each_change_is_in_one_group_with_its_equals(found: list[tuple[str, Change]]) -> None:
    """All objects are told, each once; what a group says of its fields is true of each of its objects."""
    groups = grouped(found)
    told = list(chain.from_iterable(group.objects for group in groups))
    assert sorted((item.cluster, item.ref) for item in told) == sorted((name, one.ref) for name, one in found)
    by_name = {(name, one.ref): one for name, one in found}
    for group in groups:
        for item in group.objects:
            change = by_name[item.cluster, item.ref]
            assert (group.action, group.kind) == (change.action, GroupKind("", change.ref.kind))
            assert set(group.fields) <= set(change.fields)
            if group.action is Action.UPDATE:
                assert set(group.fields) == set(change.fields)


@given(st.lists(changes(), max_size=12, unique_by=lambda pair: (pair[0], pair[1].ref)), st.randoms())
def test_the_order_of_changes_does_not_matter(found: list[tuple[str, Change]], random: Any) -> None:
    """Groups and their objects come in an order of their own."""
    mixed = found.copy()
    random.shuffle(mixed)
    assert [set(group.objects) for group in grouped(mixed)] == [set(group.objects) for group in grouped(found)]


def test_a_render_has_no_impact_on_itself(stages: Any) -> None:
    """The same manifests twice differ in nothing; none at all differs in everything."""
    live = stages.live(stages.deployments("cart", "checkout"))
    spec = {"targets": [{"namespaces": ["shop"]}], "replicas": {"max": 5}, "disruption": {"maxUnavailable": 1}}
    made = stages.rendered(stages.resolved({"web": spec}, live), live).manifests
    assert changes_between(made, made, live, Masks()) == ()
    assert [change.action for change in changes_between((), made, live, Masks())] == [Action.CREATE] * 4
    gone = changes_between(made, (), live, Masks())
    assert [(change.action, str(change.subject)) for change in gone][:2] == [
        (Action.DELETE, "shop/Deployment/cart"),
        (Action.DELETE, "shop/Deployment/checkout"),
    ]
