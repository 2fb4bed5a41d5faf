"""The connection to Redis or Valkey: commands in, values out, faults translated."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.redis_store.addresses import pool_of
from bot.redis_store.faults import answer_lost, store_faults

Observe = Callable[[str], AbstractContextManager[object]]
"""Opened around each command of a kind (`command`, `transaction`, a script's name)."""

Word = str | int
"""One part of a command."""


def connect(url: str) -> Redis:
    """Return a client for an address (see `bot.model.address`); lazy.

    It never repeats a command by itself: only `Connection` knows which may be repeated.
    """
    return Redis.from_pool(pool_of(url))


@cache
def _script(name: str) -> str:
    return (Path(__file__).parent / f"{name}.lua").read_text()


class Connection:
    """Commands to the server. Every method raises `StoreFault`s; `doing` starts their sentence."""

    def __init__(self, redis: Redis, observe: Observe = nullcontext) -> None:
        self._redis = redis
        self._observe = observe
        self._execute: Callable[..., Awaitable[Any]] = redis.execute_command

    async def ask(self, doing: str, *command: Word) -> Any:
        """Run a command that may be repeated: a read, or a write that twice is as good as once."""
        with store_faults(doing), self._observe("command"):
            try:
                return await self._execute(*command)
            except Exception as error:
                if not answer_lost(error):
                    raise
                return await self._execute(*command)

    async def ask_all(self, doing: str, commands: Sequence[Sequence[Word]]) -> list[Any]:
        """Run commands that may be repeated, at one moment (MULTI); return their answers."""
        if not commands:
            return []
        with store_faults(doing), self._observe("transaction"):
            try:
                return await self._at_once(commands)
            except Exception as error:
                if not answer_lost(error):
                    raise
                return await self._at_once(commands)

    async def _at_once(self, commands: Sequence[Sequence[Word]]) -> list[Any]:
        async with self._redis.pipeline(transaction=True) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            return list(await pipe.execute())

    async def run(self, doing: str, script: str, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Run a script of ours once, by name.

        A server that does not know it yet refuses it before anything happens, and is given it.
        """
        with store_faults(doing), self._observe(script):
            return await self._redis.register_script(_script(script))(list(keys), list(words))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
