"""Who looks at their App Home, and what it showed them last."""

from bot.model.people import Person
from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys

HOME_MS = 12 * 3600 * 1000
"""How long after a look somebody's Home is kept up to date."""


class Homes:
    """People by the time they opened their Home; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def open_home(self, person: Person, at: int) -> None:
        """Note that somebody opened their Home at that moment (ms); forget who did long ago."""
        member = f"{person.team_id}:{person.user_id}"
        await self._connection.ask_all(
            "noting who opened their Home",
            [
                ("ZADD", self._keys.homes, at, member),
                ("ZREMRANGEBYSCORE", self._keys.homes, "-inf", at - HOME_MS),
                ("PEXPIRE", self._keys.homes, HOME_MS),
            ],
        )

    async def home_viewers(self, since: int, limit: int) -> tuple[Person, ...]:
        """Return who opened their Home since then (ms), the latest first."""
        words = ("+inf", since, "BYSCORE", "REV", "LIMIT", 0, limit)
        members = await self._connection.ask(
            "looking who opened their Home", "ZRANGE", self._keys.homes, *words
        )
        split = (member.rpartition(":") for member in members)
        return tuple(Person(team_id=team, user_id=user) for team, _, user in split)

    async def home_shown(self, person: Person) -> str:
        """Return the mark of what a Home showed last; empty if that is not known."""
        key = self._keys.home(person)
        return str(await self._connection.ask("reading what a Home shows", "GET", key) or "")

    async def put_home_shown(self, person: Person, mark: str) -> None:
        """Keep the mark of what a Home shows now."""
        key = self._keys.home(person)
        await self._connection.ask("noting what a Home shows", "SET", key, mark, "PX", HOME_MS)
