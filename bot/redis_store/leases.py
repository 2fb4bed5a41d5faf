"""Leases and short-lived texts."""

from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys


class Leases:
    """Named leases, each with one owner, and scratch texts; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def lease(self, name: str, owner: str, seconds: int) -> bool:
        """Take or renew a named lease; False while somebody else holds it."""
        doing, key = f"taking the lease {name}", self._keys.lease(name)
        return bool(await self._connection.run(doing, "lease", [key], [owner, seconds * 1000]))

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back, if it is ours."""
        doing, key = f"releasing the lease {name}", self._keys.lease(name)
        await self._connection.run(doing, "release", [key], [owner])

    async def scratch(self, key: str) -> str | None:
        """Return a short-lived text (state of a form, a cached preview)."""
        text: str | None = await self._connection.ask(
            f"reading the scratch {key}", "GET", self._keys.scratch(key)
        )
        return text

    async def put_scratch(self, key: str, text: str, seconds: int) -> None:
        """Keep a short-lived text."""
        doing = f"keeping the scratch {key}"
        await self._connection.ask(doing, "SET", self._keys.scratch(key), text, "EX", seconds)
