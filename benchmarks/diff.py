#!/usr/bin/env python3
"""Print what comparing manifests with their live objects costs, by the offline engine.

    python benchmarks/diff.py [--count 5000] [--rounds 3]

The manifests are those of `made_manifests`, ten kinds. Each lives as a server stores it, with the defaults that the
schema knows and managedFields; one in nine was changed by `kubectl edit`. Reading is not measured. Each round is a
process of its own; medians are printed, and how many objects were decided by their digest.
"""

import argparse
import sys
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

import orjson

from made_manifests import manifests
from measuring import machine, measured, run, table
from ordain.apischemas import Bundle, FieldType, bundle
from ordain.kubeyaml import MANIFESTS, read
from ordain.model.comparison import ARGO_CD, Comparing
from ordain.model.objects import KubeObject, ObjectRef, RawObject, Source
from ordain.stages.diff.cluster_owned import ClusterOwned
from ordain.stages.diff.ignoring import compared
from ordain.stages.diff.live import same_digest

VERSION: Final = "1.37"
_EDITED: Final = 9
"""One in so many objects was changed by hand; it is no divisor of ten, so that all kinds are."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", action="store_true", help="compare in this process, and print the costs as JSON")
    options = parser.parse_args()
    if options.once:
        sys.stdout.buffer.write(orjson.dumps(_once(options.count)))
        return
    rounds = [_round(options.count) for _ in range(options.rounds)]
    first = rounds[0]
    print(f"{options.count} objects of ten kinds, {options.rounds} rounds, on {machine()}\n")
    rows = [
        ("CPU s, comparing", median(one["cpu"] for one in rounds)),
        ("wall s, comparing", median(one["wall"] for one in rounds)),
        ("CPU us an object", f"{median(one['cpu'] for one in rounds) / options.count * 1e6:.0f}"),
        ("peak MB, with all objects in memory", f"{median(one['peak'] for one in rounds) / 1e6:.0f}"),
    ]
    print(table(rows))
    print(f"\n{first['drifted']} drifted; {first['by_digest']} decided by their digest")


def _round(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "costs.json"
        run([sys.executable, str(Path(__file__).resolve()), "--once", "--count", str(count)], output=answer)
        found: dict[str, float] = orjson.loads(answer.read_bytes())
        return found


def _once(count: int) -> dict[str, float]:
    schemas = bundle(VERSION)
    pairs = [_pair(number, text, schemas) for number, (_, text, _) in enumerate(manifests(count, 0.0))]
    owned = ClusterOwned.of(live for _, live in pairs)
    found: Counter[str] = Counter()
    with measured() as cost:
        for desired, live in pairs:
            differing, _ = compared(desired, live, schemas, Comparing(), owned)
            found["drifted"] += bool(differing)
    found["by_digest"] = sum(same_digest(desired, live.body) for desired, live in pairs)
    return {"cpu": cost.cpu, "wall": cost.wall, "peak": cost.peak, **found}


def _pair(number: int, text: str, schemas: Bundle) -> tuple[RawObject, KubeObject]:
    (document,) = read(text.encode(), "made.yaml", MANIFESTS).documents
    desired: RawObject = document.value
    field_type = schemas.field(desired["apiVersion"], desired["kind"])
    assert field_type is not None
    live = _stored(deepcopy(desired), field_type)
    live["metadata"]["managedFields"] = [_entry(ARGO_CD, "Apply", _fields(_applied(desired), field_type))]
    if number % _EDITED == 0:
        live["metadata"]["labels"]["tier"] = "edited"
        live["metadata"]["managedFields"].append(
            _entry("kubectl-edit", "Update", {"f:metadata": {"f:labels": {"f:tier": {}}}})
        )
    return desired, KubeObject(ObjectRef.of(live), live, Source.LIVE)


def _applied(body: RawObject) -> RawObject:
    """Return what managedFields can name: neither the kind nor the name."""
    metadata = {"labels": body["metadata"]["labels"]}
    return {name: value for name, value in body.items() if name not in ("apiVersion", "kind")} | {"metadata": metadata}


def _entry(manager: str, operation: str, fields: object) -> RawObject:
    return {"manager": manager, "operation": operation, "time": "2026-11-02T09:00:00Z", "fieldsV1": fields}


def _stored(value: Any, field_type: FieldType) -> Any:
    """Return a value as a server stores it: with the defaults that the schema knows."""
    if isinstance(value, list):
        return [_stored(item, field_type.child(0)) for item in value]
    if not isinstance(value, dict):
        return value
    defaults = {name: field_type.child(name).default for name in field_type.names}
    filled = {name: default for name, default in defaults.items() if default not in (None, "", 0, False)}
    return filled | {name: _stored(inner, field_type.child(name)) for name, inner in value.items()}


def _fields(value: object, field_type: FieldType) -> dict[str, Any]:
    """Return `fieldsV1` of an apply: what the value sets, atomic parts as one."""
    if field_type.is_atomic:
        return {}
    if isinstance(value, dict):
        return {f"f:{name}": _fields(inner, field_type.child(name)) for name, inner in value.items()}
    if isinstance(value, list) and field_type.list_type == "map":
        inner = field_type.child(0)
        keys = [{name: item.get(name, inner.child(name).default) for name in field_type.list_keys} for item in value]
        steps = ("k:" + orjson.dumps(key, option=orjson.OPT_SORT_KEYS).decode() for key in keys)
        return {step: {".": {}, **_fields(item, inner)} for step, item in zip(steps, value, strict=True)}
    return {}


if __name__ == "__main__":
    main()
