"""The end of an incident's rules: what they were asked about is decided by the ordinary ones."""

from bot.model.incident import Incident
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest, State
from bot.workflow.anew import judged, put_aside, renew
from bot.workflow.contended import insist
from bot.workflow.parts import Parts


async def ordinary_again(parts: Parts, incident: Incident) -> None:
    """Decide anew what waits for approval by the rules of an incident that is closed.

    What is approved by them is decided anew when it is to begin (`bot.executor.claim`). Raises the faults
    of Slack, Proxmox VE and the store: done again it goes on where it was.
    """
    if incident.open:
        return
    for request in await parts.store.requests_from(incident.id):
        await _decide_anew(parts, request)


async def _decide_anew(parts: Parts, waiting: ChangeRequest) -> None:
    """Ask those whom the ordinary rules name, again if somebody else saved first."""

    async def attempt() -> None:
        request = await parts.store.request(waiting.id)
        if request is None or request.state is not State.PENDING or not request.decision.incident:
            return
        now = await parts.store.now()
        found = await judged(parts, request, await parts.directory.roster())
        if isinstance(found, Refusal):
            await put_aside(parts, request, found, now)
        else:
            over = refuse(Reason.RULES_OVER, incident=request.decision.incident_handle)
            await renew(parts, request, *found, over, now)

    await insist(parts.store, parts.clock, attempt)
