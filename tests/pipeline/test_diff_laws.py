"""Laws of comparing with a live object, for random objects of many kinds, drawn along their schemas."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ordain.apischemas import FieldType, bundle
from ordain.model.comparison import ARGO_CD, Applier
from ordain.model.objects import KubeObject, ObjectRef, Path, RawObject, Source, show_path
from ordain.model.plan import OnSync
from ordain.stages.diff.live import LiveField, all_differences
from ordain.stages.diff.values import filled_in

KINDS = (
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("v1", "ConfigMap"),
    ("v1", "LimitRange"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "ResourceQuota"),
    ("v1", "Service"),
)
DEEPEST = 7
OTHER = "other"
laws = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
texts = st.text("abc-1", min_size=1, max_size=4)
scalars: dict[str, st.SearchStrategy[Any]] = {
    "quantity": st.sampled_from(["1", "1500m", "2Gi", "1e3", 7]),
    "duration": st.sampled_from(["5m", "1h30m"]),
    "int-or-string": st.sampled_from([3, "25%", "http"]),
    "time": st.just("2026-11-24T10:00:00Z"),
    "scalar": texts | st.integers(2, 99),
    "any": texts,
}


def drawn(draw: st.DrawFn, field_type: FieldType, depth: int = 0) -> Any:
    """Draw a value of a type; nothing empty, null or zero, which a server may leave out."""
    if field_type.kind in scalars:
        return draw(scalars[field_type.kind])
    if field_type.kind == "list":
        items = [drawn(draw, field_type.child(0), depth + 1) for _ in range(draw(st.integers(1, 3)))]
        if field_type.list_type == "map":
            items = [item | dict.fromkeys(field_type.list_keys, 8000 + index) for index, item in enumerate(items)]
        return list({orjson.dumps(item): item for item in items}.values())
    names = list(field_type.names)
    keys = draw(st.lists(st.sampled_from(names) if names else texts, min_size=1, max_size=4, unique=True))
    if depth > DEEPEST:
        keys = [key for key in keys if field_type.child(key).kind in scalars]
    return {key: drawn(draw, field_type.child(key), depth + 1) for key in keys} or {"end": "x"}


@st.composite
def objects(draw: st.DrawFn) -> tuple[RawObject, FieldType]:
    """Draw an object of one of the kinds, with its type."""
    api_version, kind = draw(st.sampled_from(KINDS))
    field_type = bundle("1.33").field(api_version, kind)
    assert field_type is not None
    rest = [name for name in field_type.names if name not in ("apiVersion", "kind", "metadata", "status")]
    body = {name: drawn(draw, field_type.child(name)) for name in rest}
    labels = draw(st.dictionaries(texts, texts, min_size=1, max_size=3))
    metadata = {"name": "web", "namespace": "shop", "labels": labels}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}, field_type


def fields(value: Any, field_type: FieldType) -> RawObject:
    """Return what a manager that applied a value owns, as `fieldsV1`."""
    if field_type.is_atomic:
        return {}
    if isinstance(value, dict):
        return {f"f:{name}": fields(inner, field_type.child(name)) for name, inner in value.items()}
    if isinstance(value, list) and field_type.list_type == "map":
        keys = ({key: item[key] for key in field_type.list_keys} for item in value)
        steps = ("k:" + orjson.dumps(key, option=orjson.OPT_SORT_KEYS).decode() for key in keys)
        return {step: {".": {}, **fields(item, field_type.child(0))} for step, item in zip(steps, value, strict=True)}
    if isinstance(value, list) and field_type.list_type == "set":
        return {f"v:{orjson.dumps(item).decode()}": {} for item in value}
    return {}


def lived(body: RawObject, field_type: FieldType, **applied: RawObject) -> RawObject:
    """Return a live copy of an object; each manager applied what it is given with (`argocd_controller=…`)."""
    live = deepcopy(body)
    live["metadata"]["managedFields"] = [
        {
            "manager": manager.replace("_", "-"),
            "operation": "Apply",
            "fieldsV1": fields({key: part[key] for key in part.keys() - {"apiVersion", "kind"}}, field_type),
        }
        for manager, part in applied.items()
    ]
    return live


def found(desired: RawObject, live: RawObject, field_type: FieldType) -> list[LiveField]:
    """Return the differences that count."""
    item = KubeObject(ObjectRef.of(live), live, Source.LIVE)
    return [one for one in all_differences(desired, item, field_type, Applier()) if not one.ignored]


def places(value: Any, field_type: FieldType, path: Path = ()) -> Iterator[Path]:
    """Return the paths of fields that can be taken out of an object by themselves: no key, nothing atomic's part."""
    if isinstance(value, dict) and not field_type.is_atomic:
        for key, inner in value.items():
            if path or key not in ("apiVersion", "kind"):
                yield (*path, key)
                yield from places(inner, field_type.child(key), (*path, key))
    elif isinstance(value, list) and field_type.list_type == "map":
        for index, item in enumerate(value):
            steps = places(item, field_type.child(0), (*path, index))
            yield from (step for step in steps if not (len(step) == len(path) + 2 and step[-1] in field_type.list_keys))


def without(body: RawObject, path: Path) -> tuple[RawObject, Any]:
    """Return an object without one of its fields, and that field's value."""
    rest = deepcopy(body)
    inner: Any = rest
    for step in path[:-1]:
        inner = inner[step]
    return rest, inner.pop(path[-1])


def typed(field_type: FieldType, path: Path) -> FieldType:
    """Return the type at a path."""
    for step in path:
        field_type = field_type.child(step)
    return field_type


def choose(data: st.DataObject, body: RawObject, field_type: FieldType) -> Path:
    """Choose a field of an object but its name, and the server's defaults."""
    known = [path for path in places(body, field_type) if path[0] != "metadata" or path[:2] == ("metadata", "labels")]
    path = data.draw(st.sampled_from([path for path in known if len(path) > 1] or known))
    assume(not filled_in(without(body, path)[1], typed(field_type, path)))
    return path


@laws
@given(objects())
def test_an_object_is_like_itself(drawn_object: tuple[RawObject, FieldType]) -> None:
    """Whoever owns it: nothing differs, nothing is left alone."""
    body, field_type = drawn_object
    for live in (body, lived(body, field_type, argocd_controller=body), lived(body, field_type, other=body)):
        item = KubeObject(ObjectRef.of(live), live, Source.LIVE)
        assert all_differences(body, item, field_type, Applier()) == []


@laws
@given(objects(), st.data())
def test_a_field_of_others_is_never_drift(drawn_object: tuple[RawObject, FieldType], data: st.DataObject) -> None:
    """A field that another manager applied, and we never did, is no drift."""
    body, field_type = drawn_object
    desired, _ = without(body, choose(data, body, field_type))
    assert found(desired, lived(body, field_type, argocd_controller=desired, other=body), field_type) == []


@laws
@given(objects(), st.data())
def test_what_we_own_and_drop_is_drift(drawn_object: tuple[RawObject, FieldType], data: st.DataObject) -> None:
    """A field that only we applied goes when Git drops it, and all that is told stands at it or below."""
    body, field_type = drawn_object
    path = choose(data, body, field_type)
    desired, _ = without(body, path)
    told = found(desired, lived(body, field_type, argocd_controller=body), field_type)
    assert told
    assert all(item.path.startswith(show_path(path)) for item in told)
    assert {item.on_sync for item in told} <= {OnSync.REMOVED, OnSync.RESET}


@laws
@given(objects(), st.data())
def test_what_another_manager_applies_too_stays(drawn_object: tuple[RawObject, FieldType], data: st.DataObject) -> None:
    """A field that we drop and another manager applies is no drift: it stays."""
    body, field_type = drawn_object
    desired, _ = without(body, choose(data, body, field_type))
    assert found(desired, lived(body, field_type, argocd_controller=body, other=body), field_type) == []


@laws
@given(objects(), st.data())
def test_a_field_that_is_gone_is_drift(drawn_object: tuple[RawObject, FieldType], data: st.DataObject) -> None:
    """A field of ours that somebody took out of the live object is named, and set again."""
    body, field_type = drawn_object
    path = choose(data, body, field_type)
    rest, _ = without(body, path)
    told = found(body, lived(rest, field_type, argocd_controller=rest), field_type)
    assert told
    assert all(item.path.startswith(show_path(path)) for item in told)
    assert {item.on_sync for item in told} == {OnSync.SET}


@laws
@given(objects(), st.data())
def test_both_sides_differ_in_the_same_fields(drawn_object: tuple[RawObject, FieldType], data: st.DataObject) -> None:
    """Where two objects have other values in one field, either is drift from the other, at the same path."""
    body, field_type = drawn_object
    path = choose(data, body, field_type)
    other, value = without(body, path)
    assume(not isinstance(value, dict | list))
    inner: Any = other
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = 100 if value != 100 else 101
    one, two = ([item.path for item in found(*sides, field_type)] for sides in ((body, other), (other, body)))
    assert one == two == [show_path(path)]


@pytest.mark.parametrize("force", [True, False])
def test_what_another_manager_holds_is_taken_over_or_a_conflict(*, force: bool) -> None:
    """Only an applier that forces takes a field over."""
    field_type = bundle("1.33").field("policy/v1", "PodDisruptionBudget")
    assert field_type is not None
    desired = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"maxUnavailable": 1},
    }
    live = lived({**desired, "spec": {"maxUnavailable": 2}}, field_type, other=desired)
    live["metadata"]["managedFields"][0]["time"] = "2026-11-20T10:00:00Z"
    (told,) = all_differences(
        desired, KubeObject(ObjectRef.of(live), live, Source.LIVE), field_type, Applier(ARGO_CD, force)
    )
    expected = OnSync.TAKEN_OVER if force else OnSync.CONFLICT
    assert (told.manager, told.since, told.on_sync) == (OTHER, "2026-11-20T10:00:00Z", expected)
