"""Records the demo cluster: policies/cluster/series/*.csv and policies/cluster/demo.snapshot.gz.

    python scripts/record_demo.py           write both
    python scripts/record_demo.py --check   exit 1 and say what is stale, write nothing

The objects are read from policies/cluster/objects/: edit them there. The load is made here, from a seed.
"""

import gzip
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import yaml

from ordain.cluster import write_snapshot
from ordain.kinds import all_kinds
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Objects, Source
from ordain.stages.observe import wanted

CLUSTER: Final = Path(__file__).resolve().parent.parent / "policies" / "cluster"
SNAPSHOT: Final = "demo.snapshot.gz"
TAKEN_AT: Final = datetime(2026, 11, 23, 18, tzinfo=UTC)
STEP: Final = 300
POINTS: Final = 14 * 24 * 3600 // STEP
FIRST: Final = int(TAKEN_AT.timestamp()) - POINTS * STEP
SERVED: Final = frozenset(
    {
        "v1",
        "apps/v1",
        "autoscaling/v1",
        "autoscaling/v2",
        "batch/v1",
        "custom.metrics.k8s.io/v1beta1",
        "external.metrics.k8s.io/v1beta1",
        "keda.sh/v1alpha1",
        "metrics.k8s.io/v1beta1",
        "monitoring.coreos.com/v1",
        "networking.k8s.io/v1",
        "policy/v1",
        "rbac.authorization.k8s.io/v1",
        "storage.k8s.io/v1",
    }
)

BERLIN: Final = 3600
"""The customers' winter time, in seconds ahead of UTC."""

SHOPPERS: Final = (14, 9, 6, 5, 5, 8, 16, 30, 44, 55, 62, 67, 74, 70, 63, 61, 65, 73, 84, 95, 100, 92, 63, 32)
"""A day of shoppers by the hour, in percent of the peak: lunch, and the sofa at eight in the evening."""
BOOKINGS: Final = (10, 60, 95, 40, 15, 10, 14, 24, 36, 45, 50, 55, 58, 56, 52, 50, 52, 56, 64, 70, 72, 64, 42, 20)
"""A day of the ledger: the night's settlement, then what the shop sells."""
WEEK: Final = (0.92, 0.90, 0.93, 0.97, 0.94, 1.0, 1.12)
"""Monday to Sunday."""


@dataclass(frozen=True)
class Load:
    """One series: its peak on a Saturday, its day, the noise (a share of the level) and what else befalls it."""

    peak: float
    day: tuple[int, ...] = SHOPPERS
    noise: float = 0.03
    decimals: int = 1
    growth: float = 0.0
    """The share by which it grows over the two weeks."""
    bursts: float = 0.0
    """The chance per step that a burst begins, which then halves every 20 minutes."""
    gap: range = range(0)
    """Steps that were not recorded."""


LOADS: Final = {
    "storefront-rps": Load(peak=1850.0),
    "checkout-rps": Load(peak=310.0, noise=0.05, growth=0.35),  # the sale's first advertisements
    "cart-cpu": Load(peak=0.98, noise=0.06, decimals=3),
    "search-rps": Load(peak=640.0, gap=range(1450, 1517)),  # Prometheus lost a disk for five and a half hours
    "ledger-queue": Load(peak=420.0, day=BOOKINGS, noise=0.10, decimals=0, bursts=0.004),
    "edge-connections": Load(peak=14200.0, noise=0.02, decimals=0, growth=0.08),
}


def series(name: str, load: Load) -> Iterator[tuple[int, float]]:
    """Yield the recorded points of a series: Unix seconds and a value, the same on every machine.

    Only arithmetic and the generator's uniform numbers are used: sines and logarithms differ between machines.
    """
    chance = random.Random(f"shop-demo {name}")  # noqa: S311 - made-up load, no secret
    drift, burst = 0.0, 0.0
    for step in range(POINTS):
        time = FIRST + step * STEP
        local = time + BERLIN
        hour, part = divmod(local % 86400, 3600)
        shape = load.day[hour] + (load.day[(hour + 1) % 24] - load.day[hour]) * part / 3600
        weekday = (local // 86400 + 3) % 7
        level = load.peak * shape / 100 * WEEK[weekday] * (1 + load.growth * step / POINTS)
        drift = 0.8 * drift + load.noise * (sum(chance.random() for _ in range(4)) - 2)
        if chance.random() < load.bursts:
            burst += load.peak * (2 + 3 * chance.random())
        burst *= 0.84
        if step not in load.gap:
            yield time, max(0.0, round(level * (1 + drift) + burst, load.decimals))


def csv(name: str, load: Load) -> str:
    """Return a series as a CSV file with the columns `ts` and `value`."""
    rows = (f"{time},{value:.{load.decimals}f}\n" for time, value in series(name, load))
    return "ts,value\n" + "".join(rows)


def live_state() -> LiveState:
    """Return the recorded cluster: the objects of the folder, every kind looked for, and what is served."""
    files = sorted((CLUSTER / "objects").rglob("*.yaml"))
    bodies = [body for file in files for body in yaml.load_all(file.read_bytes(), Loader=yaml.CSafeLoader)]
    return LiveState(
        cluster="demo",
        kubernetes_version="1.33",
        taken_at=TAKEN_AT.isoformat().replace("+00:00", "Z"),
        objects=Objects.of(KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in bodies),
        read=frozenset({*map(GroupKind.of, bodies), *(reading.group_kind for reading in wanted(all_kinds().values()))}),
        served=SERVED,
        digest="",
    )


def snapshot() -> bytes:
    """Return the bytes of the snapshot file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / SNAPSHOT
        write_snapshot(live_state(), file, redact=False)
        return file.read_bytes()


def stale(file: Path, content: bytes) -> bool:
    """Say whether a committed file differs; of a packed one what is in it counts, for packers differ."""
    if not file.is_file():
        return True
    unpack: Callable[[bytes], bytes] = gzip.decompress if file.suffix == ".gz" else bytes
    return unpack(file.read_bytes()) != unpack(content)


def main(arguments: list[str]) -> int:
    """Write what is stale, or only name it."""
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    wanted = {CLUSTER / "series" / f"{name}.csv": csv(name, load).encode() for name, load in LOADS.items()}
    wanted[CLUSTER / SNAPSHOT] = snapshot()
    changed = [file for file, content in wanted.items() if stale(file, content)]
    for file in changed:
        print(f"{'stale' if arguments else 'written'}: {file.relative_to(CLUSTER.parent.parent)}")
        if not arguments:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(wanted[file])
    if changed and arguments:
        print("hint: python scripts/record_demo.py")
    return 1 if changed and arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
