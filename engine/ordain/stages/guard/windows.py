"""Windows: what a publish would change while it is frozen, or outside the times that are allowed for it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ordain.model.finding import Finding
from ordain.model.objects import ObjectRef
from ordain.reasoning.guards import FROZEN, NOT_ALLOWED_NOW
from ordain.schedules import FORESIGHT, Window, Windows, next_open, unbroken, wall_text
from ordain.stages.guard.outgoing import Outgoing, named
from ordain.stages.windows import PlacedWindow

_Changed: TypeAlias = tuple[str, ObjectRef]
"""A changed object, with its cluster in front."""


def stops(windows: Sequence[PlacedWindow], outgoing: Sequence[Outgoing], at: datetime) -> Iterator[Finding]:
    """Report each freeze that covers a change at a time, and the allows that are all closed for one."""
    unix = int(at.timestamp())
    bound: dict[tuple[PlacedWindow, ...], list[_Changed]] = {}
    for item in outgoing:
        for change in item.changes:
            over = tuple(window for window in windows if window.covers(change.ref, item.cluster))
            bound.setdefault(over, []).append((item.cluster, change.ref))
    total = sum(map(len, bound.values()))
    closed: dict[tuple[PlacedWindow, ...], list[_Changed]] = {}
    for over, changes in bound.items():
        frozen = [(window,) for window in over if window.freezes and window.times.ends(unix) is not None]
        allows = tuple(window for window in over if not window.freezes)
        shut = [allows] if allows and all(window.times.ends(unix) is None for window in allows) else []
        for group in frozen + shut:
            closed.setdefault(group, []).extend(changes)
    resumed = next_open(map(_undertaking, bound), unix)
    for group, changes in closed.items():
        first = group[0]
        whom = named(changes, total)
        yield Finding.of(
            FROZEN if first.freezes else NOT_ALLOWED_NOW,
            f"{_held(first, unix)} for {whom}" if first.freezes else f"{_closed(group, unix)} for {whom}",
            hint=_mend(resumed, first.times.zone),
            where=first.where,
        )


def shown(unix: int, there: ZoneInfo) -> str:
    """Write a time as a zone's wall clock shows it: `Mon 30 Nov 2026 08:00+01:00 (Europe/Berlin)`."""
    return f"{wall_text(datetime.fromtimestamp(unix, there))} ({there.key})"


def _undertaking(over: Iterable[PlacedWindow]) -> Windows:
    windows = tuple(over)
    return Windows(
        tuple(window.times for window in windows if window.freezes),
        tuple(window.times for window in windows if not window.freezes),
    )


def _held(window: PlacedWindow, at: int) -> str:
    why = f" ({window.settings.reason})" if window.settings.reason else ""
    return f"the freeze {window.settings.name}{why} holds {_until(window.times, at)}"


def _until(frozen: Window, at: int) -> str:
    """Say when a freeze ends; one that begins again before it ends goes on."""
    last = at + int(FORESIGHT.total_seconds())
    once = frozen.ends(at)
    if once is not None and once > last:
        return f"until {shown(once, frozen.zone)}"
    end = unbroken(frozen.stretches(at, last), at)
    return f"for more than {FORESIGHT.days} days" if end > last else f"until {shown(end, frozen.zone)}"


def _closed(allows: Sequence[PlacedWindow], at: int) -> str:
    names = ", ".join(window.settings.name for window in allows)
    next_ones = [(begin, window) for window in allows if (begin := window.times.begins(at)) is not None]
    if not next_ones:
        return f"the time that {names} allows is over"
    begin, window = min(next_ones, key=lambda pair: pair[0])
    return f"{names} allows nothing before {shown(begin, window.times.zone)}"


def _mend(resumed: int | None, there: ZoneInfo) -> str:
    when = (
        f"publish from {shown(resumed, there)} on"
        if resumed is not None
        else f"no time within {FORESIGHT.days} days is open"
    )
    return f"{when}; what cannot wait goes with --dangerous-publish-in-freeze"
