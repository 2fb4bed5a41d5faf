"""The store: everything behind `bot.ports.RequestStore`, over one connection."""

from contextlib import nullcontext

from redis.asyncio import Redis

from bot.redis_store.alerts import Alerts
from bot.redis_store.asks import Asks
from bot.redis_store.audit import AuditTrail
from bot.redis_store.budgets import Budgets
from bot.redis_store.client import Connection, Observe
from bot.redis_store.due import DueSet
from bot.redis_store.durability import Durability
from bot.redis_store.gate import GateKeeping
from bot.redis_store.homes import Homes
from bot.redis_store.incidents import Incidents
from bot.redis_store.intakes import Intakes
from bot.redis_store.keys import Keys
from bot.redis_store.known import Known
from bot.redis_store.leases import Leases
from bot.redis_store.notifications import Notifications
from bot.redis_store.saving import Lives, Saving


class RedisStore(
    Saving,
    Incidents,
    Intakes,
    DueSet,
    Leases,
    Asks,
    Budgets,
    Homes,
    Alerts,
    Notifications,
    Known,
    AuditTrail,
    GateKeeping,
    Durability,
):
    """Records in Redis or Valkey. Implements `bot.ports.RequestStore`; raises `StoreFault`s.

    `prefix` is the one hash tag of all keys, `lives` how long records are kept.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        prefix: str = "headroom",
        lives: Lives | None = None,
        observe: Observe = nullcontext,
    ) -> None:
        self._connection = Connection(redis, observe)
        self._keys = Keys(prefix)
        self._lives = lives or Lives()
        self._unreleased = set()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()
