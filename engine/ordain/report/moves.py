"""What two plans differ in, as text and as JSON."""

from dataclasses import dataclass
from typing import Final, TypedDict

from ordain.model.planfile import Move, PlanFile, Side
from ordain.quantities import utc_text
from ordain.report.document import Object
from ordain.report.escapes import clip, json_text, plain
from ordain.report.look import Look
from ordain.report.summary import many

_BY_DIGEST: Final = frozenset({Side.POLICY, Side.TEMPLATE, Side.SETTING, Side.SERIES, Side.INPUTS})
_FOUND: Final = frozenset({Side.FINDING, Side.GUARD, Side.NOTE})


@dataclass(frozen=True, slots=True)
class Moves:
    """Two plan files, by the names that they were given with, and what they differ in."""

    files: tuple[str, str]
    plans: tuple[PlanFile, PlanFile]
    moves: tuple[Move, ...]


def sentence(move: Move) -> str:
    """Say one difference in one line: `prod: shop/PodDisruptionBudget/web: live spec.minAvailable: 1 -> 2`."""
    whose = "".join(f"{part}: " for part in (move.cluster, str(move.object or "")) if part)
    what = " ".join(part for part in (move.side.value, move.name) if part)
    return plain(f"{whose}{what}{_sides(move)}")


def _sides(move: Move) -> str:
    if move.side in _FOUND:
        return f": {'gone' if move.after is None else 'new'}: {clip(move.before or move.after or '')}"
    if move.side in _BY_DIGEST:
        return " is new" if move.before is None else " is gone" if move.after is None else " changed"
    absent = "absent" if move.side is Side.LIVE else "none"
    old, new = (absent if side is None else clip(side) for side in (move.before, move.after))
    return f": {old} -> {new}"


def report_text(found: Moves, look: Look) -> str:
    """Write a line for each difference, and the sum as the last line."""
    lines = [sentence(move) for move in found.moves] if look.verbose >= 0 else []
    first, second = found.files
    if found.moves:
        last = f"{many(len(found.moves), 'difference')} between {first} and {second}."
    else:
        objects = sum(len(cluster.objects) for cluster in found.plans[0].clusters)
        names = ", ".join(cluster.cluster for cluster in found.plans[0].clusters) or "no cluster"
        last = f"No differences. {first} and {second} plan the same: {many(objects, 'object')} for {names}."
    return "\n".join([*lines, plain(last)]) + "\n"


class _File(TypedDict):
    file: str
    now: str
    digest: str


class _Difference(TypedDict):
    side: str
    name: str
    before: str | None
    after: str | None
    cluster: str | None
    object: Object | None


def report_json(found: Moves, _look: Look) -> str:
    """Write the differences as JSON; keys are always there, with null where there is nothing to say."""
    before, after = (_file(*pair) for pair in zip(found.files, found.plans, strict=True))
    return json_text(
        {
            "schemaVersion": 1,
            "equal": not found.moves,
            "before": before,
            "after": after,
            "differences": [_difference(move) for move in found.moves],
        }
    )


def _file(name: str, plan: PlanFile) -> _File:
    return {"file": name, "now": utc_text(plan.now), "digest": plan.digest}


def _difference(move: Move) -> _Difference:
    ref = move.object
    named: Object | None = (
        {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace or None, "name": ref.name} if ref else None
    )
    return {
        "side": move.side.value,
        "name": move.name,
        "before": move.before,
        "after": move.after,
        "cluster": move.cluster or None,
        "object": named,
    }
