"""YAML as Kubernetes reads it: values, places, ambiguities, limits, and canonical YAML out."""

from ordain.kubeyaml.documents import Document, Stream
from ordain.kubeyaml.limits import MANIFESTS, POLICIES, SNAPSHOTS, Limits
from ordain.kubeyaml.problems import Problem
from ordain.kubeyaml.reading import read
from ordain.kubeyaml.writing import dump, flow, scalar

__all__ = [
    "MANIFESTS",
    "POLICIES",
    "SNAPSHOTS",
    "Document",
    "Limits",
    "Problem",
    "Stream",
    "dump",
    "flow",
    "read",
    "scalar",
]
