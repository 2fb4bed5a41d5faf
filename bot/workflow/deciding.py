"""One decision on one request: load, check who asks, try; again if somebody else was first."""

from collections.abc import Awaitable, Callable

from bot.model.errors import TooLate, VersionConflict
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.workflow.parts import Asker, Parts, asker, find_request

TRIES = 8
"""How often a decision is tried anew after somebody else saved first."""


async def transition(
    parts: Parts,
    intake: Intake,
    name: str,
    step: Callable[[ChangeRequest, Asker], Awaitable[Notice]],
) -> Notice:
    """Run `step` on the request as it is now, again after a version conflict."""
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    for _ in range(TRIES):
        request = await find_request(parts, who, name)
        if isinstance(request, Refusal):
            return Declined(refusal=request)
        try:
            return await step(request, who)
        except VersionConflict:
            continue
        except TooLate:
            at = Moment(epoch_ms=request.expires_at)
            return Declined(refusal=refuse(Reason.EXPIRED, handle=request.handle, at=at))
    return Declined(refusal=refuse(Reason.STORE_DOWN))
