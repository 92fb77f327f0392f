"""The project's own settings: one file, `ordain.yaml`, kind `Project`, flags override it; and tests of policies."""

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

__all__ = [
    "FILE_NAME",
    "TEST_FILE",
    "Author",
    "ClusterSettings",
    "Kubernetes",
    "Output",
    "PolicyTest",
    "Project",
    "ProjectSpec",
    "find_project",
]
