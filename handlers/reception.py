"""Keep the ask, then acknowledge: what every listener does before anything else happens."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.model.errors import Fault, HypervisorFault, SlackFault, StoreFault
from bot.model.intake import AnswerTo, Intake
from bot.model.intent import Intent
from bot.model.notice import Declined, Loading, Notice, Told
from bot.model.people import Person
from bot.model.redaction import Redaction
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.tell import Tell
from bot.telemetry import Turned, turned_away
from bot.workflow import FROM_MEMORY, Parts, kept, read, silent, spent
from handlers.blocks import Message, render, render_view
from handlers.identity import Actor, Installation, identify

Payload = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]

AT_ONCE_SECONDS = 2.0
"""How long a read may take within the acknowledgement, for which Slack waits 3 s."""

OPENED = " opened by "


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """The listeners' surroundings. What people type goes through `redaction` before all else."""

    parts: Parts
    ours: Installation
    command: str
    redaction: Redaction

    def actor(self, payload: Payload) -> Actor | Refusal:
        """Return who sent the payload, if they are of our workspace; counts whom it refuses."""
        actor = identify(payload, self.ours)
        if isinstance(actor, Refusal):
            other = actor.reason is Reason.NOT_A_MEMBER
            turned_away(Turned.OTHER_APP if other else Turned.NOBODY)
        elif not actor.team_ok:
            turned_away(Turned.OTHER_WORKSPACE)
            return refuse(Reason.NOT_A_MEMBER, why="of another organisation")
        return actor

    def intake(self, actor: Actor, intent: Intent, *, view_id: str = "") -> Intake:
        """Return the ask as it is kept."""
        return Intake(
            delivery=actor.delivery,
            actor=actor.person,
            actor_name=actor.name,
            intent=intent,
            answer_to=AnswerTo(
                person=actor.person,
                channel=actor.channel,
                response_url=actor.response_url,
                view_id=view_id,
                public=intent.public,
            ),
            at=self.parts.clock.now(),
        )

    async def keep(self, intake: Intake) -> Notice | None:
        """Count an ask and keep it for its job; return what to say if that could not be."""
        return await _declined(kept(self.parts, intake))

    async def spend(self, person: Person) -> Notice | None:
        """Count an ask; return what to say if that is more than one person may ask."""
        return await _declined(spent(self.parts, person))

    async def record(self, intake: Intake) -> Notice | None:
        """Keep an ask that was counted before."""
        return await _declined(kept(self.parts, intake, counted=True))

    async def submitted(self, payload: Payload, intent: Intent, title: str) -> Payload:
        """Keep what was submitted; the view says so, and a job puts the outcome into it."""
        actor = self.actor(payload)
        if isinstance(actor, Refusal):
            return in_view(Declined(refusal=actor))
        intake = self.intake(actor, intent, view_id=payload["view"]["id"])
        return in_view(await self.keep(intake) or Loading(title=title))

    async def open_view(
        self, actor: Actor, title: str, intent: Intent, client: AsyncWebClient
    ) -> Notice | None:
        """Open a loading view (the trigger lives 3 s), or push it over an open one; a job fills it.

        Returns what to say where nothing was opened; what goes wrong later stands in the view.
        """
        if over := await self.spend(actor.person):
            return over
        show = client.views_push if actor.view_id else client.views_open
        opened = await show(trigger_id=actor.trigger_id, view=render_view(Loading(title=title)))
        view_id = opened["view"]["id"]
        if refused := await self.record(self.intake(actor, intent, view_id=view_id)):
            await client.views_update(view_id=view_id, view=render_view(refused))
        return None

    async def zone(self, actor: Actor) -> str:
        """Return the person's time zone; UTC while Slack cannot be asked."""
        try:
            return (await self.parts.directory.account(actor.person)).timezone
        except SlackFault:
            return "UTC"

    async def from_memory(self, intake: Intake) -> Notice:
        """Answer what inventory and store know; what takes longer is kept, and answered later."""
        try:
            async with asyncio.timeout(AT_ONCE_SECONDS):
                return await read(self.parts, intake, FROM_MEMORY)
        except TimeoutError:
            return await self.keep(intake) or under_way(intake.intent)
        except StoreFault:
            return Declined(refusal=refuse(Reason.STORE_DOWN))
        except HypervisorFault as fault:
            return silent(fault, "")
        except Fault as fault:
            details = {"cluster": "it", "doing": str(fault)}
            return Declined(refusal=refuse(Reason.HYPERVISOR_SILENT, **details))


async def _declined(counting: Awaitable[Refusal | None]) -> Notice | None:
    """Return what to say of an ask that is one too many, or that the store could not take."""
    try:
        over = await counting
    except StoreFault:
        return Declined(refusal=refuse(Reason.STORE_DOWN))
    if over is None:
        return None
    turned_away(Turned.BUDGET)
    return Declined(refusal=over)


def form_pointer(guest: str, opened: str) -> str:
    """Return what a request form points at: its guest, and the ask (by delivery) that opened it."""
    return f"{guest}{OPENED}{opened}" if opened else guest


def read_form_pointer(metadata: str) -> tuple[str, str]:
    """Return the guest and the ask that a request form points at; empty where it names none."""
    guest, _, opened = metadata.partition(OPENED)
    return guest, opened


def under_way(intent: Intent) -> Notice:
    """Return the short answer of an acknowledgement."""
    words = intent.words
    about = intent.ask.guest if intent.ask else words.get("guest") or words.get("handle")
    if about:
        return Told(what=Tell.LOOKING, details={"what": about})
    return Told(what=Tell.WORKING, details={"verb": intent.verb})


def said_before(notice: Notice) -> bool:
    """Return whether this person read the same before, so that a press needs no words."""
    return isinstance(notice, Declined) and notice.refusal.reason is Reason.STILL_TOO_MANY


def in_view(notice: Notice) -> Payload:
    """Return a notice as the answer to a submitted view, which shows it."""
    return {"response_action": "update", "view": render_view(notice)}


def private(notice: Notice) -> Payload:
    """Return a notice as the body of an acknowledgement that only the person sees."""
    return said(notice, public=False)


def said(notice: Notice, *, public: bool) -> Payload:
    """Return a notice as the body of an acknowledgement."""
    message: Message = render(notice)
    kind = "in_channel" if public else "ephemeral"
    return {"response_type": kind, "text": message.text, "blocks": message.blocks}


def for_view(intake: Intake, view_id: str) -> Intake:
    """Return the ask, to be answered in a view."""
    return replace(intake, answer_to=replace(intake.answer_to, view_id=view_id))
