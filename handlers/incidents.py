"""Incidents at the edge: messages that people mark, and the forms behind button and shortcut."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.model.intent import Intent
from bot.model.refusal import Refusal
from handlers.blocks.forms import read_form
from handlers.blocks.kit import METADATA, pointer_text
from handlers.manifest import NOTE_SHORTCUT, PIN
from handlers.reception import Ack, Payload, Reception

TITLE = "Add to incident"


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to 📌, and to the forms."""

    @app.event("reaction_added")
    @app.event("reaction_removed")
    async def marked(ack: Ack, body: Payload) -> None:
        await _marked(reception, body)
        await ack()

    @app.view(NOTE_SHORTCUT)
    async def chosen(ack: Ack, body: Payload) -> None:
        channel, _, ts = _metadata(body).partition(":")
        words = {"number": _values(body).get("incident", ""), "channel": channel, "ts": ts}
        await ack(
            **await reception.submitted(body, Intent(verb="incident note", words=words), TITLE)
        )

    @app.view("incident.guest")
    async def guest(ack: Ack, body: Payload) -> None:
        words = {"pointer": _metadata(body), "guest": _values(body).get("guest", "")}
        await ack(
            **await reception.submitted(
                body, Intent(verb="incident attach", words=words), "Add a guest"
            )
        )


def _metadata(body: Payload) -> str:
    return pointer_text(str(body["view"].get("private_metadata") or ""), METADATA)


def _values(body: Payload) -> dict[str, str]:
    return read_form(body["view"]["state"]["values"])


async def _marked(reception: Reception, body: Payload) -> None:
    """File a look at a message that was marked or unmarked; the job sees what it carries then.

    Without the store there is no acknowledgement, and Slack delivers the event again.
    """
    event: dict[str, Any] = body.get("event") or {}
    item: dict[str, Any] = event.get("item") or {}
    if event.get("reaction") != PIN or isinstance(reception.actor(body), Refusal):
        return
    member = f"pin:{item.get('channel')}:{item.get('ts')}"
    await reception.parts.store.call(member, await reception.parts.store.now())
