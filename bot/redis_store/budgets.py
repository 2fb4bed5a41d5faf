"""How much people asked of late, and have open: counted where every replica looks."""

from bot.model.budget import Overspent, Window
from bot.model.people import Person
from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys
from bot.redis_store.writing import Write, carry_out


def count_ask(write: Write, keys: Keys, person: Person, windows: tuple[Window, ...]) -> None:
    """Let the write count one ask of a person in each window; it writes nothing if one is full."""
    for window in windows:
        write.count(keys.spent(str(window.length_ms), person), window.most, window.length_ms)


def overspent(write: Write, windows: tuple[Window, ...]) -> Overspent | None:
    """Return the window that was too full for a write that was carried out."""
    full = write.full
    if full is None:
        return None
    until = full.at + full.left
    return Overspent(window=windows[full.number], at=full.at, until=until, first=full.first)


class Budgets:
    """Counts asks; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def spend(self, person: Person, windows: tuple[Window, ...]) -> Overspent | None:
        """Count one ask in each window, or return the first that is full; one atomic command."""
        write = Write(doing=f"counting the asks of {person.user_id}")
        count_ask(write, self._keys, person, windows)
        await carry_out(self._connection, write)
        return overspent(write, windows)

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
