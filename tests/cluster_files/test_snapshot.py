"""Snapshots: what is written comes back, and says what was read."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordain.cluster import content_digest, prune, write_snapshot
from ordain.errors import UserError
from ordain.model.kind import Reading
from ordain.model.live import LiveState, Series
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Objects, RawObject, Source

DEPLOYMENT = Reading("apps/v1", "Deployment", "deployments")
BUDGET = Reading("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
ROLLOUT = Reading("argoproj.io/v1alpha1", "Rollout", "rollouts", optional=True)
CANARY = "c4n4ry"

Reader = Callable[..., LiveState]
Changes = dict[str, object]


def packed(header: Changes, *lines: RawObject) -> bytes:
    """Pack a header, lines, and the end line that fits them."""
    content = b"".join(orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n" for line in (header, *lines))
    objects = sum("kind" in line for line in lines)
    end = {"objects": objects, "series": len(lines) - objects, "sha256": hashlib.sha256(content).hexdigest()}
    return gzip.compress(content + orjson.dumps({"end": end}) + b"\n")


def header(**changes: object) -> Changes:
    return {
        "format": "ordain.dev/snapshot",
        "version": 1,
        "cluster": "prod",
        "kubernetesVersion": "1.37",
        "takenAt": "2026-10-01T12:00:00Z",
        "read": ["Deployment.apps"],
        "served": None,
        "redacted": False,
        **changes,
    }


def test_a_written_snapshot_comes_back(tmp_path: Path, read: Reader, state: LiveState) -> None:
    """Objects, series, header and digest are as they were."""
    write_snapshot(state, tmp_path / "s", redact=False)

    assert state == read(tmp_path / "s", DEPLOYMENT)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
names = texts.filter(bool)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)
bodies = st.builds(
    lambda group, kind, metadata, rest: {**rest, "apiVersion": group, "kind": kind, "metadata": metadata},
    st.sampled_from(["v1", "apps/v1", "argoproj.io/v1alpha1"]),
    st.sampled_from(["Deployment", "Service", "Secret"]),
    st.fixed_dictionaries(
        {"name": names},
        optional={"namespace": names, "labels": st.dictionaries(texts, texts, max_size=2), "managedFields": values},
    ),
    st.dictionaries(texts, values, max_size=3),
)
points = st.dictionaries(
    st.integers(0, 2**40), st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=5
)


@st.composite
def states(draw: st.DrawFn) -> LiveState:
    objects = draw(st.lists(bodies, max_size=4))
    series = draw(st.dictionaries(texts, points, max_size=3))
    live = LiveState(
        cluster="prod",
        kubernetes_version=draw(st.sampled_from(["1.30", "1.37"])),
        taken_at=draw(texts),
        objects=Objects.of(KubeObject(ObjectRef.of(body), prune(body), Source.LIVE) for body in objects),
        read=draw(st.frozensets(st.builds(GroupKind, st.sampled_from(["", "apps", "x.example"]), st.just("A")))),
        served=draw(st.none() | st.frozensets(names, max_size=3)),
        digest="",
        series={
            name: Series(name, tuple(sorted(found)), tuple(found[time] for time in sorted(found)))
            for name, found in sorted(series.items())
        },
        redacted=draw(st.booleans()),
        source="s",
    )
    return replace(live, digest=content_digest(live))


@given(states())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_pruned_state_comes_back(tmp_path: Path, read: Reader, live: LiveState) -> None:
    """read(write(live)) is live, whatever the objects, series and header hold."""
    write_snapshot(live, tmp_path / "s", redact=False)

    assert live == read(tmp_path / "s")


def test_the_same_state_gives_the_same_bytes(tmp_path: Path, state: LiveState) -> None:
    """Neither the time, the file's name nor the order of objects and series leaves a trace."""
    items = list(state.objects)
    other = replace(state, objects=Objects.of(reversed(items)), source="elsewhere")

    write_snapshot(state, tmp_path / "a", redact=False)
    write_snapshot(other, tmp_path / "b", redact=False)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_format_is_as_documented(tmp_path: Path, state: LiveState) -> None:
    """A reader with gzip, JSON and SHA-256 gets the header, the objects, the series and a matching end line."""
    write_snapshot(state, tmp_path / "s", redact=False)
    *lines, end = gzip.decompress((tmp_path / "s").read_bytes()).splitlines(keepends=True)
    first, *others = map(orjson.loads, lines)

    assert first == {
        "format": "ordain.dev/snapshot",
        "version": 1,
        "cluster": "prod",
        "kubernetesVersion": "1.37",
        "takenAt": "2026-10-01T12:00:00Z",
        "read": ["Deployment.apps", "Namespace"],
        "served": ["apps/v1", "policy/v1", "v1"],
        "redacted": False,
    }
    assert [line.get("kind") for line in others] == ["Namespace", "Deployment", None]
    assert others[-1] == {"series": "rps", "times": [0, 60, 120], "values": [1.5, None, 2.0]}
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert orjson.loads(end) == {"end": {"objects": 2, "series": 1, "sha256": digest}}


def test_the_time_of_reading_is_no_part_of_the_digest(state: LiveState) -> None:
    """What is read a day later and is the same is named the same: a commit of a live run can be made again."""
    later = replace(state, taken_at="2026-10-02T12:00:00Z")
    assert content_digest(later) == content_digest(state)
    assert content_digest(replace(state, kubernetes_version="1.36")) != content_digest(state)


def test_a_redacted_snapshot_says_so(tmp_path: Path, read: Reader, state: LiveState) -> None:
    """`redact` marks the header and drops environment values."""
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "namespace": "b", "annotations": {"x": CANARY}},
        "spec": {"containers": [{"name": "c", "env": [{"name": "A", "value": CANARY}]}]},
    }
    pod = KubeObject(ObjectRef.of(body), body, Source.LIVE)

    write_snapshot(replace(state, objects=Objects.of([pod])), tmp_path / "s", redact=True)

    assert CANARY.encode() not in gzip.decompress((tmp_path / "s").read_bytes())
    assert read(tmp_path / "s").redacted


def test_a_secret_never_reaches_a_snapshot(tmp_path: Path, read: Reader, state: LiveState) -> None:
    """Writing prunes, whatever the live state holds; reading prunes what another program wrote."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "b"}, "data": {"a": CANARY}}
    item = KubeObject(ObjectRef.of(secret), secret, Source.LIVE)

    write_snapshot(replace(state, objects=Objects.of([item])), tmp_path / "ours", redact=False)
    (tmp_path / "theirs").write_bytes(packed(header(), secret))

    assert CANARY.encode() not in gzip.decompress((tmp_path / "ours").read_bytes())
    assert CANARY not in repr(read(tmp_path / "theirs"))


def test_unknown_header_fields_are_ignored(tmp_path: Path, read: Reader) -> None:
    """A later minor change of the format may add a field."""
    (tmp_path / "s").write_bytes(packed(header(weather="fine")))

    assert read(tmp_path / "s").cluster == "prod"


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"version": 3}, "version 3", "upgrade"),
        ({"version": "1"}, "version is no number", "ordain snapshot"),
        ({"version": True}, "version is no number", "ordain snapshot"),
        ({"format": "other"}, "no snapshot of ordain", "unpack"),
        ({"cluster": "stage"}, "cluster stage, not of prod", "--cluster stage"),
        ({"kubernetesVersion": "v1.37.2"}, "kubernetesVersion", "ordain snapshot"),
        ({"read": "Deployment"}, "incomplete: read", "ordain snapshot"),
        ({"served": [1]}, "incomplete: served", "ordain snapshot"),
        ({"takenAt": None, "redacted": 0}, "takenAt, redacted", "ordain snapshot"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, read: Reader, changes: Changes, message: str, hint: str) -> None:
    """The message says what is wrong with the header, the hint what to do."""
    (tmp_path / "s").write_bytes(packed(header(**changes)))

    with pytest.raises(UserError, match=message) as caught:
        read(tmp_path / "s")

    assert hint in caught.value.hint


def test_the_version_may_be_repeated_but_not_contradicted(tmp_path: Path, read: Reader) -> None:
    """--kubernetes-version beside a snapshot must be the snapshot's."""
    (tmp_path / "s").write_bytes(packed(header()))

    assert read(tmp_path / "s", version="1.37").kubernetes_version == "1.37"
    with pytest.raises(UserError, match=r"1\.37, not 1\.30"):
        read(tmp_path / "s", version="1.30")


def test_a_kind_that_was_not_read_is_an_error(tmp_path: Path, read: Reader) -> None:
    """The message names the kinds, the hint prints the flag."""
    (tmp_path / "s").write_bytes(packed(header()))

    with pytest.raises(UserError, match="PodDisruptionBudget, Rollout") as caught:
        read(tmp_path / "s", DEPLOYMENT, BUDGET, ROLLOUT)

    assert "--assume-absent PodDisruptionBudget,Rollout" in caught.value.hint
    assert "ordain snapshot" in caught.value.hint


@pytest.mark.parametrize(("served", "known"), [(["apps/v1"], True), (["argoproj.io/v1"], False), (None, False)])
def test_an_optional_kind_that_is_not_served_is_absent(
    *, tmp_path: Path, read: Reader, served: list[str] | None, known: bool
) -> None:
    """Only where the source says that the server does not offer the kind's API group."""
    (tmp_path / "s").write_bytes(packed(header(served=served)))

    try:
        found = ROLLOUT.group_kind in read(tmp_path / "s", ROLLOUT).read
    except UserError:
        found = False

    assert known == found


def test_what_was_assumed_changes_the_digest(tmp_path: Path, read: Reader) -> None:
    """A plan is tied to what it was told, too."""
    (tmp_path / "s").write_bytes(packed(header()))

    assert read(tmp_path / "s").digest != read(tmp_path / "s", BUDGET, absent=["pdb", "PodDisruptionBudget"]).digest


OBJECT = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "b"}}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{**OBJECT, "apiVersion": 1}], "apiVersion"),
        ([{**OBJECT, "metadata": {"name": ""}}], "metadata.name"),
        ([{**OBJECT, "metadata": None}], "metadata.name"),
        ([{**OBJECT, "metadata": {"name": "a", "namespace": 5}}], "namespace"),
        ([{**OBJECT, "metadata": {"name": "a", "labels": ["x"]}}], "metadata.labels is no mapping"),
        ([{**OBJECT, "metadata": {"name": "a", "labels": {"x": 1}}}], "is no text"),
        ([OBJECT, OBJECT], "b/Service/a is in the snapshot twice"),
        ([{"something": 1}], "neither an object nor a schema nor a series"),
        ([{"series": "a", "times": [1, 1], "values": [1, 2]}], "not rising"),
        ([{"series": "a", "times": [1.5], "values": [1]}], "not rising whole seconds"),
        ([{"series": "a", "times": [1], "values": []}], "a value per time"),
        ([{"series": "a", "times": [1], "values": ["1"]}], "is no number"),
        ([{"series": "a", "times": [1], "values": [True]}], "is no number"),
        ([{"series": "a", "times": [], "values": []}] * 2, "here twice"),
        ([{"series": 1, "times": [], "values": []}], "needs a name"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(
    tmp_path: Path, read: Reader, lines: list[RawObject], message: str
) -> None:
    """Line numbers count in the uncompressed content; the header is line 1."""
    (tmp_path / "s").write_bytes(packed(header(), *lines))

    with pytest.raises(UserError, match=message) as caught:
        read(tmp_path / "s")

    assert str(caught.value).startswith(f"s:{len(lines) + 1}: ")


def test_a_csv_series_stands_beside_those_of_a_snapshot(tmp_path: Path, read: Reader, state: LiveState) -> None:
    """Series from the Metrics port win by name, and count in the digest."""
    write_snapshot(state, tmp_path / "s", redact=False)
    given_series = {"orders": Series("orders", (0,), (1.0,))}

    class Fixed:
        def read(self) -> dict[str, Series]:
            return given_series

    live = read(tmp_path / "s", metrics=Fixed())

    assert {"orders", "rps"} == set(live.series)
    assert live.digest != state.digest
