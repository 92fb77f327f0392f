"""What changes because of one file: the changes of all objects, equal ones together."""

from dataclasses import dataclass

from ordain.model.objects import GroupKind, ObjectRef
from ordain.model.plan import Action, FieldChange


@dataclass(frozen=True, slots=True)
class Affected:
    """One object that changes or is rendered, its cluster, and the subject that it is rendered for."""

    cluster: str
    ref: ObjectRef
    subject: ObjectRef | None


@dataclass(frozen=True, slots=True)
class EqualChanges:
    """Objects of one kind to which the same happens.

    `fields` are the same for all of them; of objects that are created or deleted those that they have in common, and
    `own_fields` says that they have others.
    """

    action: Action
    kind: GroupKind
    fields: tuple[FieldChange, ...]
    objects: tuple[Affected, ...]
    own_fields: bool = False


@dataclass(frozen=True)
class Impact:
    """What changes because of one file.

    `path` is the file, `compared` says in words with what it is compared; `unchanged` counts the objects that are
    rendered as before. `rendered` lists what one of the engine's own templates renders: then there is nothing to
    compare with, and no change.
    """

    path: str
    compared: str
    groups: tuple[EqualChanges, ...]
    unchanged: int
    rendered: tuple[Affected, ...] = ()
    notes: tuple[str, ...] = ()
