"""Calls of the Web API as they came, and hooks that make them go wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from bot.simulation.clock import Clock
from bot.simulation.slack.refusal import Json


@dataclass(slots=True)
class Call:
    """One call: blocks, views and metadata as JSON; `response` is set once it is answered."""

    method: str
    arguments: Json
    at: float
    response: Json | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    body: Json | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Cut(Exception):
    """The connection ends without an answer."""


Proceed = Callable[[], Answer]
Action = Callable[[Call, Proceed], Awaitable[Answer]]


class Calls:
    """All calls so far, in order."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        """Keep a call."""
        self._calls.append(call)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]

    def of(self, method: str) -> list[Call]:
        """List the calls of one method."""
        return [call for call in self._calls if call.method == method]

    def count(self, method: str) -> int:
        """Count the calls of one method."""
        return len(self.of(method))


@dataclass(slots=True)
class Hook:
    """An action for coming calls of a method; `left` None means for all of them."""

    method: str
    action: Action
    left: int | None = 1
    when: Callable[[Call], bool] | None = None
    hits: int = 0

    def takes(self, call: Call) -> bool:
        """Tell whether this call is one to act on."""
        wanted = self.method in ("*", call.method) and self.left != 0
        return wanted and (self.when is None or self.when(call))

    def remove(self) -> None:
        """Act no more."""
        self.left = 0


class Hooks:
    """The hooks in place; the oldest that takes a call acts on it."""

    def __init__(self) -> None:
        self._hooks: list[Hook] = []

    def __iter__(self) -> Iterator[Hook]:
        return iter(self._hooks)

    def add(self, hook: Hook) -> Hook:
        """Put a hook in place."""
        self._hooks.append(hook)
        return hook

    async def answer(self, call: Call, proceed: Proceed) -> Answer:
        """Answer a call, through a hook if one takes it."""
        for hook in self._hooks:
            if hook.takes(call):
                hook.hits += 1
                hook.left = None if hook.left is None else hook.left - 1
                return await hook.action(call, proceed)
        return proceed()


def refuse(error: str, **extra: object) -> Action:
    """Answer `ok: false` without any effect."""

    async def act(_: Call, __: Proceed) -> Answer:
        return Answer({"ok": False, "error": error, **extra})

    return act


def too_many_requests(retry_after: int) -> Action:
    """Answer 429; `retry_after` in seconds."""

    async def act(_: Call, __: Proceed) -> Answer:
        return rate_limited(retry_after)

    return act


def rate_limited(retry_after: int) -> Answer:
    """Give the answer to a call over its limit."""
    body = {"ok": False, "error": "ratelimited"}
    return Answer(body, status=429, headers={"Retry-After": str(retry_after)})


def broken(status: int = 503, *, after_effect: bool = False) -> Action:
    """Answer with a server error, before or after the effect took place."""

    async def act(_: Call, proceed: Proceed) -> Answer:
        if after_effect:
            proceed()
        return Answer("upstream error", status=status)

    return act


def cut_before() -> Action:
    """Cut the connection; nothing happened."""

    async def act(_: Call, __: Proceed) -> Answer:
        raise Cut

    return act


def cut_after() -> Action:
    """Cut the connection; it happened all the same."""

    async def act(_: Call, proceed: Proceed) -> Answer:
        proceed()
        raise Cut

    return act


def slow(seconds: float, *, after_effect: bool = False) -> Action:
    """Answer after so many real seconds; the effect comes before or after the wait."""

    async def act(_: Call, proceed: Proceed) -> Answer:
        answer = proceed() if after_effect else None
        await Clock().wait(seconds)
        return answer or proceed()

    return act


def hold(gate: asyncio.Event, *, after_effect: bool = False) -> Action:
    """Answer only once the gate is set; the effect comes before or after the wait."""

    async def act(_: Call, proceed: Proceed) -> Answer:
        if after_effect:
            answer = proceed()
            await gate.wait()
            return answer
        await gate.wait()
        return proceed()

    return act


BY_NAME: dict[str, Callable[..., Action]] = {
    "refuse": refuse,
    "too_many_requests": too_many_requests,
    "broken": broken,
    "cut_before": cut_before,
    "cut_after": cut_after,
    "slow": slow,
}
"""What the control address takes, too; `hold` needs an event."""
