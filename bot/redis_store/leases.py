"""Leases: what one process at a time does."""

from contextlib import suppress

from bot.model.errors import StoreUnavailable
from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys


class Leases:
    """Named leases, each with one owner; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys
        self._unreleased: set[tuple[str, str]] = set()

    async def lease(self, name: str, owner: str, seconds: int) -> bool:
        """Take or renew a named lease; False while somebody else holds it."""
        await self._give_back()
        doing, key = f"taking the lease {name}", self._keys.lease(name)
        return bool(await self._connection.run(doing, "lease", [key], [owner, seconds * 1000]))

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back, if it is ours; while the store is away, before the next one is taken."""
        self._unreleased.add((name, owner))
        with suppress(StoreUnavailable):
            await self._give_back()

    async def _give_back(self) -> None:
        """Release everything that is to be released; what could not be stays for the next time."""
        for name, owner in tuple(self._unreleased):
            doing, key = f"releasing the lease {name}", self._keys.lease(name)
            await self._connection.run(doing, "release", [key], [owner])
            self._unreleased.discard((name, owner))
