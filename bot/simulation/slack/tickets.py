"""What an interaction lends to the app for a while: trigger ids and response URLs."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack.refusal import Refusal

TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class Trigger:
    """The right to open one view for one person, for three seconds."""

    user: str
    issued: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """The trigger ids in circulation."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view_id: str | None = None) -> str:
        """Give a trigger for a user's interaction; `view_id` is the view it happened in."""
        trigger_id = f"{self._ids.opaque()}.{self._ids.opaque()}.{self._ids.opaque(length=16)}"
        self._issued[trigger_id] = Trigger(user, self._clock.now(), view_id)
        return trigger_id

    def use(self, trigger_id: str) -> Trigger:
        """Spend a trigger; refused when unknown, spent, or older than three seconds."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._clock.now() - trigger.issued > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer in a conversation five times within thirty minutes."""

    user: str
    channel: str
    issued: float
    message_ts: str | None
    uses: int = 0


class ResponseUrls:
    """The response URLs in circulation, by the last part of their path."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._issued: dict[str, ResponseUrl] = {}

    @property
    def issued(self) -> Mapping[str, ResponseUrl]:
        """Show what was issued, for inspection."""
        return self._issued

    def issue(self, user: str, channel: str, message_ts: str | None) -> str:
        """Give the key of a new response URL; `message_ts` is the message interacted with."""
        key = self._ids.opaque(length=24)
        self._issued[key] = ResponseUrl(user, channel, self._clock.now(), message_ts)
        return key

    def use(self, key: str) -> ResponseUrl:
        """Spend one of the five uses."""
        url = self._issued.get(key)
        if url is None:
            raise Refusal("invalid_url")
        if self._clock.now() - url.issued > RESPONSE_URL_SECONDS:
            raise Refusal("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise Refusal("used_url")
        url.uses += 1
        return url
