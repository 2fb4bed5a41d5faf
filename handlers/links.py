"""Links: who posts one to the web UI in a listed channel sees what it leads to below it."""

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.model.intent import Intent
from bot.model.link import points_at
from bot.model.refusal import Refusal
from handlers.reception import Ack, Payload, Reception

MOST_LINKS = 10
"""So many links of one message become cards."""


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to links; a job looks up what they lead to."""

    @app.event("link_shared")
    async def link_shared(ack: Ack, body: Payload) -> None:
        await _keep(reception, body)
        await ack()


async def _keep(reception: Reception, body: Payload) -> None:
    """Keep the links that may become cards; nobody asked for them, so nothing is said of others.

    A channel that another organisation shares shows none, nor does a message that is still typed.
    """
    event, unfurling = body.get("event") or {}, reception.parts.unfurling
    channel = str(event.get("channel", ""))
    if channel not in unfurling.channels or body.get("is_ext_shared_channel"):
        return
    urls = [str(link.get("url", "")) for link in event.get("links") or []]
    led = [u for u in dict.fromkeys(urls) if points_at(u, unfurling.servers)]
    led = [u for u in led if reception.redaction.text(u) == u][:MOST_LINKS]
    actor = reception.actor(body)
    if not led or isinstance(actor, Refusal):
        return
    intake = reception.intake(actor, Intent(verb="unfurl", words={"urls": " ".join(led)}))
    to = replace(intake.answer_to, channel=channel, links_in=str(event.get("message_ts", "")))
    await reception.keep(replace(intake, answer_to=to))
