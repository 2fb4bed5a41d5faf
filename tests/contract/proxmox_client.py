"""The real proxmoxer, connected to a simulated Proxmox, for tests in the event loop."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from proxmoxer import ProxmoxAPI

from bot.simulation.proxmox import SimulatedProxmox

T = TypeVar("T")


def connect(pve: SimulatedProxmox, token: str | None = None, url: str | None = None) -> Any:
    """Connect with a token, the bot's unless another is given."""
    name, _, secret = (token or pve.token).partition("=")
    user, _, token_name = name.partition("!")
    return ProxmoxAPI(
        (url or pve.url).removeprefix("https://"),
        user=user,
        token_name=token_name,
        token_value=secret,
        verify_ssl=str(pve.ca_file),
        timeout=35,
    )


async def ask(call: Callable[[], T]) -> T:
    """Make a blocking call in a thread, so that the simulator can answer."""
    return await asyncio.to_thread(call)


async def exit_of(pve: SimulatedProxmox, upid: str) -> str:
    """Wait until a task has ended and read its exit status as the superuser."""
    await pve.world.tasks.find(upid).done.wait()
    node = upid.split(":")[1]
    status = connect(pve, pve.root_token).nodes(node).tasks(upid).status
    return str((await ask(status.get))["exitstatus"])
