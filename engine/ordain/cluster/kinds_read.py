"""Which kinds count as read: a kind that was not read is an error, never "none"."""

from collections.abc import Iterable, Sequence

from ordain.errors import Span, UserError
from ordain.model.kind import Reading
from ordain.model.objects import GroupKind, Objects


def settle_kinds(
    wanted: Sequence[Reading],
    *,
    read: frozenset[GroupKind],
    objects: Objects,
    assume_absent: Sequence[str],
    shown: str,
    more: str,
) -> frozenset[GroupKind]:
    """Return the kinds that are known now: those that were read, and those that the user says are not there.

    `more` says how to read more kinds, with `{resources}` for the plurals of all. Raises UserError for a wanted kind
    that is not known, and for one that is said to be absent and is there. `*` among `assume_absent` stands for every
    kind that was not read: the source is the whole cluster.
    """
    names = frozenset(name.strip().lower() for given in assume_absent for name in given.split(",") if name.strip())
    absent = [reading for reading in wanted if names & _names_of(reading)]
    present = {item.ref.group_kind for item in objects}
    denied = sorted(reading.kind for reading in absent if reading.group_kind in present)
    if denied:
        raise UserError(
            f"{', '.join(denied)}: assumed absent, and the file holds some",
            hint=f"take {', '.join(denied)} out of --assume-absent (assumeAbsent in ordain.yaml)",
            where=Span(shown),
        )
    known = read | {reading.group_kind for reading in (wanted if "*" in names else absent)}
    missing = [reading for reading in wanted if reading.group_kind not in known]
    if missing:
        flag = ",".join(_flags(missing))
        needed = (reading for reading in wanted if not reading.optional or reading.group_kind in read)
        resources = ",".join(dict.fromkeys(reading.resource for reading in needed))
        raise UserError(
            f"it does not say whether there are objects of these kinds: {', '.join(_flags(missing))}",
            hint=f"if there are none, add --assume-absent {flag}; else {more.format(resources=resources)}",
            where=Span(shown),
        )
    return known


def _names_of(reading: Reading) -> frozenset[str]:
    group = reading.group_kind.group
    plain = {reading.kind.lower(), reading.resource.lower()}
    return frozenset(plain | {f"{name}.{group}" for name in plain} if group else plain)


def _flags(readings: Iterable[Reading]) -> list[str]:
    """Return each kind's name, with its group where two kinds have one name."""
    kinds = sorted({reading.group_kind for reading in readings}, key=lambda one: (one.kind, one.group))
    names = [kind.kind for kind in kinds]
    return [str(kind) if names.count(kind.kind) > 1 else kind.kind for kind in kinds]
