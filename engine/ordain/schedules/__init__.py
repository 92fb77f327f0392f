"""Times that recur: cron as Kubernetes' CronJob controller reads it, the gaps that it leaves, and windows of time."""

from ordain.schedules.cron import Schedule, ScheduleError, parse
from ordain.schedules.firing import next_firing
from ordain.schedules.gaps import Gap, Gaps, gaps, wall_text
from ordain.schedules.rules import CronStarts, Once, Rule, Starts, parse_rule
from ordain.schedules.windows import FORESIGHT, Window, Windows, next_open, unbroken
from ordain.schedules.zones import zone

__all__ = [
    "FORESIGHT",
    "CronStarts",
    "Gap",
    "Gaps",
    "Once",
    "Rule",
    "Schedule",
    "ScheduleError",
    "Starts",
    "Window",
    "Windows",
    "gaps",
    "next_firing",
    "next_open",
    "parse",
    "parse_rule",
    "unbroken",
    "wall_text",
    "zone",
]
