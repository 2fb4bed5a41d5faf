"""The operator's hand on the host: the store alone, with or without a bot that runs; never Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import SystemClock
from bot.commit import Committer
from bot.config import Settings
from bot.model.redaction import Redaction
from bot.ports import Clock, RequestStore
from bot.redis_store import embedded
from bot.wiring.drivers import store_of
from bot.wiring.live import terms_of


class DueAlone:
    """Wakes nobody: what was saved is due, and the sweep of whichever bot runs finds it."""

    async def wake(self, member: str) -> None:
        """Leave the member to the due-set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What the commands on the host work with; `started`: the embedded store did not run before.

    What somebody types goes through `redaction` before all else.
    """

    store: RequestStore
    committer: Committer
    clock: Clock
    clusters: tuple[str, ...]
    inventory_lag: int
    redaction: Redaction
    started: bool


@asynccontextmanager
async def host_hand(settings: Settings) -> AsyncIterator[Hand]:
    """Reach the configured store; the embedded one is started if it does not run, and stays."""
    own = settings.store.url is None
    started = own and not await embedded.living(settings.store.folder)
    async with store_of(settings) as store:
        yield Hand(
            store=store,
            committer=Committer(store=store, wake=DueAlone()),
            clock=SystemClock(),
            clusters=tuple(cluster.name for cluster in settings.clusters),
            inventory_lag=terms_of(settings).inventory_lag,
            redaction=Redaction.of(settings.secrets()),
            started=started,
        )
