"""Reads of requests, ledgers and open ends."""

import re
from collections.abc import Sequence

from bot.model.guest import GuestRef
from bot.model.intake import OpenEnd
from bot.model.ledger import Ledger
from bot.model.pause import Pause
from bot.model.people import Person
from bot.model.request import ChangeRequest
from bot.model.review import Review
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode
from bot.redis_store.keys import Keys

_HANDLE = re.compile("R-[0-9A-Z]+", re.IGNORECASE)


class Reading:
    """Reads records; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def now(self) -> int:
        """Return the store's clock, ms since the epoch."""
        seconds, microseconds = await self._connection.ask("asking the store's time", "TIME")
        return int(seconds) * 1000 + int(microseconds) // 1000

    async def request(self, id_or_handle: str) -> ChangeRequest | None:
        """Return the request by id or by handle (`R-7K2M`, any case)."""
        doing = f"reading request {id_or_handle}"
        request_id: str | None = id_or_handle
        if _HANDLE.fullmatch(id_or_handle):
            request_id = await self._connection.ask(doing, "GET", self._keys.handle(id_or_handle))
        return next(iter(await self._requests(doing, [request_id] if request_id else [])), None)

    async def handle_free(self, handle: str) -> bool:
        """Return whether the handle is not taken."""
        key = self._keys.handle(handle)
        return not await self._connection.ask(f"looking for {handle}", "EXISTS", key)

    async def open_requests(
        self, start: int = 0, limit: int | None = None
    ) -> tuple[ChangeRequest, ...]:
        """Return the requests that are not final, oldest first; a part of them where it is asked for."""
        doing, key = "reading the open requests", self._keys.open_requests
        return await self._listed(doing, key, start, -1 if limit is None else start + limit - 1)

    async def open_count(self) -> int:
        """Return how many requests are not final."""
        doing = "counting the open requests"
        return int(await self._connection.ask(doing, "ZCARD", self._keys.open_requests))

    async def requests_of(self, person: Person, limit: int) -> tuple[ChangeRequest, ...]:
        """Return a person's requests, newest first."""
        return await self._newest(
            "reading a person's requests", self._keys.requests_of(person), limit
        )

    async def recent_requests(self, limit: int) -> tuple[ChangeRequest, ...]:
        """Return all requests, newest first."""
        return await self._newest("reading recent requests", self._keys.all_requests, limit)

    async def requests_on(self, guest: GuestRef) -> tuple[ChangeRequest, ...]:
        """Return the open requests on one guest, oldest first."""
        doing = f"reading the requests on {guest.key}"
        return await self._listed(doing, self._keys.requests_on(guest))

    async def counted(self, person: Person, guest: GuestRef, now: int) -> tuple[ChangeRequest, ...]:
        """Return a person's requests and those on a guest that are open or ended in the last week."""
        doing = f"reading what {person.user_id} and {guest.key} got of late"
        keys = (self._keys.week_of(person), self._keys.week_on(guest))
        words = [("ZRANGE", key, f"({now}", "+inf", "BYSCORE") for key in keys]
        found = await self._connection.ask_all(doing, words)
        return await self._requests(doing, list(dict.fromkeys(i for ids in found for i in ids)))

    async def ledger(self, cluster: str, place: str) -> Ledger:
        """Return a place's ledger; version 0 and empty if there is none yet."""
        doing = f"reading the reservations of {cluster}/{place}"
        body = await self._connection.ask(doing, "HGET", self._keys.ledger(cluster, place), "body")
        return decode(Ledger, body) if body else Ledger(cluster=cluster, place=place)

    async def ledgers(self, cluster: str) -> tuple[Ledger, ...]:
        """Return all ledgers of a cluster, sorted by place."""
        doing = f"reading the reservations of {cluster}"
        places = sorted(await self._connection.ask(doing, "SMEMBERS", self._keys.ledgers(cluster)))
        bodies = await self._bodies(doing, [self._keys.ledger(cluster, p) for p in places])
        return tuple(decode(Ledger, body) for body in bodies)

    async def open_ends(self) -> tuple[OpenEnd, ...]:
        """Return every open end, oldest first."""
        bodies = await self._connection.ask("reading the open ends", "HVALS", self._keys.ends)
        return tuple(sorted((decode(OpenEnd, b) for b in bodies), key=lambda e: e.since))

    async def open_end(self, request_id: str) -> OpenEnd | None:
        """Return the open end of a request."""
        doing = f"reading the open end of {request_id}"
        body = await self._connection.ask(doing, "HGET", self._keys.ends, request_id)
        return decode(OpenEnd, body) if body else None

    async def review(self, request_id: str) -> Review | None:
        """Return the review of a request, open or done; None if nobody was to look at it."""
        doing = f"reading the review of {request_id}"
        body = await self._connection.ask(doing, "HGET", self._keys.review(request_id), "body")
        return decode(Review, body) if body else None

    async def open_reviews(self) -> tuple[Review, ...]:
        """Return every open review, oldest first."""
        doing = "reading the open reviews"
        ids = await self._connection.ask(doing, "ZRANGE", self._keys.open_reviews, 0, -1)
        bodies = await self._bodies(doing, [self._keys.review(i) for i in ids])
        return tuple(decode(Review, body) for body in bodies)

    async def pauses(self, *clusters: str) -> tuple[Pause, ...]:
        """Return these pauses (empty: that of everything), whether they stand or not."""
        words = [("HGET", self._keys.pause(cluster), "body") for cluster in clusters]
        bodies = await self._connection.ask_all("reading the pauses", words)
        found = zip(clusters, bodies, strict=True)
        return tuple(decode(Pause, body) if body else Pause(cluster=c) for c, body in found)

    async def _listed(
        self, doing: str, key: str, first: int = 0, last: int = -1
    ) -> tuple[ChangeRequest, ...]:
        ids = await self._connection.ask(doing, "ZRANGE", key, first, last)
        return await self._requests(doing, ids)

    async def _newest(self, doing: str, key: str, limit: int) -> tuple[ChangeRequest, ...]:
        if limit < 1:
            return ()
        ids = await self._connection.ask(doing, "ZRANGE", key, 0, limit - 1, "REV")
        return await self._requests(doing, ids)

    async def _requests(self, doing: str, ids: Sequence[str]) -> tuple[ChangeRequest, ...]:
        bodies = await self._bodies(doing, [self._keys.request(i) for i in ids])
        return tuple(decode(ChangeRequest, body) for body in bodies)

    async def _bodies(self, doing: str, keys: Sequence[str]) -> list[str]:
        """Return the bodies of the records that are still there, in order, read at one moment."""
        bodies = await self._connection.ask_all(doing, [("HGET", key, "body") for key in keys])
        return [body for body in bodies if body]
