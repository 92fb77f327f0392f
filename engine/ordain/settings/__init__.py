"""The project's own settings: one file, `ordain.yaml`, kind `Project`. A flag overrides each of them."""

from ordain.settings.limits import ChangeLimit, DeletionLimit, Limit, Limits
from ordain.settings.planfile import PlanFileSettings
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
from ordain.settings.windows import WALL_CLOCK, CronTimes, DatedTimes, PublishWindow

__all__ = [
    "FILE_NAME",
    "WALL_CLOCK",
    "Author",
    "ChangeLimit",
    "ClusterSettings",
    "CronTimes",
    "DatedTimes",
    "DeletionLimit",
    "Kubernetes",
    "Limit",
    "Limits",
    "Output",
    "PlanFileSettings",
    "Project",
    "ProjectSpec",
    "PublishWindow",
    "Selection",
    "find_project",
]
