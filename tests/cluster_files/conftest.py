"""A small recorded cluster, and the way to read one back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ordain.cluster import Metrics, content_digest, open_cluster
from ordain.model.kind import Reading
from ordain.model.live import LiveState, Series
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Objects, RawObject, Source

Reader = Callable[..., LiveState]


@pytest.fixture
def read() -> Reader:
    """Read a recorded cluster named `prod`."""

    def reader(
        path: Path,
        *wanted: Reading,
        version: str | None = None,
        absent: Sequence[str] = (),
        metrics: Metrics | None = None,
        name: str = "prod",
    ) -> LiveState:
        cluster = open_cluster(
            name, path, shown=path.name, kubernetes_version=version, assume_absent=absent, metrics=metrics
        )
        return cluster.read(wanted)

    return reader


@pytest.fixture
def state() -> LiveState:
    """Return a live state with a Namespace, a Deployment and a series, as a snapshot named `s` gives it back."""
    bodies: list[RawObject] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "checkout", "namespace": "shop", "labels": {"app": "checkout"}},
            "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "app", "image": "a:1"}]}}},
        },
    ]
    live = LiveState(
        cluster="prod",
        kubernetes_version="1.37",
        taken_at="2026-10-01T12:00:00Z",
        objects=Objects.of(KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in bodies),
        read=frozenset({GroupKind("apps", "Deployment"), GroupKind("", "Namespace")}),
        served=frozenset({"apps/v1", "v1", "policy/v1"}),
        digest="",
        series={"rps": Series("rps", (0, 60, 120), (1.5, None, 2.0))},
        source="s",
    )
    return replace(live, digest=content_digest(live))
