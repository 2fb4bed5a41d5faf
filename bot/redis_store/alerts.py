"""Alerts that stand: what is over a threshold, and the message that tells it."""

from bot.model.alert import Standing
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
from bot.redis_store.keys import Keys


class Alerts:
    """Standing alerts by alert and thing; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def standing(self) -> tuple[Standing, ...]:
        """Return every alert that stands."""
        bodies = await self._connection.ask("reading alerts", "HVALS", self._keys.alerts)
        return tuple(decode(Standing, body) for body in bodies)

    async def put_standing(self, standing: Standing) -> None:
        """Keep how an alert stands."""
        field = _field(standing)
        await self._connection.ask(
            f"keeping the alert on {field}", "HSET", self._keys.alerts, field, encode(standing)
        )

    async def drop_standing(self, standing: Standing) -> None:
        """Forget an alert that is over."""
        field = _field(standing)
        await self._connection.ask(
            f"dropping the alert on {field}", "HDEL", self._keys.alerts, field
        )


def _field(standing: Standing) -> str:
    return f"{standing.alert}|{standing.reading.key}"
