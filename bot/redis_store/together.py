"""Runs of a script that meet on their way to the server go together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import MaxConnectionsError, NoScriptError
from redis.exceptions import TimeoutError as NoAnswer

from bot.redis_store.addresses import ANSWER_SECONDS

MOST = 50
"""So many runs go together: the server does them all before it listens to anybody else."""

LATE = "the store did not answer in time"


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    keys: Sequence[str]
    words: Sequence[str | int | bytes]
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
        self._round: asyncio.Task[None] | None = None

    async def run(self, keys: Sequence[str], words: Sequence[str | int | bytes]) -> Any:
        """Run it with these keys and words; raises what the client does."""
        if self._busy:
            return await self._next(keys, words)
        self._busy = True
        try:
            return await self._script(keys, words)
        finally:
            self._go_on()

    async def _next(self, keys: Sequence[str], words: Sequence[str | int | bytes]) -> Any:
        """Go with the next round, and wait for it as long as for an answer."""
        run = _Run(keys, words, asyncio.get_running_loop().create_future())
        self._gathered.append(run)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await run.answer
        except TimeoutError as error:
            raise (MaxConnectionsError if run in self._gathered else NoAnswer)(LATE) from error
        finally:
            if run in self._gathered:
                self._gathered.remove(run)

    def _go_on(self) -> None:
        """Send what has gathered, if anything has."""
        runs, self._gathered = self._gathered[:MOST], self._gathered[MOST:]
        self._busy = bool(runs)
        self._round = asyncio.create_task(self._send(runs)) if runs else None

    async def _send(self, runs: list[_Run]) -> None:
        try:
            answers = await self._answers(runs)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            answers = [error] * len(runs)
        for run, answer in zip(runs, answers, strict=True):
            if run.answer.done():  # nobody waits any more
                continue
            if isinstance(answer, Exception):
                run.answer.set_exception(answer)
            else:
                run.answer.set_result(answer)
        self._go_on()

    async def _answers(self, runs: list[_Run]) -> list[Any]:
        """Return an answer or an error for each; a server that does not know the script is given it."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for run in runs:
                pipe.evalsha(self._script.sha, len(run.keys), *run.keys, *run.words)
            answers = list(await pipe.execute(raise_on_error=False))
        for index, run in enumerate(runs):
            if isinstance(answers[index], NoScriptError):
                answers[index] = await self._script(run.keys, run.words)
        return answers
