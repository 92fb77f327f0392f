"""The project's own settings: one file, `ordain.yaml`, kind `Project`, flags override it; and tests of policies."""

from ordain.settings.ignoring import ArgoCD, Ignore
from ordain.settings.limits import ChangeLimit, DeletionLimit, Limit, Limits
from ordain.settings.planfile import PlanFileSettings
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
from ordain.settings.selection import Selection
from ordain.settings.sync import Sync
from ordain.settings.windows import WALL_CLOCK, CronTimes, DatedTimes, PublishWindow

__all__ = [
    "FILE_NAME",
    "TEST_FILE",
    "WALL_CLOCK",
    "ArgoCD",
    "Author",
    "ChangeLimit",
    "ClusterSettings",
    "CronTimes",
    "DatedTimes",
    "DeletionLimit",
    "Ignore",
    "Kubernetes",
    "Limit",
    "Limits",
    "Output",
    "PlanFileSettings",
    "PolicyTest",
    "Project",
    "ProjectSpec",
    "PublishWindow",
    "Selection",
    "Sync",
    "find_project",
]
