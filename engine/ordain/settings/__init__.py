"""The project's own settings: one file, `ordain.yaml`, kind `Project`. A flag overrides each of them."""

from ordain.settings.ignoring import ArgoCD, Ignore
from ordain.settings.project import (
    FILE_NAME,
    Author,
    ClusterSettings,
    Kubernetes,
    Output,
    Project,
    ProjectSpec,
    find_project,
)
from ordain.settings.sync import Sync

__all__ = [
    "FILE_NAME",
    "ArgoCD",
    "Author",
    "ClusterSettings",
    "Ignore",
    "Kubernetes",
    "Output",
    "Project",
    "ProjectSpec",
    "Sync",
    "find_project",
]
