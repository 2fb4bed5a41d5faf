"""Notifications of Proxmox that are not told yet."""

from bot.model.notification import Notification
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
from bot.redis_store.keys import Keys

WAITING_MS = 24 * 3600 * 1000
"""How long what could not be told is kept."""


class Notifications:
    """Kept until they are told, by hook; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def keep_notification(self, told: Notification, most: int) -> bool:
        """Keep one, unless so many of its hook wait already; then False."""
        key, doing = self._keys.notifications(told.hook), f"keeping a notification of {told.hook}"
        if int(await self._connection.ask(doing, "HLEN", key)) >= most:
            return False
        commands = [("HSET", key, told.id, encode(told)), ("PEXPIRE", key, WAITING_MS)]
        await self._connection.ask_all(doing, commands)
        return True

    async def notifications(self, hook: str) -> tuple[Notification, ...]:
        """Return those of a hook that wait, oldest first."""
        bodies = await self._connection.ask(
            f"reading the notifications of {hook}", "HVALS", self._keys.notifications(hook)
        )
        found = [decode(Notification, body) for body in bodies]
        return tuple(sorted(found, key=lambda told: (told.at, told.id)))

    async def drop_notifications(self, hook: str, ids: tuple[str, ...]) -> None:
        """Forget those that were told."""
        key = self._keys.notifications(hook)
        await self._connection.ask(f"dropping notifications of {hook}", "HDEL", key, *ids)
