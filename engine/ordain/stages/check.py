"""Check: every control over all evidence of a cluster (or of some files), waivers applied."""

from collections.abc import Iterable, Mapping, Sequence

from ordain.model.finding import Finding, by_place
from ordain.model.kind import Evidence, Kind
from ordain.model.waiver import Waiver
from ordain.reasoning import across, all_controls
from ordain.reasoning.ownership import ownership
from ordain.reasoning.waivers import apply_waivers


def check(
    evidence: Evidence,
    kinds: Mapping[str, Kind],
    waivers: Sequence[Waiver],
    *,
    cluster: str,
    others: Iterable[Finding] = (),
) -> tuple[Finding, ...]:
    """Return all findings of one cluster, `others` of earlier stages included, waived ones marked, sorted by place."""
    found = [*others, *ownership(evidence), *across(evidence)]
    for kind in kinds.values():
        found.extend(kind.check(evidence))
    distinct = dict.fromkeys(item.in_cluster(cluster) for item in found)
    controls = all_controls()
    effective = [waiver for waiver in waivers if (known := controls.get(waiver.control)) and known.waivable]
    return tuple(sorted(apply_waivers(distinct, effective, evidence.outlook.now.date()), key=by_place))
