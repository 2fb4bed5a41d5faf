"""Incidents: asks by people, the job that keeps a channel up to date, the timeline."""

from bot.workflow.incidents.alerted import alerted
from bot.workflow.incidents.asks import JOBS, list_incidents
from bot.workflow.incidents.looking import look
from bot.workflow.incidents.timeline import pinned

__all__ = ["JOBS", "alerted", "list_incidents", "look", "pinned"]
