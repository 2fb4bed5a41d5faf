"""The slash command: text in, an answer within the acknowledgement or a kept ask."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.intent import Intent
from bot.model.notice import Declined, Notice
from bot.model.refusal import Refusal
from bot.workflow import FROM_MEMORY
from handlers.grammar import parse, usage
from handlers.identity import Actor
from handlers.reception import Ack, Payload, Reception, form_pointer, private, said, under_way


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the command."""

    @app.command(reception.command)
    async def command(ack: Ack, body: Payload, client: AsyncWebClient) -> None:
        await ack(**await _answer(reception, body, client))


async def _answer(reception: Reception, body: Payload, client: AsyncWebClient) -> Payload:
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        return private(Declined(refusal=actor))
    parts = reception.parts
    intent = parse(
        reception.redaction.text(body.get("text", "")),
        operations=parts.operations,
        features=parts.features,
        now_ms=parts.clock.now(),
        timezone=await reception.zone(actor),
    )
    if isinstance(intent, Refusal):
        return private(Declined(refusal=intent))
    if intent.verb == "help":
        return said(_help(reception, intent), public=intent.public)
    if intent.verb in FROM_MEMORY:
        notice = await reception.from_memory(reception.intake(actor, intent))
        return said(notice, public=intent.public)
    if intent.verb == "request" and intent.ask is None:
        return await _open_form(reception, actor, intent, client)
    refused = await reception.keep(reception.intake(actor, _pointed(intent)))
    return private(refused or under_way(intent))


def _pointed(intent: Intent) -> Intent:
    """Return the intent with the pointer that buttons carry, for verbs that name a request."""
    if "handle" not in intent.words:
        return intent
    words = {**intent.words, "pointer": f"{intent.words['handle']}:0"}
    return Intent(verb=intent.verb, words=words, public=intent.public)


def _help(reception: Reception, intent: Intent) -> Notice:
    parts = reception.parts
    page = usage(parts.operations, intent.words.get("verb", ""), features=parts.features)
    return Declined(refusal=page) if isinstance(page, Refusal) else page


async def _open_form(
    reception: Reception, actor: Actor, intent: Intent, client: AsyncWebClient
) -> Payload:
    """Open the form, empty or for the guest that was named."""
    guest = intent.words.get("guest", "")
    words = {"guest": guest, "metadata": form_pointer(guest, actor.delivery)}
    form = Intent(verb="form", words=words)
    refused = await reception.open_view(actor, "Request resources", form, client)
    return private(refused) if refused else {}
