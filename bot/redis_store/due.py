"""The due-set: every deadline, reminder and next look, as members with a time."""

from bot.redis_store.client import Connection
from bot.redis_store.keys import Keys
from bot.redis_store.writing import Write, carry_out

CALLS_MS = 15 * 60_000
"""How long a call waits for a worker: as long as an ask is kept."""

MOST_CALLS = 1000
"""So many calls wait, the newest: while no worker lives, what they are about is due all the same."""

CALLS_AT_ONCE = 20
"""So many calls are taken by one worker at once."""


def call(write: Write, keys: Keys, member: str, at: int) -> None:
    """Let the write file a due time (ms; an earlier one stays) and call a worker to look now."""
    write.do("ZADD", keys.due, "LT", at, member)
    write.do("RPUSH", keys.calls, member)
    write.do("LTRIM", keys.calls, -MOST_CALLS, -1)
    write.do("PEXPIRE", keys.calls, CALLS_MS)


class DueSet:
    """Members by the time (ms) they want to be looked at; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def due(self, until: int, limit: int) -> tuple[str, ...]:
        """Return members whose time has come (at `until` or before), earliest first."""
        words = ("-inf", until, "BYSCORE", "LIMIT", 0, limit)
        members = await self._connection.ask(
            "looking for what is due", "ZRANGE", self._keys.due, *words
        )
        return tuple(members)

    async def backlog(self, limit: int) -> tuple[tuple[str, int], ...]:
        """Return the earliest members with their due times (ms), whether due yet or not."""
        words = (0, limit - 1, "WITHSCORES")
        found = await self._connection.ask("reading the due-set", "ZRANGE", self._keys.due, *words)
        return tuple((member, int(float(at))) for member, at in found)

    async def put_due(self, member: str, at: int) -> None:
        """File a due time (ms); an earlier one that is there already stays."""
        await self._connection.ask(f"filing {member}", "ZADD", self._keys.due, "LT", at, member)

    async def call(self, member: str, at: int) -> None:
        """File a due time as `put_due` does, and call a worker to look at the member now."""
        write = Write(doing=f"calling for {member}", twice_is_once=True)
        call(write, self._keys, member, at)
        await carry_out(self._connection, write)

    async def called(self, seconds: float) -> tuple[str, ...]:
        """Wait so long for calls, and take them: no other worker gets them. What is lost is due."""
        words = (seconds, 1, self._keys.calls, "LEFT", "COUNT", CALLS_AT_ONCE)
        found = await self._connection.wait("waiting for calls", seconds, "BLMPOP", *words)
        return tuple(found[1]) if found else ()

    async def postpone(self, member: str, at: int, was_due_before: int) -> bool:
        """Move a member on, if its time has still come at `was_due_before`; False if it moved.

        False also for a member that is not there: a postponed one is never brought back.
        """
        words = (member, at, was_due_before)
        return bool(
            await self._connection.run(f"postponing {member}", "postpone", [self._keys.due], words)
        )

    async def drop_due(self, member: str) -> None:
        """Remove a member from the due-set."""
        await self._connection.ask(f"dropping {member}", "ZREM", self._keys.due, member)

    async def due_at(self, member: str) -> int | None:
        """Return when a member is due; None if it is not filed."""
        score = await self._connection.ask(
            f"reading when {member} is due", "ZSCORE", self._keys.due, member
        )
        return int(float(score)) if score is not None else None

    async def move_due(self, member: str, seen: int | None, to: int | None) -> bool:
        """File a member anew (None: remove it), if it is due as it was seen; False if it moved."""
        words = (member, "" if seen is None else seen, "" if to is None else to)
        return bool(await self._connection.run(f"moving {member}", "move", [self._keys.due], words))
