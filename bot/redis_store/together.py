"""Runs of a script that meet on their way to the server go together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

from bot.redis_store.addresses import ANSWER_SECONDS

Word = str | int | bytes
"""One part of a command."""

MOST = 50
"""So many runs go together: the server does them all before it listens to anybody else."""

PATIENCE = 0.1
"""After so many seconds what gathered waits no longer for what is under way: its connection may be dead."""


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    keys: Sequence[str]
    words: Sequence[Word]
    answer: asyncio.Future[Any]


class Together:
    """Runs a script; runs that come while one is under way gather, and are sent as the next round.

    Each is atomic by itself and gets its own answer. A burst then costs client, connection and disk a
    few rounds instead of one for each; a run that meets no other is sent at once.
    """

    def __init__(self, redis: Redis, script: AsyncScript) -> None:
        self._redis = redis
        self._script = script
        self._gathered: list[_Run] = []
        self._busy = False
        self._rounds: set[asyncio.Task[None]] = set()
        self._impatient: asyncio.TimerHandle | None = None

    async def run(self, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Run it with these keys and words; raises what the client does."""
        if self._busy:
            return await self._gather(keys, words)
        self._busy = True
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._script(keys, words)
        finally:
            self._go_on()

    async def _gather(self, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Go with the next round; one that is given up before that is not sent."""
        loop = asyncio.get_running_loop()
        run = _Run(keys, words, loop.create_future())
        self._gathered.append(run)
        self._impatient = self._impatient or loop.call_later(PATIENCE, self._go_on)
        return await run.answer

    def _go_on(self) -> None:
        """Send what has gathered, if anything has."""
        if self._impatient is not None:
            self._impatient.cancel()
            self._impatient = None
        waiting = [run for run in self._gathered if not run.answer.done()]
        runs, self._gathered = waiting[:MOST], waiting[MOST:]
        self._busy = bool(runs)
        if runs:
            sending = asyncio.create_task(self._send(runs))
            self._rounds.add(sending)
            sending.add_done_callback(self._rounds.discard)
        if self._gathered:
            loop = asyncio.get_running_loop()
            self._impatient = loop.call_later(PATIENCE, self._go_on)

    async def _send(self, runs: list[_Run]) -> None:
        """Send a round; a server that does not know the script is given it, and asked again."""
        try:
            if unknown := await self._round(runs):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._redis.script_load(self._script.script)
                for run in await self._round(unknown):
                    _tell(run, NoScriptError("the store forgot a script that it was just given"))
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            for run in runs:
                _tell(run, error)
        finally:
            for run in runs:
                run.answer.cancel()  # of a round that was cut short
            self._go_on()

    async def _round(self, runs: list[_Run]) -> list[_Run]:
        """Tell each its answer or error; return those that the server did not know the script for."""
        async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=False) as pipe:
            for run in runs:
                pipe.execute_command(
                    "EVALSHA", self._script.sha, len(run.keys), *run.keys, *run.words
                )
            answers = await pipe.execute(raise_on_error=False)
        unknown = []
        for run, answer in zip(runs, answers, strict=True):
            if isinstance(answer, NoScriptError):
                unknown.append(run)
            else:
                _tell(run, answer)
        return [run for run in unknown if not run.answer.done()]


def _tell(run: _Run, answer: Any) -> None:
    """Give a run its answer, unless nobody waits for it any more."""
    if run.answer.done():
        return
    if isinstance(answer, Exception):
        run.answer.set_exception(answer)
    else:
        run.answer.set_result(answer)
