"""Cron as Kubernetes' CronJob controller reads it: what a schedule means, when it fires, how long it leaves between."""

from ordain.schedules.cron import Schedule, ScheduleError, parse
from ordain.schedules.firing import next_firing
from ordain.schedules.gaps import Gap, Gaps, gaps
from ordain.schedules.zones import zone

__all__ = ["Gap", "Gaps", "Schedule", "ScheduleError", "gaps", "next_firing", "parse", "zone"]
