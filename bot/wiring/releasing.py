"""What a command on the host works with: the store and the clusters, without Slack."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.clock import SystemClock
from bot.config import Settings
from bot.continuity import Continuity
from bot.inventory import Inventory
from bot.model.redaction import Redaction
from bot.proxmox.hypervisor import ProxmoxHypervisor
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.heartbeat import HeartbeatFile
from bot.redis_store.store import RedisStore
from bot.wiring.drivers import access_of, store_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The store, and what watches it."""

    store: RedisStore
    continuity: Continuity


@asynccontextmanager
async def records(settings: Settings) -> AsyncIterator[Records]:
    """Open the store; an embedded one that did not live is stopped again afterwards."""
    async with AsyncExitStack() as stack:
        own = settings.store.url is None
        if own and not await embedded.living(settings.store.folder):
            stack.push_async_callback(embedded.stop, settings.store.folder)
        store = RedisStore(connect(await store_url(settings)))
        stack.push_async_callback(store.close)
        clock = SystemClock()
        redaction = Redaction.of(settings.secrets())
        access = [access_of(cluster, redaction) for cluster in settings.clusters]
        hypervisor = ProxmoxHypervisor(access, now=clock.now)
        stack.push_async_callback(hypervisor.close)
        inventory = Inventory(hypervisor, clock)
        stack.push_async_callback(inventory.close)
        continuity = Continuity(
            store=store,
            hypervisor=hypervisor,
            inventory=inventory,
            heartbeat=HeartbeatFile(settings.store.folder),
            clock=clock,
        )
        yield Records(store=store, continuity=continuity)
