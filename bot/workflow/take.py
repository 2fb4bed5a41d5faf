"""The job behind every ask: do what the intake says, answer, and forget its due time."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.model.errors import HypervisorFault, SlackFault, StoreFault, TokenRefused
from bot.model.intake import AnswerTo, Intake
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice, Told, Unfurled
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.tell import Tell
from bot.workflow import (
    again,
    breaking,
    endings,
    incidents,
    offers,
    pausing,
    reads,
    reviews,
    votes,
)
from bot.workflow.forms import fill_form, refused_form, show_details
from bot.workflow.graphs import graph
from bot.workflow.history import audit
from bot.workflow.once import bound
from bot.workflow.parts import Asker, Parts, asker
from bot.workflow.submit import submit
from bot.workflow.unfurl import unfurl

log = structlog.get_logger(__name__)

Read = Callable[[Parts, Asker, Intent], Awaitable[Notice]]
Job = Callable[[Parts, Intake], Awaitable[Notice | Unfurled]]

FROM_MEMORY: dict[str, Read] = {
    "list": reads.guests,
    "nodes": reads.nodes,
    "headroom": reads.headroom,
    "requests": reads.requests,
    "why": reads.why,
    "audit": audit,
    "whoami": reads.whoami,
    "status": reads.status,
    "incident list": incidents.list_incidents,
}
"""Reads that inventory and store answer: told in the acknowledgement itself."""

FRESH: dict[str, Read] = {"show": reads.guest, "snapshots": reads.snapshots}
"""Reads that need a fresh look at Proxmox."""

JOBS: dict[str, Job] = {
    "approve": votes.prompt,
    "vote": votes.approve,
    "break-glass": breaking.prompt,
    "break": breaking.break_glass,
    "deny": votes.deny,
    "withdraw": votes.withdraw,
    "offer": offers.offer,
    "accept": offers.accept,
    "edit": offers.edit,
    "cancel": endings.cancel,
    "veto": endings.veto,
    "resolve": endings.resolve,
    "pause": pausing.pause,
    "unpause": pausing.unpause,
    "reviewed": reviews.reviewed,
    "less": again.less,
    "again": again.again,
    "rest": again.rest,
    "keep": again.keep,
    "give back": again.give_back,
    "restart now": again.restart_now,
    "take back": again.revert,
    "leave": again.leave,
    "graph": graph,
    "form": fill_form,
    "details": show_details,
    "unfurl": unfurl,
    **incidents.JOBS,
}
"""Everything else that is not an ask for a guest."""

LAPSE = 14 * 60_000
"""An ask that could not be planned is given up after so long (ms), before its intake lapses."""


GONE = frozenset(
    {
        "cannot_find_channel",
        "cannot_find_message",
        "cannot_unfurl_message",
        "cannot_unfurl_url",
        "missing_scope",
    }
)
"""Slack's words for links that will not become cards, however often it is asked."""


async def read(parts: Parts, intake: Intake, table: dict[str, Read]) -> Notice:
    """Answer a read for whoever asks."""
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    return await table[intake.intent.verb](parts, who, intake.intent)


async def take(parts: Parts, delivery: str) -> None:
    """Do what a kept ask says, unless it was done already; answer it."""
    intake = await parts.store.intake(delivery)
    if intake is None or intake.answered:
        await parts.store.drop_due(f"intake:{delivery}")
        return
    structlog.contextvars.bind_contextvars(delivery=delivery, verb=intake.intent.verb)
    notice: Notice | Unfurled
    try:
        notice = await _done(bound(parts, delivery), intake)
    except HypervisorFault as fault:
        notice = silent(fault, "vote" if intake.intent.verb == "vote" else "")
    except SlackFault as fault:
        if await parts.store.now() < intake.at + LAPSE:
            await _not_yet(parts, intake, fault)
            raise
        notice = Declined(refusal=refuse(Reason.ELIGIBILITY_UNKNOWN, groups=(fault.doing,)))
    except StoreFault:
        raise
    except Exception:  # whatever breaks, the person is told, and nothing was recorded
        log.exception("an ask could not be carried out")
        notice = Declined(refusal=refuse(Reason.INTERNAL, doing=intake.intent.verb))
    await _answer(parts, intake, notice)


async def _done(parts: Parts, intake: Intake) -> Notice | Unfurled:
    verb = intake.intent.verb
    if verb in FRESH:
        return await read(parts, intake, FRESH)
    if verb in FROM_MEMORY:
        return await read(parts, intake, FROM_MEMORY)
    job = JOBS.get(verb, submit)
    return await job(parts, intake)


async def _not_yet(parts: Parts, intake: Intake, fault: SlackFault) -> None:
    """Say once that an ask waits for Slack, which may take an answer although it gives none."""
    first = await parts.store.lease(f"waits:{intake.delivery}", intake.delivery, LAPSE // 1000)
    if first and intake.answer_to.response_url:
        with suppress(SlackFault):
            told = Told(what=Tell.WAITS_FOR_SLACK, details={"doing": str(fault)})
            await parts.messenger.answer(intake.answer_to, told)


def silent(fault: HypervisorFault, uncounted: str) -> Notice:
    """Return what to say when Proxmox could not be asked; `uncounted` is what came to nothing."""
    if isinstance(fault, TokenRefused):
        why = refuse(Reason.NOT_LET_IN, doing=str(fault), uncounted=uncounted)
        return Declined(refusal=why)
    details = {"cluster": "Proxmox", "doing": str(fault), "uncounted": uncounted}
    return Declined(refusal=refuse(Reason.HYPERVISOR_SILENT, **details))


async def _answer(parts: Parts, intake: Intake, notice: Notice | Unfurled) -> None:
    """Tell the person where they asked; what was refused in a form stays in the form."""
    view = intake.answer_to.view_id
    if isinstance(notice, Unfurled) or intake.answer_to.links_in:
        await _unfurl(parts, intake.answer_to, notice)
    elif not view:
        await parts.messenger.answer(intake.answer_to, notice)
    elif isinstance(notice, Declined) and intake.intent.verb in {"request", "edit", "offer"}:
        form = await refused_form(parts, intake, notice.refusal)
        if not await parts.messenger.show_view(view, form):
            await parts.messenger.tell(intake.actor, notice)
    else:
        shown = await parts.messenger.show_view(view, notice)
        if not shown and isinstance(notice, Declined | Told):
            await parts.messenger.tell(intake.actor, notice)
    await parts.store.answered(intake.delivery)


async def _unfurl(parts: Parts, to: AnswerTo, notice: Notice | Unfurled) -> None:
    """Show the cards below the message; nobody asked, so nobody is told why a link stays a link."""
    if not isinstance(notice, Unfurled) or not notice.cards:
        return
    try:
        await parts.messenger.unfurl(to.channel, to.links_in, notice.cards)
    except SlackFault as fault:
        if fault.code not in GONE:
            raise
        log.warning("links stay links", fault=str(fault))
