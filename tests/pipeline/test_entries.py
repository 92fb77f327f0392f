"""Lists compared entry by entry: what Git held and what is rendered, and the laws of matching."""

from operator import eq

from hypothesis import given
from hypothesis import strategies as st

from ordain.apischemas import bundle
from ordain.stages.diff.entries import matched, reordered
from ordain.stages.diff.fields import field_changes

lists = st.lists(st.integers(0, 4), max_size=8)


def group(*rules: tuple[str, str]) -> dict[str, object]:
    """Make the spec of a PrometheusRule with one group."""
    return {"groups": [{"name": "shop", "rules": [{"alert": name, "expr": text} for name, text in rules]}]}


def changes(before: object, after: object) -> list[str]:
    """Return the changes without a schema, as lines."""
    return [f"{path}: {old} -> {new}" for path, old, new in field_changes(before, after, None)]


def test_a_changed_rule_is_shown_by_its_field() -> None:
    """Of a rule that changed in place only the field that changed is told."""
    before, after = group(("Slow", "a > 1"), ("Down", "b < 1")), group(("Slow", "a > 2"), ("Down", "b < 1"))
    assert changes(before, after) == ['groups[0].rules[0].expr: "a > 1" -> "a > 2"']


def test_a_new_rule_in_front_moves_no_other() -> None:
    """A rule that is put in front of others is the only change."""
    before, after = group(("Slow", "a"), ("Down", "b")), group(("New", "c"), ("Slow", "a"), ("Down", "b"))
    assert changes(before, after) == ["groups[0].rules[0]: None -> {alert: New, expr: c}"]


def test_a_rule_that_goes_is_named() -> None:
    """A rule that is gone is told with its old place."""
    before, after = group(("Slow", "a"), ("Down", "b"), ("Full", "c")), group(("Slow", "a"), ("Full", "c"))
    assert changes(before, after) == ["groups[0].rules[1]: {alert: Down, expr: b} -> None"]


def test_another_order_is_one_change() -> None:
    """Entries that only change places are told as the list that they are in."""
    assert changes({"a": [1, 2]}, {"a": [2, 1]}) == ["a: [1, 2] -> [2, 1]"]


def test_keyed_entries_are_paired_by_their_keys() -> None:
    """Ports of one number and two protocols are two entries, wherever they stand."""
    ports = bundle("1.33").field("v1", "Service")
    assert ports is not None
    udp, tcp = {"port": 53, "protocol": "UDP"}, {"port": 53, "targetPort": 5353}
    found = list(
        field_changes({"spec": {"ports": [udp, tcp]}}, {"spec": {"ports": [tcp, {**udp, "name": "x"}]}}, ports)
    )
    assert found == [("spec.ports[1].name", None, "x")]


@given(lists, lists)
def test_every_entry_is_matched_once_and_in_order(before: list[int], after: list[int]) -> None:
    """All indices of both lists come once and rise."""
    pairs = matched(before, after, eq)
    assert [index for index, _ in pairs if index is not None] == list(range(len(before)))
    assert [index for _, index in pairs if index is not None] == list(range(len(after)))


@given(lists)
def test_a_list_matches_itself(values: list[int]) -> None:
    """Nothing came, nothing went."""
    assert matched(values, values, eq) == [(index, index) for index in range(len(values))]


@given(lists, st.randoms(use_true_random=False))
def test_a_shuffled_list_is_reordered(values: list[int], chance: object) -> None:
    """The same entries in any order, and no others."""
    shuffled = list(values)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert reordered(values, shuffled, eq)
    assert not reordered(values, [*shuffled, 9], eq)


@given(lists, lists)
def test_what_is_matched_is_a_longest_common_run(before: list[int], after: list[int]) -> None:
    """As many entries are equal as the longest common subsequence has, or more by place."""
    table = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    equal = sum(
        one is not None and other is not None and before[one] == after[other]
        for one, other in matched(before, after, eq)
    )
    assert equal == table[-1][-1]
