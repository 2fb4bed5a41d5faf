"""Calls as tests see them: the list of what was called, and hooks around a call."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from bot.simulation.proxmox.errors import ApiError


class Seen(NamedTuple):
    """A call that was answered; status 0 means the connection was cut instead."""

    method: str
    path: str
    params: Mapping[str, Any]
    status: int


@dataclass(slots=True)
class Answer:
    """What goes back: a status, its reason phrase, the JSON body (None: an empty body)."""

    status: int
    reason: str | None
    body: dict[str, Any] | None


def answer_of(error: ApiError) -> Answer:
    """Build the answer to a call that failed."""
    body: dict[str, Any] = {"data": None, "message": f"{error.message.rstrip()}\n"}
    if error.errors:
        body["errors"] = error.errors
    return Answer(error.status, error.message.strip().split("\n")[0], body)


@dataclass(slots=True)
class Passing:
    """A call on its way through the hooks; an action may use any of its methods.

    Without any of them the call goes on as if there were no hook.
    """

    method: str
    path: str
    params: Mapping[str, Any]
    perform: Callable[[], Awaitable[Answer]]
    answer: Answer | None = None
    is_cut: bool = False

    async def proceed(self) -> Answer:
        """Let the call take effect now, once, and see the answer it will get."""
        if self.answer is None:
            self.answer = await self.perform()
        return self.answer

    def refuse(self, status: int, text: str, errors: Mapping[str, str] | None = None) -> None:
        """Answer with an error; without `proceed` the call has no effect."""
        self.answer = answer_of(ApiError(text, code=status, errors=errors))

    def cut(self) -> None:
        """Close the connection instead of answering; without `proceed` there is no effect."""
        self.is_cut = True


Action = Callable[[Passing], Awaitable[None]]
Matcher = str | Callable[[Passing], bool]


@dataclass(slots=True)
class Hook:
    """An action around the calls that match: `PUT /nodes/*/lxc/101/config`, or a function.

    It acts `times` times (None: always) and is spent afterwards.
    """

    matcher: Matcher
    action: Action
    times: int | None = None
    acted: int = 0

    def wants(self, passing: Passing) -> bool:
        """Whether this hook acts on the call."""
        if self.times is not None and self.acted >= self.times:
            return False
        if isinstance(self.matcher, str):
            return fnmatchcase(f"{passing.method} {passing.path}", self.matcher)
        return self.matcher(passing)


@dataclass(slots=True)
class Hooks:
    """All hooks; the first that wants a call gets it."""

    hooks: list[Hook] = field(default_factory=list)

    async def lead(self, passing: Passing) -> Answer | None:
        """Let the call pass; None if its connection is to be cut."""
        hook = next((hook for hook in self.hooks if hook.wants(passing)), None)
        if hook is not None:
            hook.acted += 1
            await hook.action(passing)
        if passing.is_cut:
            return None
        return await passing.proceed()
