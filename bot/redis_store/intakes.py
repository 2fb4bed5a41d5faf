"""Asks as they arrive, and the cards that show requests."""

from dataclasses import replace

from bot.model.budget import Overspent, Window
from bot.model.intake import Card, Intake
from bot.redis_store.budgets import count_ask, overspent
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
from bot.redis_store.due import call
from bot.redis_store.keys import Keys
from bot.redis_store.saving import INTAKE_MS, Lives
from bot.redis_store.writing import Write, carry_out

LOOK_AGAIN_MS = 10_000
"""An ask whose job was lost is looked at again after as long as the engine needs to redeliver."""


class Intakes:
    """Keeps asks and cards; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys, lives: Lives) -> None:
        self._connection = connection
        self._keys = keys
        self._lives = lives

    async def take_in(self, intake: Intake, windows: tuple[Window, ...] = ()) -> Overspent | None:
        """Keep an ask under its delivery's id for 15 minutes, unless a window is full: then return it.

        The same write counts the ask, calls a worker, and files `intake:DELIVERY` as due ten seconds
        later. A delivery that is there already changes nothing.
        """
        key = self._keys.intake(intake.delivery)
        write = Write(doing=f"keeping the ask {intake.delivery}", twice_is_once=True)
        write.not_there(key, f"the delivery {intake.delivery}")
        count_ask(write, self._keys, intake.actor, windows)
        marks = ("request_id", intake.request_id, "answered", int(intake.answered))
        write.do("HSET", key, "body", encode(intake), *marks)
        write.do("PEXPIRE", key, INTAKE_MS)
        call(write, self._keys, _member(intake.delivery), intake.at + LOOK_AGAIN_MS)
        await carry_out(self._connection, write, may_be_taken=True)
        return overspent(write, windows)

    async def intake(self, delivery: str) -> Intake | None:
        """Return a kept ask."""
        words = (self._keys.intake(delivery), "body", "request_id", "answered")
        body, request_id, answered = await self._connection.ask(
            f"reading the ask {delivery}", "HMGET", *words
        )
        if body is None:
            return None
        return replace(decode(Intake, body), request_id=request_id, answered=answered == "1")

    async def answered(self, delivery: str) -> None:
        """Note that the person was told, and forget its due time."""
        write = Write(doing=f"noting the answer to {delivery}", twice_is_once=True)
        write.do("HSET", self._keys.intake(delivery), "answered", 1, if_there=True)
        write.do("ZREM", self._keys.due, _member(delivery))
        await carry_out(self._connection, write)

    async def cards(self, request_id: str) -> tuple[Card, ...]:
        """Return the cards of a request, sorted by role and channel."""
        doing = f"reading the cards of {request_id}"
        bodies = await self._connection.ask(doing, "HVALS", self._keys.cards(request_id))
        return tuple(sorted((decode(Card, b) for b in bodies), key=lambda c: (c.role, c.channel)))

    async def put_card(self, card: Card) -> None:
        """Store a card (unique by request, role and channel); bumps no version."""
        key = self._keys.cards(card.request_id)
        await self._connection.ask_all(
            f"keeping a card of {card.request_id}",
            [
                ("HSET", key, _field(card), encode(card)),
                ("PEXPIRE", key, self._lives.lists_ms),
            ],
        )

    async def put_posted(self, card: Card) -> str:
        """Store a card that was just posted, unless another message is noted in its place already.

        Return the ts of the one that stands.
        """
        doing, key = f"noting a card of {card.request_id}", self._keys.cards(card.request_id)
        while True:
            seen = await self._connection.ask(doing, "HGET", key, _field(card)) or ""
            there = decode(Card, seen) if seen else None
            if there and there.ts not in {"", card.ts} and not there.dead:
                return there.ts
            words = (_field(card), seen, encode(card), self._lives.lists_ms)
            if await self._connection.run(doing, "swap", [key], words):
                return card.ts


def _field(card: Card) -> str:
    return f"{card.role}/{card.channel}"


def _member(delivery: str) -> str:
    return f"intake:{delivery}"
