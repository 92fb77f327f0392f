"""A policy as it was written, and the effective policy of one subject after layering."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

import orjson
from pydantic import MISSING, BaseModel

from ordain.errors import Span
from ordain.kubeyaml import Document, flow
from ordain.model.objects import KubeObject, ObjectRef, Path, RawObject
from ordain.model.plan import FieldOrigin
from ordain.model.spec import Target, TargetedSpec


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


def fits(patterns: list[str], value: str) -> bool:
    """Say whether one of the globs fits a name; where there is none, every name does."""
    return not patterns or any(_glob(pattern).match(value) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a policy can hold for: one object of one cluster and namespace."""

    object: KubeObject

    @property
    def ref(self) -> ObjectRef:
        """The subject's name."""
        return self.object.ref

    @property
    def namespace(self) -> str:
        """The namespace that a target means: the subject's, and of a namespace its own name."""
        return self.ref.namespace or (self.ref.name if self.ref.kind == "Namespace" else "")


@dataclass(frozen=True, slots=True)
class Policy:
    """One valid policy document; `model` is its parsed form, `document` gives the places of its fields."""

    kind: str
    name: str
    model: BaseModel
    document: Document

    @property
    def spec(self) -> BaseModel:
        """The parsed `spec`; partial for layered kinds."""
        spec = getattr(self.model, "spec", None)
        assert isinstance(spec, BaseModel)
        return spec

    @property
    def raw_spec(self) -> RawObject:
        """The `spec` as it stands in the file."""
        spec = self.document.value["spec"]
        assert isinstance(spec, dict)
        return spec

    @property
    def targeted(self) -> TargetedSpec:
        """The spec of a layered kind."""
        spec = self.spec
        assert isinstance(spec, TargetedSpec)
        return spec

    def where(self, *path: str | int) -> Span:
        """Return the place of a path below `spec`."""
        return self.document.span(("spec", *path))

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def targets_cluster(target: Target, cluster: str) -> bool:
    """Say whether a target speaks of a cluster."""
    return fits(target.clusters, cluster)


def targets_namespace(target: Target, namespace: str) -> bool:
    """Say whether a target speaks of a namespace."""
    return fits(target.namespaces, namespace)


def selects(target: Target, subject: Subject, default_kinds: tuple[str, ...]) -> bool:
    """Say whether all criteria of a target hold for a subject; `default_kinds` count where it names none."""
    ref = subject.ref
    labels = subject.object.labels()
    return (
        ref.kind in (target.kinds or default_kinds)
        and targets_namespace(target, subject.namespace)
        and fits(target.names, ref.name)
        and (target.selector is MISSING or target.selector.matchLabels.items() <= labels.items())
    )


@dataclass(frozen=True)
class EffectivePolicy:
    """What holds for one subject: the merged spec, and who set each field.

    `merged` holds only what policies set (no defaults); `origins` maps each set field's path to its setter.
    """

    kind: str
    subject: Subject
    spec: BaseModel
    merged: RawObject
    origins: Mapping[Path, FieldOrigin]
    policies: tuple[Policy, ...]

    @property
    def ref(self) -> ObjectRef:
        """The subject's name."""
        return self.subject.ref

    def origin(self, *path: str | int) -> FieldOrigin:
        """Who set a field: the longest known prefix of its path counts; else the kind's default."""
        for end in range(len(path), 0, -1):
            if found := self.origins.get(path[:end]):
                return found
        return FieldOrigin(f"default of {self.kind}", None)

    def settings(self) -> Iterator[tuple[Path, str, FieldOrigin]]:
        """Return each field that holds: its path, its value as YAML on one line, and who set it.

        A value is as its policy writes it, a default as it would be written; whom the policy is for is left out.
        """
        for path, value in _fields(self.spec, ()):
            if path[0] not in ("targets", "priority"):
                yield path, flow(self._given(path, value)), self.origin(*path)

    def _given(self, path: Path, default: object) -> object:
        found: object = self.merged
        for step in path:
            if not isinstance(found, dict) or step not in found:
                return default
            found = found[step]
        return found

    def digest(self, fields: tuple[str, ...], facts: RawObject) -> str:
        """Name what one object is planned from: policies, what they set of `fields` (no defaults), live facts.

        A changed manifest with the same digest comes from another engine or template, not from a policy.
        """
        given = {field: self.merged[field] for field in fields if field in self.merged}
        names = [str(policy) for policy in self.policies]
        inputs = orjson.dumps([self.kind, names, given, facts], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(inputs).hexdigest()

    def where(self, *path: str | int) -> Span:
        """Return the place that set a field, else the place of the policy with the highest priority."""
        return self.origin(*path).where or self.policies[0].where()

    def where_in(self, field: str, *rest: str | int) -> Span:
        """Return the line inside a list: layering knows who set the whole of it, that policy's file knows the rest."""
        setter = self.origin(field).policy
        policy = next((item for item in self.policies if str(item) == setter), self.policies[0])
        return policy.where(field, *rest)


def _fields(model: BaseModel, path: Path) -> Iterator[tuple[Path, object]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _fields(value, (*path, name))
        elif value is not MISSING:
            as_written = name not in model.model_fields_set and field.validate_default  # a default given as text
            yield (*path, name), field.default if as_written else value
