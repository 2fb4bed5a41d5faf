"""Shortcuts: the request form from anywhere in Slack, without a command and without a channel."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.intake import AnswerTo
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice
from bot.model.refusal import Reason, Refusal, refuse
from handlers.blocks import render_view
from handlers.manifest import REQUEST_SHORTCUT
from handlers.reception import Ack, Payload, Reception

FORM = Intent(verb="form", words={"guest": "", "metadata": ""})


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the shortcut."""

    @app.global_shortcut(REQUEST_SHORTCUT)
    async def request(ack: Ack, body: Payload, client: AsyncWebClient) -> None:
        await _open(reception, body, client)
        await ack()


async def _open(reception: Reception, body: Payload, client: AsyncWebClient) -> None:
    """Open the form; a refusal is a view, too, for there is no channel to answer in."""
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        await _show(client, body, Declined(refusal=actor))
        return
    try:
        refused = await reception.open_view(actor, "Request resources", FORM, client)
        if refused:
            await _show(client, body, refused)
    except SlackApiError:  # the trigger lapsed on its way, or Slack takes no view now
        failed = Declined(refusal=refuse(Reason.INTERNAL, doing="opening the form"))
        await reception.parts.messenger.answer(AnswerTo(person=actor.person), failed)


async def _show(client: AsyncWebClient, body: Payload, notice: Notice) -> None:
    await client.views_open(trigger_id=str(body["trigger_id"]), view=render_view(notice))
