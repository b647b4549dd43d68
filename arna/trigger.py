"""From a declared trigger to the scheduler's own."""

import re
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from record.errors import ConfigError
from record.network.source import Trigger

_FIELDS = 5
_DIGIT = re.compile(r"\d")


def trigger_of(declared: Trigger) -> Any:
    """The scheduler's trigger for a declared one; raise `ConfigError` for a cron line that it cannot mean."""
    jitter = int(declared.jitter) or None
    if declared.cron is None:
        return IntervalTrigger(seconds=max(1, int(declared.every or 60)), jitter=jitter, timezone="UTC")
    fields = declared.cron.split()
    # The scheduler counts weekdays from Monday, and everyone else from Sunday: their names leave no doubt.
    if len(fields) == _FIELDS and _DIGIT.search(fields[-1]):
        raise ConfigError(f"cron {declared.cron!r}: write weekdays by name, such as mon-fri")
    try:
        trigger = CronTrigger.from_crontab(declared.cron, timezone="UTC")
    except ValueError as fault:
        raise ConfigError(f"cron {declared.cron!r} is no cron line of five fields: {fault}") from None
    trigger.jitter = jitter
    return trigger
