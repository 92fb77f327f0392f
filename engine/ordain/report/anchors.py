"""Names of places in the HTML report, so that others can link to them: they stay while the object stays."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ordain.model.chart import Chart
from ordain.model.finding import Finding
from ordain.model.objects import ObjectRef
from ordain.model.plan import Section

_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")


def anchor(kind: str, cluster: str, ref: ObjectRef | None = None) -> str:
    """Return `change/demo/shop/Deployment.apps/cart`; a name that Kubernetes would not take becomes a digest."""
    words = [cluster, *([ref.namespace or "-", str(ref.group_kind), ref.name] if ref else [])]
    path = "/".join(words)
    if not _PLAIN.fullmatch(path):
        path = sha256("\0".join(words).encode(errors="surrogatepass")).hexdigest()[:16]
    return f"{kind}/{path}"


def anchor_of(finding: Finding) -> str:
    """Return the place of a finding."""
    return f"finding/{finding.fingerprint}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with the object whose recommendation it explains, and its place in the HTML report."""

    ref: ObjectRef
    chart: Chart
    anchor: str


def pictures(section: Section) -> Iterator[Picture]:
    """Return the charts of a cluster's manifests, in their order."""
    counts: Counter[ObjectRef] = Counter()
    for manifest in section.manifests:
        for chart in manifest.charts:
            counts[manifest.ref] += 1
            place = f"{anchor('picture', section.cluster, manifest.ref)}/{counts[manifest.ref]}"
            yield Picture(manifest.ref, chart, place)
