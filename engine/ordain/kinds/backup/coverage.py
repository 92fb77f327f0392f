"""Which data has a backup: claims and StatefulSets beside the subjects of the policies."""

from collections.abc import Iterator
from typing import Final

from ordain.model.kind import Evidence
from ordain.model.objects import KubeObject, ObjectRef, Objects

_POD_VOLUMES: Final = ("spec", "template", "spec", "volumes")


def unprotected(evidence: Evidence, covered: frozenset[ObjectRef]) -> Iterator[KubeObject]:
    """Return what holds data and has no backup, in the namespaces that any policy speaks of.

    A StatefulSet stands for the claims of its templates (`<template>-<set>-<number>`); a claim is covered with the
    workload that mounts it, and a set with its claims if policies name each of them. Where no BackupPolicy holds at
    all, backups are somebody else's work: nothing is returned.
    """
    if not covered:
        return
    namespaces = {effective.subject.namespace for effective in evidence.effective}
    objects = evidence.objects
    for namespace in sorted(namespaces):
        sets = [item for item in objects.of_kind("StatefulSet", namespace=namespace) if claim_templates(item)]
        claims = list(objects.of_kind("PersistentVolumeClaim", namespace=namespace))
        for item in sets:
            own = [claim for claim in claims if _template(claim) in _templates(item)]
            if item.ref not in covered and not (own and all(claim.ref in covered for claim in own)):
                yield item
        templates = {template for item in sets for template in _templates(item)}
        mounted = {name for ref in covered if ref.namespace == namespace for name in _mounted(objects.get(ref))}
        for claim in claims:
            if claim.ref not in covered and claim.ref.name not in mounted and _template(claim) not in templates:
                yield claim


def claim_templates(stateful: KubeObject) -> list[str]:
    """Return the names of a StatefulSet's claim templates."""
    templates = stateful.mappings("spec", "volumeClaimTemplates")
    return [str(item["metadata"]["name"]) for item in templates if isinstance(item.get("metadata"), dict)]


def _templates(stateful: KubeObject) -> list[str]:
    return [f"{name}-{stateful.ref.name}" for name in claim_templates(stateful)]


def _template(claim: KubeObject) -> str:
    """Return what a claim of a set is named by, without its number; nothing for a claim of another form."""
    template, _, number = claim.ref.name.rpartition("-")
    return template if number.isdigit() else ""


def _mounted(workload: KubeObject | None) -> Iterator[str]:
    for volume in workload.mappings(*_POD_VOLUMES) if workload else ():
        claim = volume.get("persistentVolumeClaim")
        if isinstance(claim, dict):
            yield str(claim.get("claimName"))


def refs(objects: Objects, kind: str, namespace: str) -> list[str]:
    """Return the names of a kind's objects in a namespace."""
    return [item.ref.name for item in objects.of_kind(kind, namespace=namespace)]
