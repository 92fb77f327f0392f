"""Kubernetes objects as they are read: raw bodies with a name, a source and a place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from ordain.errors import Span

RawObject: TypeAlias = dict[str, Any]
"""One Kubernetes object as JSON gives it: the only place where untyped values live."""

Path: TypeAlias = tuple[str | int, ...]
"""A place inside a document: keys of mappings and indices of lists."""


def show_path(path: Path) -> str:
    """Write a path as people do: `spec.metrics[0].type`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("-", "").replace("_", "").isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text


@dataclass(frozen=True, slots=True, order=True)
class GroupKind:
    """An API group (empty for core) and a kind."""

    group: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @classmethod
    def of(cls, body: RawObject) -> "GroupKind":
        """Read the group and kind of an object that has an `apiVersion` and a `kind`."""
        group, _, version = str(body["apiVersion"]).rpartition("/")
        return cls(group if version else "", str(body["kind"]))


@dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """The name of one object; `namespace` is empty for objects of the cluster's scope."""

    namespace: str
    kind: str
    name: str
    group: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}" if self.namespace else f"{self.kind}/{self.name}"

    @property
    def group_kind(self) -> GroupKind:
        """The object's group and kind."""
        return GroupKind(self.group, self.kind)

    @classmethod
    def of(cls, body: RawObject) -> "ObjectRef":
        """Read the name of an object that has `apiVersion`, `kind` and `metadata.name`."""
        gk = GroupKind.of(body)
        metadata = body["metadata"]
        return cls(metadata.get("namespace") or "", gk.kind, metadata["name"], gk.group)


class Source(StrEnum):
    """Where an object was seen."""

    LIVE = "live"
    RENDERED = "rendered"
    FILE = "file"


def _nowhere(_path: Path) -> Span | None:
    return None


@dataclass(frozen=True, slots=True)
class KubeObject:
    """One object; `locate` gives the place of a path in it (a file's line, or the policy line that set it)."""

    ref: ObjectRef
    body: RawObject
    source: Source
    locate: Callable[[Path], Span | None] = field(default=_nowhere, compare=False, repr=False)

    def labels(self) -> Mapping[str, str]:
        """Return the object's labels."""
        return self.mapping("metadata", "labels")

    def mapping(self, *path: str | int) -> RawObject:
        """Return the mapping at `path`; an empty one where there is none or something else."""
        value = self.get(*path)
        return value if isinstance(value, dict) else {}

    def mappings(self, *path: str | int) -> list[RawObject]:
        """Return the mappings of the list at `path`; what is no mapping is left out."""
        value = self.get(*path)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def get(self, *path: str | int) -> Any:
        """Return the value at `path`, or None."""
        value: Any = self.body
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


@dataclass(frozen=True)
class Objects:
    """A set of objects, at most one per name, in the order of their names."""

    by_ref: Mapping[ObjectRef, KubeObject]

    @classmethod
    def of(cls, objects: Iterable[KubeObject]) -> "Objects":
        """Collect objects; of two with one name the later one stays."""
        named = {item.ref: item for item in objects}
        return cls({ref: named[ref] for ref in sorted(named)})

    def __iter__(self) -> Iterator[KubeObject]:
        return iter(self.by_ref.values())

    def __len__(self) -> int:
        return len(self.by_ref)

    def get(self, ref: ObjectRef) -> KubeObject | None:
        """Return the object of that name, or None."""
        return self.by_ref.get(ref)

    @cached_property
    def _by_kind(self) -> Mapping[tuple[str, str], tuple[KubeObject, ...]]:
        index: dict[tuple[str, str], list[KubeObject]] = {}
        for item in self:
            index.setdefault((item.ref.kind, item.ref.namespace), []).append(item)
            index.setdefault((item.ref.kind, "*"), []).append(item)
        return {key: tuple(items) for key, items in index.items()}

    def of_kind(self, kind: str, *, namespace: str = "*") -> tuple[KubeObject, ...]:
        """Return the objects of a kind, of one namespace if it is given."""
        return self._by_kind.get((kind, namespace), ())

    def overlaid(self, others: Iterable[KubeObject]) -> "Objects":
        """Return these objects with `others` put over the ones of the same name."""
        return Objects.of([*self, *others])
