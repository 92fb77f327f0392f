"""Masks: values of a Secret are compared as they are and shown as ordinals of the run."""

from ordain.model.plan import FieldChange
from ordain.stages.diff.fields import field_changes, leaves
from ordain.stages.diff.masking import Masks


def secret(**fields: object) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}, **fields}


def shown(
    masks: Masks, before: dict[str, object], after: dict[str, object]
) -> dict[str, tuple[str | None, str | None]]:
    """Return what a diff of two objects shows: both sides of each path."""
    fields = [FieldChange(path, old, new) for path, old, new in field_changes(before, after, None)]
    return {field.path: (field.before, field.after) for field in masks.masked(fields, before, after)}


def test_equal_values_have_equal_masks() -> None:
    """One value has one mask: in `data`, in `stringData`, in another object and on both sides."""
    masks = Masks()
    old = secret(data={"a": "aHVudGVyMg==", "b": "b3RoZXI="})
    new = secret(data={"a": "b3RoZXI=", "b": "b3RoZXI=", "c": "aHVudGVyMg=="}, stringData={"d": "hunter2"})
    assert shown(masks, old, new) == {
        "data.a": ('"<secret 1>"', '"<secret 2>"'),
        "data.c": (None, '"<secret 1>"'),
        "stringData": (None, '{d: "<secret 1>"}'),
    }
    assert shown(masks, secret(), secret(stringData={"x": "other"})) == {"stringData": (None, '{x: "<secret 2>"}')}


def test_values_are_compared_before_they_are_masked() -> None:
    """What is equal is no difference, and two values that look alike are two masks."""
    assert shown(Masks(), secret(data={"a": "eA=="}), secret(data={"a": "eA=="})) == {}
    assert shown(Masks(), secret(data={"a": "eA=="}), secret(data={"a": "eA"})) == {
        "data.a": ('"<secret 1>"', '"<secret 2>"')
    }
    assert shown(Masks(), secret(data={"a": ""}), secret(data={"a": None})) == {"data.a": ('""', "null")}


def test_only_name_labels_and_type_are_shown() -> None:
    """Annotations, misspelt fields and values that are no text are masked; labels and the type are not."""
    old = secret(type="Opaque", stringdata={"a": 7310461523})
    new = secret(type="kubernetes.io/tls", data=["x", {"user": "z"}])
    new["metadata"] = {"name": "db", "namespace": "shop", "labels": {"app": "db"}, "annotations": {"a": "copy"}}
    assert shown(Masks(), old, new) == {
        "data": (None, '["<secret 1>", {user: "<secret 2>"}]'),
        "metadata.annotations": (None, '{a: "<secret 3>"}'),
        "metadata.labels": (None, "{app: db}"),
        "stringdata": ('{a: "<secret 4>"}', None),
        "type": ("Opaque", "kubernetes.io/tls"),
    }


def test_a_new_secret_is_masked_leaf_by_leaf() -> None:
    """The fields of an object that is created are masked, too, and an awkward text does not get out."""
    body = secret(stringData={"a": "one\ntwo: 'x'\n", "b": "- [", "c": None, "d": "null"})
    fields = [FieldChange(path, None, value) for path, value in leaves(body)]
    masked = {field.path: field.after for field in Masks().masked(fields, body)}
    assert masked == {
        "metadata.name": "db",
        "metadata.namespace": "shop",
        "stringData.a": '"<secret 1>"',
        "stringData.b": '"<secret 2>"',
        "stringData.c": "null",
        "stringData.d": '"<secret 3>"',
    }


def test_the_other_side_of_a_secret_is_masked_too() -> None:
    """Where somebody put a Secret into the file of another object, neither side's values are shown."""
    other = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "db"}, "data": {"a": "hunter2"}}
    assert shown(Masks(), secret(data={"a": "aHVudGVyMg=="}), other) == {
        "data.a": ('"<secret 1>"', '"<secret 1>"'),
        "kind": ("Secret", "ConfigMap"),
        "metadata.namespace": ("shop", None),
    }


def test_other_objects_are_shown() -> None:
    """A ConfigMap is no Secret."""
    one, two = ({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": value}} for value in ("old", "new"))
    assert shown(Masks(), one, two) == {"data.a": ("old", "new")}
