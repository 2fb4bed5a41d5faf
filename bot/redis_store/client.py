"""The connection to Redis or Valkey: commands in, values out, faults translated."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import MaxConnectionsError

from bot.redis_store.addresses import ANSWER_SECONDS, pool_of
from bot.redis_store.faults import Translated, answer_lost
from bot.redis_store.together import Together, Word

Observe = Callable[[str], AbstractContextManager[object]]
"""Opened around each command of a kind (`command`, `transaction`, a script's name)."""

AT_ONCE = 32
"""So many commands are under way, each with a connection, beside saves and what waits for calls."""


def connect(url: str) -> Redis:
    """Return a client for an address (see `bot.model.address`); lazy.

    It never repeats a command by itself: only `Connection` knows which may be repeated.
    """
    return Redis.from_pool(pool_of(url))


class _Turns:
    """Lets so many commands through at once: in a burst one more waits its turn, for so long.

    The library's own pool that waits costs half a command more, each time.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._free.acquire()
        except TimeoutError as error:
            raise MaxConnectionsError(f"{AT_ONCE} commands wait for the store already") from error

    async def __aexit__(self, *_exc: object) -> None:
        self._free.release()


class Connection:
    """Commands to the server. Every method raises `StoreFault`s; `doing` starts their sentence."""

    def __init__(self, redis: Redis, observe: Observe = nullcontext) -> None:
        self._redis = redis
        self._observe = observe
        self._turns = _Turns()
        self._scripts: dict[str, AsyncScript] = {}
        self._saves: Together | None = None
        self._execute: Callable[..., Awaitable[Any]] = redis.execute_command

    async def _once(self, *command: Word) -> Any:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self._execute(*command)

    async def ask(self, doing: str, *command: Word) -> Any:
        """Run a command that may be repeated: a read, or a write that twice is as good as once."""
        with Translated(doing), self._observe("command"):
            async with self._turns:
                try:
                    return await self._once(*command)
                except Exception as error:
                    if not answer_lost(error):
                        raise
                    return await self._once(*command)

    async def wait(self, doing: str, seconds: float, *command: str | float) -> Any:
        """Run a command that waits at the server for so many seconds, once."""
        with Translated(doing), self._observe("waiting"):
            async with asyncio.timeout(seconds + ANSWER_SECONDS):
                return await self._execute(*command)

    async def ask_all(self, doing: str, commands: Sequence[Sequence[Word]]) -> list[Any]:
        """Run commands that may be repeated, at one moment (MULTI); return their answers."""
        if not commands:
            return []
        with Translated(doing), self._observe("transaction"):
            async with self._turns:
                try:
                    return await self._at_once(commands)
                except Exception as error:
                    if not answer_lost(error):
                        raise
                    return await self._at_once(commands)

    async def _at_once(self, commands: Sequence[Sequence[Word]]) -> list[Any]:
        async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=True) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            return list(await pipe.execute())

    async def run(self, doing: str, script: str, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Run a script of ours once, by name.

        A server that does not know it yet refuses it before anything happens, and is given it.
        """
        with Translated(doing), self._observe(script):
            async with self._turns, asyncio.timeout(ANSWER_SECONDS):
                return await self._script(script)(keys, words)

    async def save(self, doing: str, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Run `save.lua` once; with others that do so just now."""
        with Translated(doing), self._observe("save"):
            self._saves = self._saves or Together(self._redis, self._script("save"))
            return await self._saves.run(keys, words)

    def _script(self, name: str) -> AsyncScript:
        """Return the script, whose digest is worked out once."""
        if name not in self._scripts:
            text = (Path(__file__).parent / f"{name}.lua").read_text()
            self._scripts[name] = self._redis.register_script(text)
        return self._scripts[name]

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
