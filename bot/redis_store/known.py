"""What Slack last said of people and user groups, for while it cannot be asked."""

from bot.model.people import Account, Members, Person
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
from bot.redis_store.keys import Keys

KNOWN_MS = 24 * 3600 * 1000
"""How long the last known answer serves (REQUESTS, invariant 8)."""


class Known:
    """Keeps answers for a day; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def keep_account(self, account: Account) -> None:
        """Keep what Slack said of a person for 24 hours from when it did."""
        await self._keep(self._keys.known_account(account.person), account, account.read_at)

    async def kept_account(self, person: Person) -> Account | None:
        """Return what Slack last said of a person; None if that was more than 24 hours ago."""
        doing = f"reading what Slack last said of {person.user_id}"
        body = await self._connection.ask(doing, "GET", self._keys.known_account(person))
        return decode(Account, body) if body is not None else None

    async def keep_members(self, members: Members) -> None:
        """Keep who Slack said is in a user group for 24 hours from when it did."""
        await self._keep(self._keys.known_members(members.usergroup), members, members.read_at)

    async def kept_members(self, usergroup: str) -> Members | None:
        """Return who Slack last said is in a user group; None if that was more than 24 hours ago."""
        doing = f"reading who Slack last said is in {usergroup}"
        body = await self._connection.ask(doing, "GET", self._keys.known_members(usergroup))
        return decode(Members, body) if body is not None else None

    async def _keep(self, key: str, answer: Account | Members, read_at: int) -> None:
        words = ("SET", key, encode(answer), "PXAT", read_at + KNOWN_MS)
        await self._connection.ask("keeping what Slack said", *words)
