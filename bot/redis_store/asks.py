"""Asks that buttons point at."""

from bot.model.intent import Ask
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
from bot.redis_store.keys import Keys


class Asks:
    """Keeps asks for a while; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def keep_ask(self, pointer: str, ask: Ask, seconds: int) -> None:
        """Keep an ask for a button to point at."""
        key = self._keys.ask(pointer)
        await self._connection.ask("keeping an ask", "SET", key, encode(ask), "EX", seconds)

    async def kept_ask(self, pointer: str) -> Ask | None:
        """Return a kept ask; None once it has lapsed."""
        key = self._keys.ask(pointer)
        body = await self._connection.ask("reading a kept ask", "GET", key)
        return decode(Ask, body) if body is not None else None
