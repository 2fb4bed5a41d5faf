"""A simulated Slack: Web API, Socket Mode, signed HTTP dispatch."""

from bot.simulation.slack.finding import Impossible
from bot.simulation.slack.person import Person
from bot.simulation.slack.replies import Reply
from bot.simulation.slack.simulated import NotSeen, SimulatedSlack

__all__ = ["Impossible", "NotSeen", "Person", "Reply", "SimulatedSlack"]
