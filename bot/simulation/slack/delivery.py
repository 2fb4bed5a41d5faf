"""What Slack delivers to the app, and what comes back."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.simulation.slack.refusal import Json

ACK_SECONDS = 3.0
TIMED_OUT = "operation_timeout"
FAILED = "dispatch_failed"  # from practice, not from documentation

Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One payload on its way; `id` is the envelope's id in Socket Mode."""

    id: str
    kind: Kind
    payload: Json
    retry: int = 0
    retry_reason: str = ""

    @property
    def answerable(self) -> bool:
        """Tell whether the acknowledgement may carry an answer."""
        return self.kind != "events_api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """What came back in time; `took` is real seconds, `problem` what Slack makes of a failure."""

    took: float
    body: Any = None
    status: int | None = None
    problem: str | None = None
    no_retry: bool = False

    @property
    def acknowledged(self) -> bool:
        """Tell whether the app acknowledged in time."""
        return self.problem is None


class Transport(Protocol):
    """A way to the app."""

    async def deliver(self, delivery: Delivery) -> Ack:
        """Deliver once and wait at most three seconds of Slack's time."""
        ...

    @property
    def late(self) -> int:
        """Count the acknowledgements that came too late."""
        ...

    async def close(self) -> None:
        """Let go of connections and of what is under way."""
        ...
