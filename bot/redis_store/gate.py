"""The gate, and the ends of the audit's stream by which it is seen that the store went back."""

from typing import Any

from bot.model.gate import Gate, Mark, Trail
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode
from bot.redis_store.keys import Keys


class GateKeeping:
    """Reads of the gate; see `bot.ports.RequestStore`. Writing it is part of a save."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def gate(self) -> Gate:
        """Return the gate; an open one if none was ever written."""
        body = await self._connection.ask("reading the gate", "HGET", self._keys.gate, "body")
        return decode(Gate, body) if body else Gate()

    async def trail(self, seen: Mark | None) -> Trail:
        """Return the audit's ends, what stands where `seen` stood, and the gate, at one moment."""
        audit, at = self._keys.audit, seen.position if seen else "0-1"
        found, first, last, head, body = await self._connection.ask_all(
            "looking at the ends of the audit",
            [
                ("XRANGE", audit, at, at),
                ("XRANGE", audit, "-", "+", "COUNT", 1),
                ("XREVRANGE", audit, "+", "-", "COUNT", 1),
                ("GET", self._keys.audit_head),
                ("HGET", self._keys.gate, "body"),
            ],
        )
        there = _mark(found)
        return Trail(
            gate=decode(Gate, body) if body else Gate(),
            first=_mark(first),
            last=_mark(last),
            head=head or "",
            found=there.hash if there else "",
        )

    async def entry_before(self, position: str) -> Mark | None:
        """Return the last audit entry before a position of the stream."""
        words = (self._keys.audit, f"({position}", "-", "COUNT", 1)
        return _mark(
            await self._connection.ask("looking where the audit ends", "XREVRANGE", *words)
        )


def _mark(entries: Any) -> Mark | None:
    for position, fields in entries:
        return Mark(position=position, hash=fields["hash"], previous=fields["previous"])
    return None
