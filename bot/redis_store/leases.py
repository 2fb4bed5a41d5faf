"""Leases: what one process at a time does."""

from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys


class Leases:
    """Named leases, each with one owner; see `bot.ports.RequestStore`."""

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
