"""Shortcuts: the request form from anywhere in Slack, and a message put on an incident's timeline."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.feature import Feature
from bot.model.intake import AnswerTo
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice
from bot.model.refusal import Reason, Refusal, refuse
from handlers.blocks import render_view
from handlers.manifest import NOTE_SHORTCUT, REQUEST_SHORTCUT
from handlers.reception import Ack, Payload, Reception

FORM = Intent(verb="form", words={"guest": "", "metadata": ""})


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the shortcuts that are there."""
    if reception.parts.features.has(Feature.SHORTCUTS):

        @app.global_shortcut(REQUEST_SHORTCUT)
        async def request(ack: Ack, body: Payload, client: AsyncWebClient) -> None:
            await _open(reception, body, client, "Request resources", FORM)
            await ack()

    if reception.parts.features.has(Feature.INCIDENTS):

        @app.message_shortcut(NOTE_SHORTCUT)
        async def note(ack: Ack, body: Payload, client: AsyncWebClient) -> None:
            place = f"{(body.get('channel') or {}).get('id', '')}:{body.get('message_ts', '')}"
            choice = Intent(verb="incident choice", words={"metadata": place})
            await _open(reception, body, client, "Add to incident", choice)
            await ack()


async def _open(
    reception: Reception, body: Payload, client: AsyncWebClient, title: str, intent: Intent
) -> None:
    """Open a view that a job fills; a refusal is a view, too, for there is no channel to answer in."""
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        await _show(client, body, Declined(refusal=actor))
        return
    try:
        refused = await reception.open_view(actor, title, intent, client)
        if refused:
            await _show(client, body, refused)
    except SlackApiError:  # the trigger lapsed on its way, or Slack takes no view now
        failed = Declined(refusal=refuse(Reason.INTERNAL, doing="opening the form"))
        await reception.parts.messenger.answer(AnswerTo(person=actor.person), failed)


async def _show(client: AsyncWebClient, body: Payload, notice: Notice) -> None:
    await client.views_open(trigger_id=str(body["trigger_id"]), view=render_view(notice))
