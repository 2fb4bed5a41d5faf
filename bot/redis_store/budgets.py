"""How much people asked of late, and have open: counted where every replica looks."""

from bot.model.budget import Overspent, Window
from bot.model.people import Person
from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys


class Budgets:
    """Counts asks; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def spend(self, person: Person, windows: tuple[Window, ...]) -> Overspent | None:
        """Count one ask in each window, or return the first that is full; one atomic command."""
        doing = f"counting the asks of {person.user_id}"
        counters = [self._keys.spent(str(w.length_ms), person) for w in windows]
        words = [word for window in windows for word in (window.most, window.length_ms)]
        full = await self._connection.run(doing, "spend", counters, words)
        if not full:
            return None
        number, now, left, first = full
        return Overspent(window=windows[number - 1], at=now, until=now + left, first=bool(first))

    async def glass_broken(self, person: Person, since: int) -> int:
        """Return how often this person broke the glass after that moment (ms), a day ago at most."""
        doing = f"counting how often {person.user_id} broke the glass"
        key = self._keys.glass_of(person)
        return int(await self._connection.ask(doing, "ZCOUNT", key, f"({since}", "+inf"))

    async def open_of(self, person: Person) -> int:
        """Return how many requests of this person are open."""
        doing = f"counting the open requests of {person.user_id}"
        lists = (self._keys.open_requests, self._keys.requests_of(person))
        return int(await self._connection.ask(doing, "ZINTERCARD", len(lists), *lists))
