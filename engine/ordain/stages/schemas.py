"""Schemas: what the kinds of one cluster look like, Kubernetes' own and those that it was taught."""

from ordain.apischemas import Bundle, bundle
from ordain.model.live import LiveState


def schemas_of(live: LiveState) -> Bundle:
    """Return the schemas of the cluster's Kubernetes version, with those of its custom kinds where they were read."""
    return bundle(live.kubernetes_version).extended(live.schemas)
