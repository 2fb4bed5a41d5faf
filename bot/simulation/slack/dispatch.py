"""Sends payloads to the app by the chosen transport, and keeps what was sent."""

from dataclasses import dataclass, replace

from bot.simulation.slack.delivery import Ack, Delivery, Kind, Transport
from bot.simulation.slack.identity import APP_ID, TEAM_ID
from bot.simulation.slack.recording import Recording
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)  # seconds before the retries of an event


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery and what came of it."""

    delivery: Delivery
    ack: Ack


class Dispatch:
    """The way from Slack to the app."""

    def __init__(self, *, slack: Workspace, transport: Transport, recording: Recording) -> None:
        self.slack = slack
        self.transport = transport
        self.sent: list[Sent] = []
        self.under_way: list[Delivery] = []
        self.base_url = ""
        self._recording = recording

    def response_url(self, user: str, channel: str, message_ts: str | None) -> str:
        """Issue a response URL."""
        return self.base_url + self.slack.response_urls.issue(user, channel, message_ts)

    async def send(self, kind: Kind, payload: Json) -> Ack:
        """Deliver a payload in a new envelope."""
        return await self.deliver(Delivery(id=self._new_id(), kind=kind, payload=payload))

    async def deliver(self, delivery: Delivery) -> Ack:
        """Deliver an envelope; the same one may be delivered again."""
        self.under_way.append(delivery)
        self.slack.changes.notify()
        try:
            ack = await self.transport.deliver(delivery)
        finally:
            self.under_way.remove(delivery)
        self.sent.append(Sent(delivery, ack))
        response = {"acknowledged": ack.acknowledged, "problem": ack.problem, "body": ack.body}
        method = str(delivery.payload.get("type", delivery.kind))
        at = self.slack.clock.now()
        self._recording.write(at, "out", method, delivery.payload, response)
        self.slack.changes.notify()
        return ack

    async def send_event(self, event: Json) -> Ack:
        """Deliver an event, with Slack's three retries after 0 s, 1 min and 5 min."""
        payload = {
            "type": "event_callback",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "event_id": self.slack.ids.opaque("Ev"),
            "event_time": int(self.slack.clock.now()),
            "is_ext_shared_channel": self._shared(event),
            "authorizations": [{"team_id": TEAM_ID, "is_bot": True, "enterprise_id": None}],
        }
        delivery = Delivery(id=self._new_id(), kind="events_api", payload=payload)
        ack = await self.deliver(delivery)
        for retry, seconds in enumerate(RETRY_AFTER, start=1):
            if ack.acknowledged or ack.no_retry:
                break
            reason = "http_timeout" if ack.status is None else "http_error"
            await self.slack.clock.wait(seconds)
            again = replace(delivery, id=self._new_id(), retry=retry, retry_reason=reason)
            ack = await self.deliver(again)
        return ack

    def _shared(self, event: Json) -> bool:
        """Tell whether an event is of a channel that another organisation shares."""
        channel = self.slack.directory.channels.get(str(event.get("channel", "")))
        return channel is not None and channel.is_ext_shared

    def _new_id(self) -> str:
        return self.slack.ids.opaque(length=20).lower()
