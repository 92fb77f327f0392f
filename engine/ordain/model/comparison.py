"""How desired and live objects are compared: who applies, what is left alone, what a server answered to a dry run."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from ordain.errors import Span
from ordain.model.fieldpath import Steps
from ordain.model.objects import ObjectRef, RawObject

ARGO_CD: Final = "argocd-controller"


class Engine(StrEnum):
    """What says how a live object differs."""

    OFFLINE = "offline"
    """What was read: get and list are enough, a snapshot too."""
    SERVER = "server"
    """The API server itself, by a dry run of each manifest."""


@dataclass(frozen=True, slots=True)
class Applier:
    """Who applies what Git holds: its field manager, and whether it takes fields of others over (Argo CD does)."""

    manager: str = ARGO_CD
    force: bool = True


@dataclass(frozen=True, slots=True)
class FieldPattern:
    """Fields that a rule leaves alone, with all below them: `text` as it is written at `origin`."""

    text: str
    steps: Steps
    origin: str
    where: Span | None = None


@dataclass(frozen=True, slots=True)
class ManagerPattern:
    """Field managers whose fields a rule leaves alone: a glob, as it is written at `origin`."""

    text: str
    origin: str
    where: Span | None = None


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """Live fields that are left alone, of the objects that fit all patterns (globs; an empty `group` is the core's).

    `sources` are the folders of the output that the rule is for (an Application's paths); without any: all. `strict`
    says that a pattern which finds nothing is worth a warning: an Application's rules are for other objects too.
    """

    fields: tuple[FieldPattern, ...] = ()
    managers: tuple[ManagerPattern, ...] = ()
    group: str = "*"
    kind: str = "*"
    name: str = "*"
    namespace: str = "*"
    cluster: str = "*"
    sources: tuple[str, ...] = ()
    strict: bool = True
    where: Span | None = None

    def fits(self, ref: ObjectRef) -> bool:
        """Say whether the rule is for an object."""
        pairs = (
            (ref.group, self.group),
            (ref.kind, self.kind),
            (ref.name, self.name),
            (ref.namespace, self.namespace),
        )
        return all(fnmatchcase(value, pattern) for value, pattern in pairs)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that another manager holds with another value, as the server names it (`.spec.minReplicas`)."""

    manager: str
    field: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a server answered to server-side apply of one manifest with `dryRun=All`.

    `forced` is the object as it would be (pruned like a live one, managedFields kept), None where the server refused
    it: then `refused` has its words. `conflicts` are what an apply without force would be refused for; one whose field
    does not differ between `forced` and the live object is about the spelling of a value alone.
    """

    forced: RawObject | None
    conflicts: tuple[Conflict, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Comparing:
    """How one run compares.

    `rehearsals` is None for the offline engine; what has no answer in it (a Secret, a new object in a new namespace) is
    compared offline, too.
    """

    applier: Applier = Applier()
    ignore: tuple[IgnoreRule, ...] = ()
    rehearsals: Mapping[ObjectRef, Rehearsal] | None = None
