"""Observe mode: once a week, what would have been done."""

from bot.model.notice import Told
from bot.model.refusal import Detail, Reason
from bot.model.request import ChangeRequest
from bot.model.tell import Tell
from bot.model.terms import DAY
from bot.workflow.once import in_short
from bot.workflow.parts import Parts

OBSERVED = "observed:week"
"""The due-set's member of the weekly word."""

WEEK = 7 * DAY
LOOK_BACK = 500
ROLE = "observed"


async def tell_observed(parts: Parts) -> None:
    """Tell the approvals channel once in a week what approved requests would have changed."""
    due = await parts.store.due_at(OBSERVED)
    now = await parts.store.now()
    if parts.terms().observe:
        channel, begins = parts.policy().approvals_channel, now // WEEK * WEEK
        mark = f"observed-{begins}"
        if not await parts.messenger.find(channel, mark, ROLE, begins):
            found = [r for r in await parts.store.recent_requests(LOOK_BACK) if _since(r, now)]
            details: dict[str, Detail] = {
                "count": len(found),
                "changes": tuple(_line(request) for request in found),
            }
            told = Told(what=Tell.OBSERVED_WEEK, details=details)
            await parts.messenger.post(channel, told, request_id=mark, role=ROLE)
    await parts.store.move_due(OBSERVED, due, now + DAY if parts.terms().observe else None)


def _since(request: ChangeRequest, now: int) -> bool:
    observed = request.moved is not None and request.moved.why.reason is Reason.ONLY_OBSERVED
    return observed and (request.ended_at or 0) >= now - WEEK


def _line(request: ChangeRequest) -> str:
    target = request.plan.target.name
    return f"{request.handle} {request.plan.operation} {target} {in_short(request.plan)}".rstrip()
