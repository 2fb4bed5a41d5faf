"""Reads of the audit's chain, its check, and its trimming."""

from typing import Any

from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.chain import ChainCheck, Checked, Link, ended, followed
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
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
        return (await self.whole_chain()).broken or None

    async def whole_chain(self, sought: str = "") -> Checked:
        """Follow the chain from its oldest entry to its head, page by page; `sought` may come by."""
        checked = Checked(sought=sought)
        while True:
            page, head = await self.audit_links(checked.position, _PAGE)
            checked = followed(checked, page)
            if checked.broken or len(page) < _PAGE:
                return ended(checked, head)

    async def note_check(self, check: ChainCheck) -> None:
        """Keep what the last check of the chain found."""
        words = ("SET", self._keys.audit_checked, encode(check))
        await self._connection.ask("keeping the check of the audit", *words)

    async def last_check(self) -> ChainCheck | None:
        """Return what the last check of the chain found; None before the first."""
        doing = "reading the last check of the audit"
        body = await self._connection.ask(doing, "GET", self._keys.audit_checked)
        return decode(ChainCheck, body) if body is not None else None

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
        """Remove the entries from before that moment (ms since the epoch), never the last; return how many.

        So a chain without entries has lost them.
        """
        newest = await self._connection.ask(
            "reading the newest of the audit", "XREVRANGE", self._keys.audit, "+", "-", "COUNT", 1
        )
        if not newest:
            return 0
        last = int(newest[0][0].partition("-")[0])
        words = (self._keys.audit, "MINID", "=", min(older_than_ms, last))
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
