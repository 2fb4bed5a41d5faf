"""Reads of the audit's chain, its check, and its trimming."""

from typing import Any

from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.chain import Checked, Link, followed
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode
from bot.redis_store.keys import Keys

_PAGE = 500

Raw = tuple[str, dict[str, str]]
"""An entry as the stream holds it: position, then `previous`, `hash` and `entry`."""


class AuditTrail:
    """Reads and checks the audit; see `bot.ports.RequestStore`. Appending is part of a save."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def audit_of(self, request_id: str) -> tuple[ChainedEntry, ...]:
        """Return the entries of one request, oldest first, as far as they are still kept."""
        doing = f"reading the audit of {request_id}"
        positions = await self._connection.ask(
            doing, "LRANGE", self._keys.audit_of(request_id), 0, -1
        )
        found = await self._connection.ask_all(
            doing, [("XRANGE", self._keys.audit, p, p) for p in positions]
        )
        return tuple(_chained(raw) for answer in found for raw in answer)

    async def audit_since(self, position: str, limit: int) -> tuple[ChainedEntry, ...]:
        """Return entries after a position (`0` for the start), oldest first."""
        page, _ = await self._page(position, limit)
        return tuple(_chained(raw) for raw in page)

    async def newest_audit(self, limit: int) -> tuple[ChainedEntry, ...]:
        """Return the newest entries, newest first."""
        words = ("XREVRANGE", self._keys.audit, "+", "-", "COUNT", limit)
        found = await self._connection.ask("reading the newest of the audit", *words)
        return tuple(_chained(raw) for raw in found)

    async def broken_link(self) -> str | None:
        """Check the whole chain; return the position of the first entry that does not belong.

        `end` if entries are missing at the end. The oldest kept entry's own `previous` cannot be
        checked here: whoever kept the chain's head from before can.
        """
        checked = Checked()
        while True:
            page, head = await self.audit_links(checked.position, _PAGE)
            checked = followed(checked, page)
            if checked.broken:
                return checked.broken
            if len(page) < _PAGE:
                return None if checked.head in {None, head} else "end"

    async def audit_links(self, position: str, limit: int) -> tuple[tuple[Link, ...], str]:
        """Return entries after a position as they are stored, and the head at the same moment."""
        page, head = await self._page(position, limit)
        return tuple(
            Link(position=at, previous=raw["previous"], hash=raw["hash"], text=raw["entry"])
            for at, raw in page
        ), head

    async def audit_head(self) -> str:
        """Return the hash of the last entry, to be kept elsewhere; empty before the first."""
        doing = "reading the head of the audit"
        return str(await self._connection.ask(doing, "GET", self._keys.audit_head) or "")

    async def trim_audit(self, older_than_ms: int) -> int:
        """Remove the entries from before that moment (ms since the epoch); return how many."""
        words = (self._keys.audit, "MINID", "=", older_than_ms)
        return int(await self._connection.ask("trimming the audit", "XTRIM", *words))

    async def _page(self, position: str, limit: int) -> tuple[list[Raw], str]:
        """Return entries after a position, and the chain's head at the same moment."""
        page, head = await self._connection.ask_all(
            "reading the audit",
            [
                ("XRANGE", self._keys.audit, f"({position}", "+", "COUNT", limit),
                ("GET", self._keys.audit_head),
            ],
        )
        return page, head or ""


def _chained(raw: Any) -> ChainedEntry:
    position, fields = raw
    return ChainedEntry(
        position=position,
        previous=fields["previous"],
        hash=fields["hash"],
        entry=decode(AuditEntry, fields["entry"]),
    )
