"""App Home: whoever opens it sees what waits for them."""

from slack_bolt.async_app import AsyncApp

from bot.model.errors import StoreFault
from bot.model.notice import Declined
from bot.model.refusal import Reason, Refusal, refuse
from bot.workflow import opened
from handlers.reception import Ack, Payload, Reception


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to people who open the Home tab; a job publishes it."""

    @app.event("app_home_opened")
    async def home_opened(ack: Ack, body: Payload) -> None:
        actor = reception.actor(body)
        if (body.get("event") or {}).get("tab") == "home" and not isinstance(actor, Refusal):
            try:
                await opened(reception.parts, actor.person)
            except StoreFault:
                down = Declined(refusal=refuse(Reason.STORE_DOWN))
                await reception.parts.messenger.publish_home(actor.person, down, "")
        await ack()
