"""The kinds of object that any kind of policy reads, as people name them on the command line."""

from ordain.errors import UserError
from ordain.kinds import all_kinds
from ordain.model.objects import GroupKind
from ordain.model.spec import nearest


def group_of(name: str) -> GroupKind:
    """Return the group and kind of a name such as `Deployment`, `deployment` or `deployments`."""
    readings = [reading for kind in all_kinds().values() for reading in kind.reads]
    for reading in readings:
        if name.lower() in (reading.kind.lower(), reading.resource):
            return reading.group_kind
    meant = nearest(name, [reading.kind for reading in readings])
    raise UserError(
        f"unknown kind of object {name}",
        hint=f"did you mean {meant}?" if meant else "known are " + ", ".join(reading.kind for reading in readings),
    )
