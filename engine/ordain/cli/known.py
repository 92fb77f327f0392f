"""The kinds of object that any kind of policy reads, as people name them on the command line."""

from ordain.apischemas import bundle, versions
from ordain.errors import UserError
from ordain.kinds import all_kinds
from ordain.model.objects import GroupKind, ObjectRef
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


def named_object(given: str) -> ObjectRef:
    """Read `NS/KIND/NAME` or, for an object of the cluster's scope, `KIND/NAME`, of any kind there may be.

    A kind that policies read may be written as `group_of` takes it, and is then told by its scope, too.
    """
    *namespace, kind, name = given.split("/") if given.count("/") in (1, 2) else ("", "")
    if not (kind and name and all(namespace)):
        raise UserError(
            f"{given!r} names no object", hint="write NAMESPACE/KIND/NAME, or KIND/NAME for one of the cluster's scope"
        )
    ref = ObjectRef("".join(namespace), kind, name)
    for reading in (reading for item in all_kinds().values() for reading in item.reads):
        if kind.lower() in (reading.kind.lower(), reading.resource):
            ref = ObjectRef(ref.namespace, reading.kind, name, reading.group_kind.group)
            namespaced = bundle(versions()[-1]).namespaced(reading.api_version, reading.kind)
            if namespaced is not None and namespaced != bool(namespace):
                where = "lives in a namespace" if namespaced else "lives in no namespace"
                written = f"NAMESPACE/{ref.kind}/{name}" if namespaced else f"{ref.kind}/{name}"
                raise UserError(f"a {ref.kind} {where}", hint=f"write {written}")
            break
    return ref
