"""Which data has a backup: claims and StatefulSets beside the subjects of the policies."""

import re
from collections.abc import Iterator
from typing import Final

from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, ObjectRef, Objects

_POD_VOLUMES: Final = ("spec", "template", "spec", "volumes")


def unprotected(evidence: Evidence, covered: frozenset[ObjectRef]) -> Iterator[KubeObject]:
    """Return what holds data and has no backup, in the namespaces that any policy speaks of.

    A StatefulSet stands for the claims of its templates; a claim is covered with the workload that mounts it. Where no
    BackupPolicy holds at all, backups are somebody else's work and nothing is returned.
    """
    if not covered:
        return
    namespaces = {effective.subject.namespace for effective in evidence.effective}
    objects = evidence.objects
    for namespace in sorted(namespaces):
        sets = [item for item in objects.of_kind("StatefulSet", namespace=namespace) if claim_templates(item)]
        yield from (item for item in sets if item.ref not in covered)
        mounted = {name for ref in covered if ref.namespace == namespace for name in _mounted(objects.get(ref))}
        for claim in objects.of_kind("PersistentVolumeClaim", namespace=namespace):
            known = claim.ref in covered or claim.ref.name in mounted or _of_a_set(claim, sets)
            if not known:
                yield claim


def claim_templates(stateful: KubeObject) -> list[str]:
    """Return the names of a StatefulSet's claim templates."""
    templates = stateful.mappings("spec", "volumeClaimTemplates")
    return [str(item["metadata"]["name"]) for item in templates if isinstance(item.get("metadata"), dict)]


def _of_a_set(claim: KubeObject, sets: list[KubeObject]) -> bool:
    """Say whether a claim was made from a template: its name is `<template>-<set>-<number>`."""
    return any(
        re.fullmatch(rf"{re.escape(template)}-{re.escape(stateful.ref.name)}-[0-9]+", claim.ref.name)
        for stateful in sets
        for template in claim_templates(stateful)
    )


def _mounted(workload: KubeObject | None) -> Iterator[str]:
    for volume in workload.mappings(*_POD_VOLUMES) if workload else ():
        claim = volume.get("persistentVolumeClaim")
        if isinstance(claim, dict):
            yield str(claim.get("claimName"))


def refs(objects: Objects, kind: str, namespace: str) -> list[str]:
    """Return the names of a kind's objects in a namespace."""
    return [item.ref.name for item in objects.of_kind(kind, namespace=namespace)]
