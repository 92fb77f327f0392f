"""Which published objects a guard is for."""

from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from ordain.model.objects import ObjectRef
from ordain.model.spec import Glob, KindName, Model


class Selection(Model):
    """Which published objects are meant: all given criteria hold; a criterion that is left out leaves it open."""

    clusters: Annotated[list[Glob], Field(min_length=1, default_factory=list)]
    """Names of clusters of this file; `*` and `?` stand for any letters."""
    namespaces: Annotated[list[Glob], Field(min_length=1, default_factory=list)]
    """Names of namespaces; `*` and `?` stand for any letters. A Namespace counts as in itself."""
    kinds: Annotated[list[KindName], Field(min_length=1, default_factory=list, examples=[["HorizontalPodAutoscaler"]])]
    """Kinds of objects, as they are published."""
    names: Annotated[list[Glob], Field(min_length=1, default_factory=list)]
    """Names of objects; `*` and `?` stand for any letters."""

    def covers(self, ref: ObjectRef, cluster: str) -> bool:
        """Say whether an object is meant."""
        namespace = ref.name if ref.kind == "Namespace" else ref.namespace
        return (not self.kinds or ref.kind in self.kinds) and all(
            not globs or any(fnmatchcase(name, glob) for glob in globs)
            for globs, name in ((self.clusters, cluster), (self.namespaces, namespace), (self.names, ref.name))
        )
