"""The schemas of Kubernetes' own kinds, one bundle a minor version: validate a manifest, ask for a field's type.

    schemas = bundle("1.37")
    schemas.is_valid(body) or schemas.errors(body)
    schemas.field("apps/v1", "Deployment").child("spec").child("replicas").kind

The bundles lie in `schemas/kubernetes/`; `scripts/distill_schemas.py` writes them.
"""

from ordain.apischemas.bundle import Bundle, KindRow
from ordain.apischemas.fields import FieldKind, FieldType
from ordain.apischemas.shipped import bundle, versions
from ordain.apischemas.wording import SchemaError

__all__ = ["Bundle", "FieldKind", "FieldType", "KindRow", "SchemaError", "bundle", "versions"]
