"""Faults set by hand while the simulator runs: `/faults` on its address, outside of the API.

::

    curl --cacert CA https://127.0.0.1:PORT/faults -d '{"on": "PUT /nodes/*", "fault": "cut_after"}'
    curl --cacert CA https://127.0.0.1:PORT/faults -d '{"world": "take_down", "node": "pve1"}'
    curl --cacert CA https://127.0.0.1:PORT/faults             # what is set, and what there is
    curl --cacert CA https://127.0.0.1:PORT/faults -X DELETE   # calls go well again

`times` (1 unless given; null: always) is how many calls it concerns; what else a fault takes has the
name of its argument in `faults`, such as `"seconds"` of `slow`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

from bot.simulation.proxmox.faults import BY_NAME
from bot.simulation.proxmox.passing import Action, Hook, Hooks, Matcher
from bot.simulation.proxmox.world import World


class Controlled(Protocol):
    """What setting faults needs of the simulated Proxmox."""

    world: World
    hooks: Hooks

    def on_call(self, matcher: Matcher, action: Action, *, times: int | None = ...) -> Hook:
        """Act around calls that match."""
        ...


class Control:
    """Serves `/faults`."""

    def __init__(self, pve: Controlled) -> None:
        self._pve = pve
        self._world: dict[str, Callable[..., None]] = {
            "take_down": pve.world.take_down,
            "bring_up": pve.world.bring_up,
            "quorum": self._quorum,
            "fail_task": self._fail_task,
            "vanish_task": self._vanish_task,
            "hotplug_limit": self._hotplug_limit,
        }

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the address to a server."""
        router.add_get("/faults", self._list)
        router.add_post("/faults", self._set)
        router.add_delete("/faults", self._clear)

    def _quorum(self, there: bool) -> None:  # noqa: FBT001 - named in JSON
        self._pve.world.quorate = there

    def _fail_task(self, kind: str, text: str) -> None:
        self._pve.world.tasks.fail_next(kind, text)

    def _vanish_task(self, kind: str) -> None:
        self._pve.world.tasks.vanish_next(kind)

    def _hotplug_limit(self, vmid: int, modules: int) -> None:
        self._pve.world.guest(vmid).hotplug_limit = modules

    async def _list(self, _: web.Request) -> web.Response:
        hooks = [h for h in self._pve.hooks.hooks if isinstance(h.matcher, str)]
        there = [{"on": h.matcher, "times": h.times, "acted": h.acted} for h in hooks]
        return web.json_response(
            {"set": there, "faults": list(BY_NAME), "world": list(self._world)}
        )

    async def _set(self, request: web.Request) -> web.Response:
        given: dict[str, Any] = await request.json()
        try:
            if "world" in given:
                self._world[given.pop("world")](**given)
            else:
                on, times = given.pop("on"), given.pop("times", 1)
                self._pve.on_call(on, BY_NAME[given.pop("fault")](**given), times=times)
        except (KeyError, TypeError) as wrong:
            return web.json_response({"error": f"not understood: {wrong}"}, status=400)
        return web.json_response({"set": True})

    async def _clear(self, _: web.Request) -> web.Response:
        self._pve.hooks.hooks.clear()
        return web.json_response({"set": []})
