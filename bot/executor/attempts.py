"""What the journal says of the attempts at a step so far. Pure."""

import math

from bot.model.plan import Step
from bot.model.request import ChangeRequest, Progress

LOCKED = "locked: "
"""Begins the text of an attempt that met the guest's lock."""


def fruitless(request: ChangeRequest, step: Step) -> int:
    """Count attempts that came to nothing; a lock that was waited for is none of them."""
    return sum(
        e.step == step.name and e.progress is Progress.UNDONE and not e.text.startswith(LOCKED)
        for e in request.journal
    )


def locked_since(request: ChangeRequest) -> float:
    """Return when the last calls began to meet a lock (ms); infinity if the last one did not."""
    since = math.inf
    for entry in reversed(request.journal):
        if entry.progress is not Progress.UNDONE or not entry.text.startswith(LOCKED):
            break
        since = entry.at
    return since
