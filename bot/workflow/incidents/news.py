"""When the lead of an incident is reminded of news: later and later, not at night, not for ever."""

from dataclasses import replace

from bot.model.incident import Incident
from bot.model.terms import DAY
from bot.workflow.parts import Parts

REMINDERS = 3
"""A lead is reminded so often, each time after twice as long."""

FAR = 365 * DAY


def next_reminder(parts: Parts, incident: Incident, now: int, number: int) -> int | None:
    """Return when (ms) to remind after `number` reminders; None: no more, or not of this severity."""
    every = parts.incidents().updates.get(incident.severity)
    if every is None or number >= REMINDERS:
        return None
    once = replace(parts.policy().reminding, after_ms=every * 2**number, times=1)
    return next(iter(once.moments(now, now + FAR)), None)


def with_reminder(parts: Parts, incident: Incident, now: int) -> Incident:
    """Return the incident with its lead to be reminded anew."""
    return replace(incident, reminded=0, remind_at=next_reminder(parts, incident, now, 0))
