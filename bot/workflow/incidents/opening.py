"""Opening an incident's channel, a step at a time: each is kept once done, and may be repeated.

A step whose answer was lost is done again where that is as good, and looked for where it is not. What
Slack does not allow is kept as failed and shown; what may pass is tried again.
"""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.model.errors import SlackFault
from bot.model.incident import Attached, Incident, Step, Uninvited, close, with_news, with_step
from bot.model.intake import Card
from bot.model.link import web_page
from bot.model.people import SYSTEM
from bot.workflow.incidents.saving import keep
from bot.workflow.parts import Parts
from bot.workflow.wanted import CLOSED

LONGEST_NAME = 80
LONGEST_TOPIC = 250
MOST_NAMES = 20
"""So many names are tried where the first ones are taken."""

PASSES = frozenset(
    {
        "",
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "token_revoked",
        "invalid_auth",
        "account_inactive",
        "not_authed",
        "token_expired",
    }
)
"""Slack's words for what may pass, or what an operator mends; any other stays as it is."""


async def opened(parts: Parts, incident: Incident) -> Incident:
    """Do what is missing, as far as Slack lets us; return the incident as it is then.

    A `SlackFault` that may pass, and VersionConflict, are raised: the steps before it are kept.
    """
    if incident.open and not incident.channel:
        incident = await _with_channel(parts, incident)
    if not incident.channel or incident.lost:
        return incident
    for step in incident.missing:
        if step in STEPS and (incident.open or step is Step.TOPIC):
            incident = await _done(parts, incident, step)
    return incident


async def _done(parts: Parts, incident: Incident, step: Step) -> Incident:
    """Do one step and keep that it is done, or that it will not be."""
    try:
        after = await STEPS[step](parts, incident)
    except SlackFault as fault:
        if fault.code in PASSES:
            raise
        if fault.code in CLOSED:
            return await lose(parts, incident, fault.code)
        after = with_step(incident, step, fault.code)
    return await keep(parts, after) if after != incident else incident


async def lose(parts: Parts, incident: Incident, why: str) -> Incident:
    """Keep that its channel takes no messages; its announcement says so, its lead is told."""
    told = with_news(incident, await parts.store.now())
    return await keep(parts, replace(told, lost=why), "incident lose channel", why)


async def _with_channel(parts: Parts, incident: Incident) -> Incident:
    """Make the channel under the first name that is free, or take an own one that has no incident.

    One that this incident has by now was noted meanwhile: saving it once more is a VersionConflict.
    """
    for number in range(1, MOST_NAMES + 1):
        name = channel_name(parts.incidents().prefix, incident, number)
        try:
            channel = await parts.channels.create(name)
        except SlackFault as fault:
            if fault.code in PASSES:
                raise
            if fault.code != "name_taken":
                return await _no_channel(parts, incident, fault.code)
            channel = await parts.channels.made_before(name)
            other = await parts.store.incident_in(channel) if channel else None
            if not channel or (other is not None and other.id != incident.id):
                continue
        made = replace(with_step(incident, Step.CHANNEL), channel=channel)
        return await keep(parts, made, "incident channel", name)
    return await _no_channel(parts, incident, "name_taken")


async def _no_channel(parts: Parts, incident: Incident, why: str) -> Incident:
    """End an incident that cannot have a channel; who opened it is told what would work."""
    now = await parts.store.now()
    ended = with_step(close(incident, SYSTEM, f"no channel: {why}", now), Step.CHANNEL, why)
    return await keep(parts, ended, "incident close", ended.summary)


def channel_name(prefix: str, incident: Incident, number: int) -> str:
    """Return `inc-1123-checkout-is-slow`: the day (UTC) and the title in letters Slack takes."""
    day = datetime.fromtimestamp(incident.created_at / 1000, UTC)
    flat = unicodedata.normalize("NFKD", incident.title).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")
    suffix = f"-{number}" if number > 1 else ""
    stem = f"{prefix}-{day:%m%d}-{words or incident.handle.lower()}"
    return stem[: LONGEST_NAME - len(suffix)].rstrip("-") + suffix


def topic(incident: Incident) -> str:
    """Return what stands above the channel."""
    said = f"{incident.handle} · {incident.severity.value} · {incident.status.value} · {incident.title}"
    return said if len(said) <= LONGEST_TOPIC else f"{said[: LONGEST_TOPIC - 1]}…"


async def _topic(parts: Parts, incident: Incident) -> Incident:
    await parts.channels.set_topic(incident.channel, topic(incident))
    return with_step(incident, Step.TOPIC)


async def _pin(parts: Parts, incident: Incident) -> Incident:
    """Pin the card, once it is there."""
    card = await card_of(parts, incident)
    if card is None or not card.ts or card.dead:
        return incident
    await parts.channels.pin(incident.channel, card.ts)
    return with_step(incident, Step.PIN)


async def card_of(parts: Parts, incident: Incident) -> Card | None:
    """Return the status card in its channel, as far as it came."""
    cards = await parts.store.cards(incident.id)
    return next((c for c in cards if c.role == "card" and c.channel == incident.channel), None)


async def _bookmarks(parts: Parts, incident: Incident) -> Incident:
    """Put the runbook and the guests' pages in the Proxmox web interface over the channel."""
    runbook = parts.incidents().runbook
    links = [("Runbook", runbook)] if runbook else []
    pages = parts.incidents().pages
    links += [
        (public_name(parts, g), web_page(pages[g.ref.cluster], g.ref))
        for g in incident.guests
        if g.ref.cluster in pages
    ]
    if links:
        await parts.channels.bookmark(incident.channel, links)
    return with_step(incident, Step.BOOKMARKS)


def public_name(parts: Parts, guest: Attached) -> str:
    """Return what a guest is called where anybody may look: by its number where roles hide names."""
    return guest.ref.word if parts.policy().roles else guest.name


async def _invites(parts: Parts, incident: Incident) -> Incident:
    """Invite whoever is to be invited, in one call."""
    left: tuple[Uninvited, ...] = ()
    if incident.invite:
        left = await parts.channels.invite(incident.channel, incident.invite)
    before = tuple(u for u in incident.uninvited if u.user_id not in incident.invite)
    return replace(with_step(incident, Step.INVITES), invite=(), uninvited=(*before, *left))


STEPS: dict[Step, Callable[[Parts, Incident], Awaitable[Incident]]] = {
    Step.TOPIC: _topic,
    Step.PIN: _pin,
    Step.BOOKMARKS: _bookmarks,
    Step.INVITES: _invites,
}
"""How each step behind the channel's is done."""
