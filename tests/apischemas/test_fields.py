from functools import reduce

import pytest

from ordain.apischemas import Bundle, FieldType, bundle

POD = "spec.template.spec"
CONTAINER = f"{POD}.containers.0"
KINDS = [
    ("apps/v1 Deployment", "spec", "object"),
    ("apps/v1 Deployment", "metadata.labels", "map"),
    ("apps/v1 Deployment", "metadata.labels.app", "scalar"),
    ("apps/v1 Deployment", "metadata.creationTimestamp", "time"),
    ("apps/v1 Deployment", f"{POD}.containers", "list"),
    ("apps/v1 Deployment", f"{CONTAINER}.resources.requests.cpu", "quantity"),
    ("apps/v1 Deployment", f"{CONTAINER}.resources.requests", "map"),
    ("apps/v1 Deployment", f"{POD}.volumes.0.emptyDir.sizeLimit", "quantity"),
    ("apps/v1 Deployment", "spec.strategy.rollingUpdate.maxSurge", "int-or-string"),
    ("apps/v1 Deployment", f"{CONTAINER}.livenessProbe.httpGet.port", "int-or-string"),
    ("apps/v1 Deployment", "spec.replica", "any"),
    ("apps/v1 Deployment", "spec.replicas.deeper.0", "any"),
    ("autoscaling/v2 HorizontalPodAutoscaler", "spec.metrics.0.resource.target.averageValue", "quantity"),
    ("apiextensions.k8s.io/v1 CustomResourceDefinition", "spec.versions.0.schema.openAPIV3Schema.default", "any"),
    ("v1 PersistentVolumeClaim", "spec.resources.requests.storage", "quantity"),
    ("v1 ConfigMap", "data.cpu", "scalar"),
]  # fmt: skip
LISTS = [
    ("apps/v1 Deployment", f"{POD}.containers", "map", ("name",)),
    ("apps/v1 Deployment", f"{POD}.initContainers.0.ports", "map", ("containerPort", "protocol")),
    ("apps/v1 Deployment", f"{CONTAINER}.args", "atomic", ()),
    ("v1 Service", "spec.ports", "map", ("port", "protocol")),
    ("autoscaling/v2 HorizontalPodAutoscaler", "spec.metrics", "atomic", ()),
    ("v1 ServiceAccount", "metadata.finalizers", "set", ()),
    ("apps/v1 Deployment", "spec", None, ()),
]


@pytest.fixture(params=["1.30", "1.37"])
def schemas(request: pytest.FixtureRequest) -> Bundle:
    return bundle(request.param)


@pytest.mark.parametrize(("kind", "path", "expected"), KINDS)
def test_kind_of_field(schemas: Bundle, kind: str, path: str, expected: str) -> None:
    """Each field says what it is; an unknown field and all below it is `any`."""
    assert _field(schemas, kind, path).kind == expected


@pytest.mark.parametrize(("kind", "path", "list_type", "keys"), LISTS)
def test_list_type(schemas: Bundle, kind: str, path: str, list_type: str | None, keys: tuple[str, ...]) -> None:
    """A list says how it is merged and by which keys; one that does not say is atomic."""
    field = _field(schemas, kind, path)
    assert (field.list_type, field.list_keys) == (list_type, keys)


@pytest.mark.parametrize("path", [f"{CONTAINER}.ports.0.protocol", f"{POD}.initContainers.0.ports.0.protocol"])
def test_default_of_a_list_key(schemas: Bundle, path: str) -> None:
    """A container port without a protocol is a TCP port."""
    assert _field(schemas, "apps/v1 Deployment", path).default == "TCP"


def test_most_fields_have_no_default(schemas: Bundle) -> None:
    """What is given no default is None, and `{}` for a whole object is no default."""
    assert _field(schemas, "apps/v1 Deployment", "spec.paused").default is None
    assert _field(schemas, "apps/v1 Deployment", "metadata").default is None


def test_defaults_that_the_openapi_lacks(schemas: Bundle) -> None:
    """What only functions of the server fill in is known, too."""
    assert _field(schemas, "apps/v1 Deployment", "spec.replicas").default == 1
    assert _field(schemas, "apps/v1 Deployment", f"{CONTAINER}.livenessProbe.periodSeconds").default == 10


@pytest.mark.parametrize(
    ("path", "expected"),
    [("spec.selector", True), (f"{POD}.nodeSelector", True), ("metadata.labels", False), (f"{CONTAINER}.args", True)],
)
def test_atomic_fields(schemas: Bundle, path: str, expected: bool) -> None:  # noqa: FBT001 - the expected value
    """Selectors are replaced whole, labels are merged."""
    assert _field(schemas, "apps/v1 Deployment", path).is_atomic is expected


def test_fields_of_an_object(schemas: Bundle) -> None:
    """An object names its fields; a map and a list name none."""
    assert _field(schemas, "v1 ConfigMap", "").names == (
        "apiVersion", "binaryData", "data", "immutable", "kind", "metadata",
    )  # fmt: skip
    assert _field(schemas, "v1 ConfigMap", "data").names == ()


def test_same_field_is_one_object(schemas: Bundle) -> None:
    """Walking the same way twice makes nothing twice."""
    path = f"{CONTAINER}.resources"
    assert _field(schemas, "apps/v1 Deployment", path) is _field(schemas, "apps/v1 Deployment", path)


def test_unknown_kind_has_no_type(schemas: Bundle) -> None:
    """A kind that is not built in has no field types."""
    assert schemas.field("example.com/v1", "Thing") is None


def test_duration() -> None:
    """A field of the duration type, or of format duration, is a duration."""
    name = "io.k8s.apimachinery.pkg.apis.meta.v1.Duration"
    fields = {"named": {"$ref": f"#/definitions/{name}"}, "formatted": {"format": "duration", "type": "string"}}
    made_up = Bundle(
        {
            "version": "1.37",
            "kinds": {"v1 Backup": {"definition": "Backup", "namespaced": True, "plural": "backups"}},
            "definitions": {name: {"type": "string"}, "Backup": {"type": "object", "properties": fields}},
        }
    )
    assert {_field(made_up, "v1 Backup", path).kind for path in fields} == {"duration"}


def _field(schemas: Bundle, kind: str, path: str) -> FieldType:
    whole = schemas.field(*kind.split(" "))
    assert whole is not None
    steps = [int(step) if step.isdecimal() else step for step in path.split(".") if step]
    return reduce(lambda field, step: field.child(step), steps, whole)
