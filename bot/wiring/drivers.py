"""The drivers, each built once: store, Proxmox VE, Slack, engine."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.config import ClusterSettings, Settings
from bot.continuity import Continuity
from bot.inventory import Inventory
from bot.jobs import Engine
from bot.model.redaction import Redaction
from bot.proxmox.client import ClusterAccess
from bot.proxmox.hypervisor import ProxmoxHypervisor
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.heartbeat import HeartbeatFile
from bot.redis_store.saving import Lives
from bot.redis_store.store import RedisStore
from bot.telemetry import Metrics
from bot.wiring.measuring import Timed
from handlers.calling import ObservedClient, Patience
from handlers.directory import who_we_are
from handlers.identity import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """Everything that talks to the outside, each built once."""

    clock: SystemClock
    store: RedisStore
    hypervisor: ProxmoxHypervisor
    inventory: Inventory
    continuity: Continuity
    client: AsyncWebClient
    engine: Engine
    ours: Installation
    redaction: Redaction


async def drivers_of(
    settings: Settings, stack: AsyncExitStack, url: str, engine: Engine, metrics: Metrics
) -> Drivers:
    """Build them; the stack closes them in the opposite order."""
    clock = SystemClock()
    store = RedisStore(
        connect(url), lives=lives_of(settings), observe=lambda kind: Timed(metrics, kind)
    )
    stack.push_async_callback(store.close)
    redaction = Redaction.of(settings.secrets())
    access = [access_of(cluster, redaction) for cluster in settings.clusters]
    hypervisor = ProxmoxHypervisor(access, now=clock.now, observe=metrics.called_proxmox)
    stack.push_async_callback(hypervisor.close)
    inventory = Inventory(hypervisor, clock)
    stack.push_async_callback(inventory.close)
    client = slack_client(settings.slack.bot_token, settings.slack.api_url)
    client.observe = lambda method, seconds, outcome: metrics.slack.labels(method, outcome).observe(
        seconds
    )
    return Drivers(
        clock=clock,
        store=store,
        hypervisor=hypervisor,
        inventory=inventory,
        continuity=Continuity(
            store=store,
            hypervisor=hypervisor,
            inventory=inventory,
            heartbeat=HeartbeatFile(settings.store.folder),
            clock=clock,
        ),
        client=client,
        engine=engine,
        ours=await who_we_are(client),
        redaction=redaction,
    )


@asynccontextmanager
async def store_of(settings: Settings) -> AsyncIterator[RedisStore]:
    """Reach the store alone, for commands on the host: no Slack, no cluster."""
    store = RedisStore(connect(await store_url(settings)), lives=lives_of(settings))
    try:
        yield store
    finally:
        await store.close()


async def store_url(settings: Settings) -> str:
    """Return the address of the store; the embedded one is started if it does not run."""
    if settings.store.url is not None:
        return settings.store.url.get_secret_value()
    return await embedded.ensure(settings.store.folder)


def lives_of(settings: Settings) -> Lives:
    """Return how long records live, as configured."""
    return Lives(request_ms=settings.requests.keep_ms, audit_ms=settings.requests.keep_audit_ms)


def access_of(cluster: ClusterSettings, redaction: Redaction | None = None) -> ClusterAccess:
    """Return how the driver reaches a configured cluster."""
    token_id, _, secret = cluster.token.get_secret_value().partition("=")
    user, _, token_name = token_id.partition("!")
    return ClusterAccess(
        name=cluster.name,
        hosts=cluster.hosts,
        user=user,
        token_name=token_name,
        token=secret,
        ca_file=str(cluster.ca_file) if cluster.ca_file else "",
        fingerprint=cluster.fingerprint,
        redaction=redaction or Redaction(),
    )


def slack_client(token: SecretStr, api_url: str) -> ObservedClient:
    """Return the client with its retries: a rate limit is waited for, nothing is posted twice."""
    client = ObservedClient(token.get_secret_value())
    client.base_url = api_url
    client.patience = Patience(SystemClock())
    client.retry_handlers = [client.patience]
    return client
