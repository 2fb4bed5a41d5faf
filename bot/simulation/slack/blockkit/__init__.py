"""Block Kit as Slack accepts it: a table of shapes and limits, and the check against it."""

from bot.simulation.slack.blockkit.rules import Problem
from bot.simulation.slack.blockkit.surfaces import problems_of_blocks, problems_of_view

__all__ = ["Problem", "problems_of_blocks", "problems_of_view"]
