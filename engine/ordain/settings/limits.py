"""How much one publish may do."""

from typing import Annotated

from pydantic import MISSING, Field

from ordain.model.spec import KindName, Model, ShareField

Count = Annotated[int, Field(ge=0, le=1_000_000)]
_ABOVE = 5


class DeletionLimit(Model):
    """A limit on deletions; what is left out keeps its default."""

    count: Count = 100
    """The most, over all clusters of the run."""
    percent: ShareField = Field(default="25%", validate_default=True)
    """The largest share of what is published, in each cluster."""
    percentAbove: Count = _ABOVE
    """As many as this are no matter, whatever share they are; `count` holds all the same."""


class ChangeLimit(Model):
    """A limit on changes of any sort; what is left out keeps its default."""

    count: Count = 1000
    """The most, over all clusters of the run."""
    percent: ShareField | MISSING = MISSING
    """The largest share of what is published, in each cluster. Left out: any."""
    percentAbove: Count = _ABOVE
    """As many as this are no matter, whatever share they are; `count` holds all the same."""


class Limit(Model):
    """A limit without a default."""

    count: Count | MISSING = MISSING
    """The most, over all clusters of the run. Left out: any number."""
    percent: ShareField | MISSING = MISSING
    """The largest share of what is published, in each cluster. Left out: any."""
    percentAbove: Count = _ABOVE
    """As many as this are no matter, whatever share they are; `count` holds all the same."""


class KindLimits(Model):
    """Limits for some kinds of objects, each kind by itself, beside those of the run."""

    kinds: Annotated[list[KindName], Field(min_length=1, examples=[["PersistentVolumeClaim"]])]
    """The kinds, as they are published."""
    deletions: Limit | MISSING = MISSING
    """How many of a kind one publish may delete."""
    changes: Limit | MISSING = MISSING
    """How many of a kind one publish may create, change or delete."""


class Limits(Model):
    """How much one publish may do. A cluster in which nothing is published yet has no limits."""

    deletions: DeletionLimit = Field(default_factory=DeletionLimit)
    """How many published objects one publish may delete."""
    changes: ChangeLimit = Field(default_factory=ChangeLimit)
    """How many objects one publish may create, change or delete."""
    perKind: list[KindLimits] = Field(default_factory=list)
    """More limits, for objects of some kinds."""
