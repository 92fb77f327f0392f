"""What may be written in a Waiver."""

from typing import Annotated, Literal

from pydantic import MISSING, Field

from ordain.model.spec import DateField, KindName, Metadata, Model, Name, ObjectName


class ExactTarget(Model):
    """Objects by their exact names: a waiver holds for nothing that its author did not name."""

    namespaces: Annotated[list[Name], Field(min_length=1)] | MISSING = MISSING
    """Names of namespaces, without globs. Left out: objects that live in no namespace, such as a ClusterRole."""
    kinds: Annotated[list[KindName], Field(min_length=1)]
    """Kinds of objects."""
    names: Annotated[list[ObjectName], Field(min_length=1)]
    """Names of objects, without globs."""
    clusters: Annotated[list[Name], Field(min_length=1)] | MISSING = MISSING
    """Names of clusters in `ordain.yaml`, without globs. Left out: all clusters of the project."""


class WaiverSpec(Model):
    """One exception: from which control, for what, why, whose, until when."""

    control: Annotated[str, Field(pattern="^[A-Z]{3,5}[0-9]{3}$", examples=["SCL005"])]
    """The code of the control, exactly one."""
    targets: Annotated[list[ExactTarget], Field(min_length=1)]
    """The objects that are excepted; an object is meant when one of the entries fits it."""
    container: Annotated[str, Field(min_length=1, max_length=63, examples=["app"])] | MISSING = MISSING
    """Only findings on this container."""
    field: Annotated[str, Field(min_length=1, max_length=1000, examples=["rules[team-label]"])] | MISSING = MISSING
    """Only findings on this field, as the JSON report names it."""
    reason: Annotated[str, Field(min_length=10, examples=["vendor chart, fixed in its next release"])]
    """Why the exception is right, for the person who reads it in a year."""
    owner: Annotated[str, Field(min_length=1, examples=["payments"])]
    """The team or person who answers for it."""
    ticket: Annotated[str, Field(min_length=1, examples=["OPS-481"])]
    """Where the work to end it is tracked."""
    expires: DateField
    """The last day on which it holds (UTC), as `2027-01-31`."""


class WaiverPolicy(Model):
    """A dated, owned, reasoned exception from one control."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["Waiver"]
    """The kind of policy."""
    metadata: Metadata
    """Name and labels."""
    spec: WaiverSpec
    """The exception."""
