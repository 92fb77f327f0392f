"""`spec.ignore` and `spec.argocd` of `ordain.yaml`: live differences that are left alone."""

from typing import Annotated, Final

from pydantic import Field
from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from ordain.model.fieldpath import parse_path, parse_pointer
from ordain.model.spec import Glob, Model

_POINTER_TEXT: Final = "a JSON pointer is needed, such as /spec/replicas, with ~1 for / and ~0 for ~ inside a key"
_PATH_TEXT: Final = (
    "a path is needed, such as spec.template.spec.containers[name=app].resources, [*] for every entry of a list"
)


def _pointer(value: object) -> str:
    try:
        parse_pointer(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("text", _POINTER_TEXT) from error
    return str(value)


def _path(value: object) -> str:
    try:
        parse_path(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("text", _PATH_TEXT) from error
    return str(value)


Pointer = Annotated[
    str,
    PlainValidator(_pointer),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(/([^~/]|~[01])*)+$",
            "patternErrorMessage": _POINTER_TEXT,
            "examples": ["/spec/replicas", "/metadata/annotations/example.org~1owner"],
        }
    ),
]
PathPattern = Annotated[
    str,
    PlainValidator(_path),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[^.\[\]\s]",
            "patternErrorMessage": _PATH_TEXT,
            "examples": [
                "spec.template.spec.containers[name=app].resources",
                "metadata.annotations['example.org/owner']",
            ],
        }
    ),
]
KindGlob = Annotated[str, Field(pattern=r"^[A-Za-z0-9*?\[\]!-]{1,63}$", examples=["Deployment", "*"])]
GroupGlob = Annotated[str, Field(pattern=r"^[a-z0-9.*?\[\]!-]{0,253}$", examples=["apps", ""])]
ManagerGlob = Annotated[str, Field(min_length=1, max_length=128, examples=["kube-controller-manager"])]


class Ignore(Model):
    """Live fields that are left alone, of the objects that fit all that is given; `*` and `?` stand for any letters."""

    any_of = (("pointers", "paths", "managers"),)

    group: GroupGlob = "*"
    """The API group, `""` for the core group."""
    kind: KindGlob = "*"
    """The kind."""
    name: Glob = "*"
    """The object's name."""
    namespace: Glob = "*"
    """The object's namespace. `*` also fits objects that live in none."""
    cluster: Glob = "*"
    """The cluster's name in this file."""
    pointers: Annotated[list[Pointer], Field(min_length=1, default_factory=list)]
    """JSON pointers (RFC 6901) to the fields: each means the field and all below it."""
    paths: Annotated[list[PathPattern], Field(min_length=1, default_factory=list)]
    """Paths as reports write them, with `[name=app]` for entries of a list and `[*]` for every one."""
    managers: Annotated[list[ManagerGlob], Field(min_length=1, default_factory=list)]
    """Field managers: what they hold in the cluster is theirs."""


class ArgoCD(Model):
    """What is known of Argo CD, which applies the output."""

    applications: Annotated[list[Annotated[str, Field(min_length=1, max_length=1024)]], Field(min_length=1)]
    """Files and folders with Applications and ApplicationSets, from the folder of this file: their
    `ignoreDifferences` count here too."""
