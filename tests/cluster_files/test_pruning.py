"""What is never kept of an object."""

import copy

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.cluster import prune, redact
from ordain.model.objects import RawObject

CANARY = "c4n4ry"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def secret(**more: object) -> RawObject:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "labels": {"app": "db"}},
        "data": {"password": CANARY},
        **more,
    }


def annotated(value: object, kind: str = "ConfigMap") -> RawObject:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a", "annotations": {LAST_APPLIED: value}}}


SECRETS = {
    "data": secret(),
    "stringData": secret(stringData={"password": CANARY}),
    "an unknown field": secret(binaryData={"password": CANARY}),
    "a second copy": secret(metadata={"name": "db", "annotations": {"tool.example/copy": CANARY}}),
    "in a List": {"apiVersion": "v1", "kind": "List", "items": [secret()]},
    "in a typed list": {
        "apiVersion": "v1",
        "kind": "SecretList",
        "items": [{"metadata": {"name": "db"}, "data": {"password": CANARY}}],
    },
    "in a List in a List": {
        "apiVersion": "v1",
        "kind": "List",
        "items": [{"apiVersion": "v1", "kind": "List", "items": [secret()]}],
    },
    "last-applied": annotated(orjson.dumps(secret(stringData={"password": CANARY})).decode(), "Secret"),
    "last-applied of another kind": annotated(orjson.dumps({"data": {"a": CANARY}}).decode()),
    "last-applied, cut": annotated(orjson.dumps(secret()).decode()[:-2], "Secret"),
    "last-applied, text": annotated(f'"{CANARY}"'),
    "last-applied, list": annotated(f'["{CANARY}"]'),
    "last-applied, no text": annotated({"data": CANARY}),
    "last-applied, deep": annotated('{"a":' * 500 + f'"{CANARY}"' + "}" * 500),
    "last-applied, deeper than any reader": annotated('{"a":' * 5000 + f'"{CANARY}"' + "}" * 5000),
    "last-applied of a pod template": {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "a"},
        "spec": {"jobTemplate": {"spec": {"template": {"metadata": {"annotations": {LAST_APPLIED: CANARY}}}}}},
    },
    "kapp's copy": {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "annotations": {"kapp.k14s.io/original": CANARY}},
    },
}


@pytest.mark.parametrize("body", SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_is_kept(body: RawObject) -> None:
    """A canary in any place where a Secret's data can stand is gone after pruning."""
    assert CANARY in repr(body)

    assert CANARY not in repr(prune(body))


def test_a_secret_keeps_its_name_and_type() -> None:
    """Of a Secret the name, the labels, the type and `immutable` stay."""
    expected = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "labels": {"app": "db"}},
        "type": "Opaque",
        "immutable": True,
    }

    assert expected == prune(secret(type="Opaque", immutable=True))


def test_last_applied_becomes_its_paths() -> None:
    """Mappings are followed, lists and scalars are leaves, null is not set, and the identity is no owned path."""
    applied = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "namespace": "b", "labels": {"x": "1"}, "creationTimestamp": None},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "app"}], "nodeSelector": {}}}},
        "status": {},
    }
    expected = {
        "manager": "last-applied",
        "operation": "LastApplied",
        "fieldsV1": {
            "f:metadata": {"f:labels": {"f:x": {}}},
            "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {}, "f:nodeSelector": {}}}},
        },
    }

    assert [expected] == prune(annotated(orjson.dumps(applied).decode()))["metadata"]["managedFields"]


def test_a_malformed_last_applied_leaves_no_entry() -> None:
    """An annotation that is no JSON object is dropped, and the object keeps nothing of it."""
    assert prune(annotated("{"))["metadata"] == {"name": "a"}


def test_other_annotations_stay() -> None:
    """Only copies of whole objects go."""
    body = annotated("{}")
    body["metadata"]["annotations"]["team"] = "payments"

    assert prune(body)["metadata"]["annotations"] == {"team": "payments"}


def test_managed_fields_are_reduced() -> None:
    """Manager, operation, subresource, time and paths stay; the status and entries that own nothing else go."""
    entry = {
        "manager": "m",
        "operation": "Update",
        "apiVersion": "apps/v1",
        "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {"f:replicas": {}}, "f:status": {"f:replicas": {}}},
        "subresource": "scale",
    }
    status = {"manager": "c", "operation": "Update", "subresource": "status", "fieldsV1": {"f:status": {"f:x": {}}}}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "managedFields": [entry, status, 5]},
    }
    expected = {
        "manager": "m",
        "operation": "Update",
        "time": "2026-01-01T00:00:00Z",
        "fieldsV1": {"f:spec": {"f:replicas": {}}},
        "subresource": "scale",
    }

    assert [expected] == prune(body)["metadata"]["managedFields"]


def test_what_the_server_counts_is_dropped() -> None:
    """Status and the server's own metadata go, so that a status write does not change the digest."""
    metadata = {"name": "a", "uid": "u", "resourceVersion": "1", "generation": 2, "selfLink": "/", "labels": {}}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {}, "status": {"loadBalancer": {}}}

    assert prune(body) == {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "labels": {}}, "spec": {}}


@pytest.mark.parametrize("body", SECRETS.values(), ids=SECRETS.keys())
def test_pruning_leaves_its_input_alone(body: RawObject) -> None:
    """The caller's object is not changed."""
    before = copy.deepcopy(body)

    prune(body)
    redact(body)

    assert before == body


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
odd_objects = st.fixed_dictionaries(
    {"kind": st.sampled_from(["Secret", "Deployment", "List", "CronJob", "SecretList"])},
    optional={
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "annotations": st.dictionaries(
                    st.just(LAST_APPLIED), json_values.map(lambda v: orjson.dumps(v).decode())
                )
                | json_values,
                "managedFields": st.lists(st.dictionaries(st.sampled_from(["manager", "fieldsV1"]), json_values))
                | json_values,
            },
        )
        | json_values,
        "items": json_values,
        "spec": json_values | st.fixed_dictionaries({"jobTemplate": json_values, "template": json_values}),
    },
)


@given(odd_objects)
def test_pruning_twice_changes_nothing(body: RawObject) -> None:
    """prune(prune(x)) is prune(x), for malformed objects too."""
    once = prune(body)

    assert once == prune(once)


@given(odd_objects)
def test_redacting_twice_changes_nothing(body: RawObject) -> None:
    """redact(redact(x)) is redact(x), for malformed objects too."""
    once = redact(body)

    assert once == redact(once)


def test_redacted_environment_keeps_names() -> None:
    """Values of environment variables go, in any list `env`; names and valueFrom stay."""
    source = {"secretKeyRef": {"name": "db", "key": "password"}}
    env = [{"name": "A", "value": CANARY}, {"name": "B", "valueFrom": source}]
    template = {"metadata": {"annotations": {"a": CANARY}}, "spec": {"initContainers": [{"env": env}]}}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "annotations": {"b": CANARY}},
        "spec": {"template": template},
    }
    expected = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {
            "template": {
                "metadata": {},
                "spec": {"initContainers": [{"env": [{"name": "A"}, {"name": "B", "valueFrom": source}]}]},
            }
        },
    }

    assert expected == redact(body)


def test_a_redacted_configmap_keeps_its_keys() -> None:
    """The values of a ConfigMap go, its keys stay."""
    body = {"kind": "ConfigMap", "data": {"a": CANARY}, "binaryData": {"b": CANARY}}

    assert redact(body) == {"kind": "ConfigMap", "data": {"a": ""}, "binaryData": {"b": ""}}
