"""How values that waited for a restart came to their end, as the audit tells it."""

from bot.model.intake import Closed, OpenEnd
from bot.model.people import SYSTEM
from bot.model.request import ChangeRequest
from bot.workflow.parts import Parts

IN_FORCE = "end in force"
TAKEN_BACK = "end taken back"
"""The audit's words for the end of a wait; the entry's `why` lists what came into force."""


async def closed_of(
    parts: Parts, request: ChangeRequest, open_end: OpenEnd | None
) -> Closed | None:
    """Return how the request's waiting values ended; None if none waited, or some still wait."""
    outcome = request.outcome
    if open_end is not None or outcome is None or not any(v.is_waiting for v in outcome.in_force):
        return None
    for link in reversed(await parts.store.audit_of(request.id)):
        entry = link.entry
        if entry.what in {IN_FORCE, TAKEN_BACK}:
            by = None if entry.actor == SYSTEM else entry.actor
            return Closed(at=entry.at, in_force=frozenset(entry.why.split(", ")) - {""}, by=by)
    return None
