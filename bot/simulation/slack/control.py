"""Faults set by hand while the simulator runs: `/faults` on its address, outside of the Web API.

::

    curl http://127.0.0.1:PORT/faults -d '{"on": "chat.postMessage", "fault": "cut_after"}'
    curl http://127.0.0.1:PORT/faults -d '{"workspace": "revoke_token"}'
    curl http://127.0.0.1:PORT/faults             # what is set, and what there is
    curl http://127.0.0.1:PORT/faults -X DELETE   # calls go well again

`times` (1 unless given; null: always) is how many calls it concerns; what else a fault takes has the
name of its argument in `calls`, such as `"retry_after"` of `too_many_requests`.
"""

import inspect
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

from bot.simulation.slack.calls import BY_NAME, Hook, Hooks
from bot.simulation.slack.directory import Directory
from bot.simulation.slack.messages import Message
from bot.simulation.slack.workspace import Workspace


class Controlled(Protocol):
    """What setting faults needs of the simulated Slack."""

    workspace: Workspace
    directory: Directory

    def revoke_token(self, word: str = ...) -> None:
        """Let the bot's token be refused."""
        ...

    def restore_token(self) -> None:
        """Let it be good again."""
        ...

    async def drop_sockets(self) -> None:
        """Cut every socket."""
        ...

    async def redeliver(self) -> Any:
        """Deliver the last envelope again."""
        ...

    def messages(self, channel: str) -> list[Message]:
        """List a channel's messages."""
        ...


class Control:
    """Serves `/faults`."""

    def __init__(self, slack: Controlled, hooks: Hooks) -> None:
        self._slack = slack
        self._hooks = hooks
        self._workspace: dict[str, Callable[..., Any]] = {
            "revoke_token": slack.revoke_token,
            "restore_token": slack.restore_token,
            "drop_sockets": slack.drop_sockets,
            "redeliver": slack.redeliver,
            "archive": self._archive,
            "delete_newest": self._delete_newest,
        }

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the address to a server."""
        router.add_get("/faults", self._list)
        router.add_post("/faults", self._set)
        router.add_delete("/faults", self._clear)

    def _archive(self, channel: str) -> None:
        self._slack.directory.change_channel(channel, is_archived=True)

    def _delete_newest(self, channel: str) -> None:
        self._slack.workspace.delete(self._slack.messages(channel)[-1])

    async def _list(self, _: web.Request) -> web.Response:
        there = [{"on": h.method, "left": h.left, "acted": h.hits} for h in self._hooks]
        names = {"calls": list(BY_NAME), "workspace": list(self._workspace)}
        return web.json_response({"set": there} | names)

    async def _set(self, request: web.Request) -> web.Response:
        given: dict[str, Any] = await request.json()
        try:
            if "workspace" in given:
                done = self._workspace[given.pop("workspace")](**given)
                if inspect.isawaitable(done):
                    await done
            else:
                on, times = given.pop("on"), given.pop("times", 1)
                self._hooks.add(Hook(on, BY_NAME[given.pop("fault")](**given), times))
        except (LookupError, TypeError) as wrong:
            return web.json_response({"error": f"not understood: {wrong}"}, status=400)
        return web.json_response({"set": True})

    async def _clear(self, _: web.Request) -> web.Response:
        for hook in self._hooks:
            hook.remove()
        return web.json_response({"set": []})
