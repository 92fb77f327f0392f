"""The project's own settings: one file, `ordain.yaml`, kind `Project`, flags override it; and tests of policies."""

from ordain.settings.ignoring import ArgoCD, Ignore
from ordain.settings.policytest import TEST_FILE, PolicyTest
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
    "TEST_FILE",
    "ArgoCD",
    "Author",
    "ClusterSettings",
    "Ignore",
    "Kubernetes",
    "Output",
    "PolicyTest",
    "Project",
    "ProjectSpec",
    "Sync",
    "find_project",
]
