"""What is never kept of an object: it is dropped where the object comes in, live and recorded alike."""

from collections.abc import Mapping
from typing import Any, Final

from ordain.cluster.owned_fields import LAST_APPLIED, last_applied_entry, reduced_entries
from ordain.model.objects import RawObject

_SECRET_KEEPS: Final = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})
_METADATA_DROPS: Final = frozenset({"generation", "managedFields", "resourceVersion", "selfLink", "uid"})
_COPIES: Final = frozenset(
    {
        LAST_APPLIED,
        "banzaicloud.com/last-applied",
        "kapp.k14s.io/original",
        "objectset.rio.cattle.io/applied",
    }
)
"""Annotations in which a tool keeps a copy of the whole object, a Secret's data included."""


def prune(body: RawObject) -> RawObject:
    """Return an object without what is never kept; `body` itself stays as it is. Pruning twice changes nothing.

    - Of a Secret, also inside a List, only name, labels, type and `immutable` stay: neither data nor annotations.
    - kubectl's last-applied annotation becomes an entry of managedFields that names the paths it set, no values:
      manager `last-applied`, operation `LastApplied`. It goes without one when it is not a JSON object. Other
      tools' copies of the whole object go too.
    - managedFields keep manager, operation, subresource, time and fieldsV1, without the paths of the status.
    - `status`, and of the metadata `generation`, `resourceVersion`, `selfLink` and `uid`, go: they change without
      anybody's doing.
    """
    kind = str(body.get("kind", ""))
    items = body.get("items")
    if kind.endswith("List") and isinstance(items, list):
        inner = kind.removesuffix("List")
        return {
            **body,
            "items": [_pruned(item, kind=str(item.get("kind") or inner)) for item in items if _mapping(item)],
        }
    return _pruned(body, kind=kind)


def redact(body: RawObject) -> RawObject:
    """Return an object without annotations, environment values and values of ConfigMaps; names and keys stay.

    Every list `env` counts, wherever it stands, and every mapping `annotations`. `body` itself stays as it is.
    """
    cleaned: RawObject = _redacted(body)
    if cleaned.get("kind") == "ConfigMap":
        for field in ("data", "binaryData"):
            if isinstance(cleaned.get(field), dict):
                cleaned[field] = dict.fromkeys(cleaned[field], "")
    return cleaned


def _mapping(value: object) -> bool:
    return isinstance(value, dict)


def _pruned(body: RawObject, *, kind: str) -> RawObject:
    if kind == "Secret":
        kept = {key: value for key, value in body.items() if key in _SECRET_KEEPS}
    elif kind.endswith("List") and isinstance(body.get("items"), list):
        return prune(body)
    else:
        kept = {key: value for key, value in body.items() if key != "status"}
        _clean_templates(kept)
    if isinstance(body.get("metadata"), dict):
        kept["metadata"] = _metadata(body["metadata"], secret=kind == "Secret")
    return kept


def _metadata(metadata: Mapping[str, Any], *, secret: bool) -> RawObject:
    kept = {key: value for key, value in metadata.items() if key not in _METADATA_DROPS}
    annotations = kept.pop("annotations", None)
    entries = reduced_entries(metadata.get("managedFields"))
    if isinstance(annotations, dict):
        applied = last_applied_entry(annotations.get(LAST_APPLIED))
        if LAST_APPLIED in annotations:
            entries = [entry for entry in entries if entry.get("operation") != "LastApplied"]
        if applied is not None:
            entries.append(applied)
        rest = {key: value for key, value in annotations.items() if key not in _COPIES}
        if rest and not secret:
            kept["annotations"] = rest
    if entries:
        kept["managedFields"] = entries
    return kept


def _clean_templates(body: RawObject) -> None:
    """Drop copies of objects from the annotations of a pod template, without touching the caller's object."""
    spec = body.get("spec")
    if not isinstance(spec, dict):
        return
    if "jobTemplate" in spec and isinstance(spec["jobTemplate"], dict):
        job = dict(spec["jobTemplate"])
        _clean_templates(job)
        body["spec"] = {**spec, "jobTemplate": job}
        return
    template = spec.get("template")
    if not isinstance(template, dict) or not isinstance(metadata := template.get("metadata"), dict):
        return
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and not _COPIES.isdisjoint(annotations):
        rest = {key: value for key, value in annotations.items() if key not in _COPIES}
        body["spec"] = {**spec, "template": {**template, "metadata": {**metadata, "annotations": rest}}}


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: [_without_value(item) for item in inner]
            if key == "env" and isinstance(inner, list)
            else _redacted(inner)
            for key, inner in value.items()
            if not (key == "annotations" and isinstance(inner, dict))
        }
    return [_redacted(item) for item in value] if isinstance(value, list) else value


def _without_value(variable: Any) -> Any:
    cleaned = _redacted(variable)
    return {key: inner for key, inner in cleaned.items() if key != "value"} if isinstance(cleaned, dict) else cleaned
