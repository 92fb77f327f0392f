"""Entries of two lists matched: the longest run that both have in one order, and what one side alone has."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

_TOO_LONG: Final = 1_000_000
"""Products of the two lengths above this are matched by their ends alone."""

Pair = tuple[int | None, int | None]
"""An index of the first list and one of the second; None on the side that has no such entry."""


def matched(before: Sequence[object], after: Sequence[object], same: Callable[[object, object], bool]) -> list[Pair]:
    """Pair the entries of two lists, in order: equal ones, and between them the others place by place.

    Where a stretch between two equal entries has as many entries on both sides, they are pairs that differ; else each
    is one that went or came.
    """
    pairs: list[Pair] = []
    one = two = 0
    for left, right in [*_common(before, after, same), (len(before), len(after))]:
        gone, come = range(one, left), range(two, right)
        if len(gone) == len(come):
            pairs += zip(gone, come, strict=True)
        else:
            pairs += [*((index, None) for index in gone), *((None, index) for index in come)]
        if left < len(before):
            pairs.append((left, right))
        one, two = left + 1, right + 1
    return pairs


def reordered(before: Sequence[object], after: Sequence[object], same: Callable[[object, object], bool]) -> bool:
    """Say whether two lists hold the same entries in another order."""
    left = list(after)
    for item in before:
        found = next((index for index, other in enumerate(left) if same(item, other)), None)
        if found is None:
            return False
        del left[found]
    return not left


def _common(
    before: Sequence[object], after: Sequence[object], same: Callable[[object, object], bool]
) -> Iterator[tuple[int, int]]:
    """Return the indices of a longest common subsequence: equal ends at once, the rest by its table of lengths."""
    shorter = min(len(before), len(after))
    head = next((index for index in range(shorter) if not same(before[index], after[index])), shorter)
    tail = next((n for n in range(shorter - head) if not same(before[-1 - n], after[-1 - n])), shorter - head)
    yield from ((index, index) for index in range(head))
    yield from _longest(before, after, same, head, tail)
    yield from ((len(before) - n, len(after) - n) for n in range(tail, 0, -1))


def _longest(
    before: Sequence[object], after: Sequence[object], same: Callable[[object, object], bool], head: int, tail: int
) -> Iterator[tuple[int, int]]:
    rows, columns = len(before) - tail - head, len(after) - tail - head
    if not rows or not columns or rows * columns > _TOO_LONG:
        return
    equals = [[same(before[head + i], after[head + j]) for j in range(columns)] for i in range(rows)]
    lengths = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if equals[i][j] else max(lengths[i + 1][j], lengths[i][j + 1])
    i = j = 0
    while i < rows and j < columns:
        if equals[i][j]:
            yield head + i, head + j
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
