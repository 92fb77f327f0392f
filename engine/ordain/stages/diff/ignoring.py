"""Differences that a rule leaves alone: where it leads, both sides are made to agree, and compared again."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final

import orjson

from ordain.apischemas import Bundle, FieldType
from ordain.model.comparison import Comparing, FieldPattern, IgnoreRule, ManagerPattern
from ordain.model.fieldpath import Entries, Steps, chosen, places
from ordain.model.finding import Finding
from ordain.model.objects import KubeObject, RawObject
from ordain.reasoning.drifts import IGNORES_NOTHING
from ordain.stages.diff.cluster_owned import NOTHING_SCALED, ClusterOwned
from ordain.stages.diff.fields import item_key
from ordain.stages.diff.live import LiveField, all_differences
from ordain.stages.diff.rehearsed import Sent, rehearsed_differences

_INDEX: Final = "i:"
_ANY_INDEX: Final = re.compile(r"\[[0-9]+\]")


def compared(
    desired: RawObject,
    live: KubeObject,
    schemas: Bundle,
    comparing: Comparing,
    owned: ClusterOwned = NOTHING_SCALED,
    *,
    before: RawObject | None = None,
) -> tuple[list[LiveField], list[LiveField]]:
    """Return the fields in which a live object is not as desired, and those that are left alone (`ignored` says why).

    Left alone is what a rule names, what the cluster writes (`owned`), and what others hold. Where the server has
    answered to a dry run of `desired`, its answer counts. `before` is what Git holds: it tells what was ours
    of an object without managedFields.
    """
    field_type = schemas.field(desired["apiVersion"], live.ref.kind)
    answer = comparing.rehearsals.get(live.ref) if comparing.rehearsals is not None else None
    if answer is None or answer.forced is None:
        compare = partial(all_differences, field_type=field_type, applier=comparing.applier, before=before)
    else:
        sent = Sent(desired, answer.conflicts, field_type, comparing.applier)
        compare = partial(rehearsed_differences, sent)
    wanted = answer.forced if answer and answer.forced else desired
    kept, by_rule = leave_alone(wanted, live, comparing.ignore, field_type, compare)
    marked = owned.marked(desired, kept)
    left = [*(replace(item, ignored=origin) for item, origin in by_rule), *(item for item in marked if item.ignored)]
    return [item for item in marked if not item.ignored], sorted(left, key=lambda item: item.path)


def leave_alone(
    desired: RawObject,
    live: KubeObject,
    rules: Sequence[IgnoreRule],
    field_type: FieldType | None,
    compare: Callable[[RawObject, KubeObject], list[LiveField]],
) -> tuple[list[LiveField], list[tuple[LiveField, str]]]:
    """Return the differences that count, and those that a rule leaves alone, each with the rule's origin.

    `compare` is either engine's comparison of one object. Also a difference that is one value as a whole (an atomic
    list) is left alone where nothing else differs in it.
    """
    kept = compare(desired, live)
    fitting = [rule for rule in rules if rule.fits(live.ref)]
    if not kept or not fitting:
        return kept, []
    ours, theirs, ignored = deepcopy(desired), replace(live, body=deepcopy(live.body)), []
    for rule in fitting:
        for origin, fields in _fields(rule, live, field_type):
            for steps in fields:
                _agree(steps, ours, theirs.body, field_type)
            still = _still(kept, compare(ours, theirs))
            ignored += [(item, origin) for item in kept if item not in still]
            kept = still
    return kept, ignored


def _still(before: Sequence[LiveField], after: Sequence[LiveField]) -> list[LiveField]:
    """Return those of the differences that are there after a rule was applied, too.

    Entries that a rule took out of a list move those behind them: the same values at another index are the same
    difference. A value that is one with its parts may have changed in the part that the rule means.
    """
    rest, still = list(after), []
    for same in (
        lambda item, other: (item.path, item.live, item.desired) == (other.path, other.live, other.desired),
        lambda item, other: (_anywhere(item), item.live, item.desired) == (_anywhere(other), other.live, other.desired),
        lambda item, other: other.path == item.path or other.path.startswith((f"{item.path}.", f"{item.path}[")),
    ):
        for item in before:
            found = next((other for other in rest if item not in still and same(item, other)), None)
            if found is not None:
                rest.remove(found)
                still.append(item)
    return [item for item in before if item in still]


def _anywhere(item: LiveField) -> str:
    return _ANY_INDEX.sub("[]", item.path)


def _fields(rule: IgnoreRule, live: KubeObject, field_type: FieldType | None) -> Iterator[tuple[str, list[Steps]]]:
    for pattern in rule.fields:
        yield pattern.origin, [pattern.steps]
    for manager in rule.managers:
        entries = [entry for entry in _managed(live) if fnmatchcase(str(entry.get("manager")), manager.text)]
        yield manager.origin, [steps for entry in entries for steps in _owned(entry.get("fieldsV1"), field_type)]


def _managed(live: KubeObject) -> list[RawObject]:
    return live.mappings("metadata", "managedFields")


def _owned(fields: object, field_type: FieldType | None, above: Steps = ()) -> Iterator[Steps]:
    """Return the fields that an entry of managedFields owns, as paths.

    An entry of a set is passed over: beside the wanted ones it is no difference. So is an empty mapping that all may
    add to: what others put into it is theirs.
    """
    below = {key: inner for key, inner in fields.items() if key != "."} if isinstance(fields, dict) else {}
    shared = field_type is not None and field_type.kind in ("object", "map") and not field_type.is_atomic
    if not below and above and (not shared or isinstance(above[-1], Entries)):
        yield above
    for key, inner in below.items():
        kind, name = key[:2], key[2:]
        if kind == "f:":
            yield from _owned(inner, field_type.child(name) if field_type else None, (*above, name))
        elif kind == "k:":
            chosen_by = Entries(tuple(orjson.loads(name).items()))
            yield from _owned(inner, field_type.child(0) if field_type else None, (*above, chosen_by))
        elif kind == _INDEX:
            yield from _owned(inner, field_type.child(0) if field_type else None, (*above, int(name)))


def _agree(steps: Steps, ours: Any, theirs: Any, field_type: FieldType | None) -> None:
    """Make two values the same at the fields that the steps mean, and leave what else they hold in its place."""
    first, rest = steps[0], steps[1:]
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys(str(key) for side in (ours, theirs) for key, _ in chosen(first, side)):
            if not rest:
                both = theirs if key in theirs else ours
                ours[key] = theirs[key] = both[key]
            elif key in ours and key in theirs:
                _agree(rest, ours[key], theirs[key], field_type.child(key) if field_type else None)
            else:
                _drop(rest, (ours if key in ours else theirs)[key])
    elif isinstance(ours, list) and isinstance(theirs, list):
        _agree_in_lists(first, rest, ours, theirs, field_type)


def _agree_in_lists(
    first: str | int | Entries, rest: Steps, ours: list[Any], theirs: list[Any], field_type: FieldType | None
) -> None:
    mine, other = ([int(index) for index, _ in chosen(first, side)] for side in (ours, theirs))
    keyed = field_type is not None and field_type.list_type == "map" and isinstance(first, Entries)
    if not rest and not keyed and mine != other:
        for side, indices in ((ours, mine), (theirs, other)):
            for index in reversed(indices):
                del side[index]
        return
    if keyed:
        assert field_type is not None
        at = {item_key(theirs[index], field_type): index for index in other}
        known = {item_key(ours[index], field_type): index for index in mine}
        pairs = [(index, at[key]) for key, index in known.items() if key in at]
        if not rest:
            ours += [theirs[index] for key, index in at.items() if key not in known]
            theirs += [ours[index] for key, index in known.items() if key not in at]
    else:
        pairs = list(zip(mine, other, strict=False))
    for one, two in pairs:
        if rest:
            _agree(rest, ours[one], theirs[two], field_type.child(0) if field_type else None)
        else:
            ours[one] = theirs[two]


def _drop(steps: Steps, value: Any) -> None:
    """Take the fields that the steps mean out of a value whose other side is not there at all."""
    for place in reversed(list(places(steps, value))):
        inner = value
        for step in place[:-1]:
            inner = inner[step]
        del inner[place[-1]]


def unused(
    rules: Iterable[IgnoreRule], compared: Sequence[tuple[str, KubeObject, KubeObject | None]]
) -> Iterator[Finding]:
    """Report what of the strict rules finds nothing: a rule that fits no object, else each pattern without a field.

    `compared` are all objects of the run: the cluster's name, the desired object, the live one.
    """
    for rule in rules:
        if not rule.strict:
            continue
        fitting = [
            (desired, live)
            for cluster, desired, live in compared
            if fnmatchcase(cluster, rule.cluster) and rule.fits(desired.ref)
        ]
        if not fitting:
            yield Finding.of(
                IGNORES_NOTHING,
                "the ignore rule fits no object that is compared",
                hint="compare its group, kind, name, namespace and cluster with those of the plan, or delete it",
                where=rule.where,
            )
            continue
        managers = {str(entry.get("manager")) for _, live in fitting if live for entry in _managed(live)}
        sides = [side.body for pair in fitting for side in pair if side]
        idle: list[FieldPattern | ManagerPattern] = [
            pattern for pattern in rule.fields if not any(any(places(pattern.steps, side)) for side in sides)
        ]
        idle += [one for one in rule.managers if not any(fnmatchcase(name, one.text) for name in managers)]
        for pattern in idle:
            yield Finding.of(
                IGNORES_NOTHING,
                f"{pattern.text} finds nothing in any of the objects that the ignore rule fits ({len(fitting)})",
                hint="compare it with the live objects (`kubectl get -o yaml --show-managed-fields`), or delete it",
                where=pattern.where,
            )
