"""What the store's own settings mean for approvals."""

from typing import Any

from redis.exceptions import ResponseError

from bot.model.errors import StoreFault
from bot.redis_store.client import Connection

_SETTINGS = ("appendonly", "appendfsync", "maxmemory-policy")


class Durability:
    """Asks the server how well it keeps what it is given; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def unsafe_because(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return (problems for which nothing new is accepted, warnings) of the store's own settings."""
        role = await self._answer("INFO", "replication")
        settings: dict[str, str] = {}
        for name in _SETTINGS:
            settings |= await self._answer("CONFIG GET", name) or {}
        return judge(settings, str((role or {}).get("role", "")))

    async def run_id(self) -> str:
        """Return what tells this run of the server from any other; empty if it does not say."""
        return str((await self._answer("INFO", "server") or {}).get("run_id", ""))

    async def _answer(self, *command: str) -> dict[str, Any] | None:
        """Return the answer, or None if the server does not let us ask."""
        try:
            answer = await self._connection.ask("asking the store's settings", *command)
        except StoreFault as fault:
            if isinstance(fault.__cause__, ResponseError):
                return None
            raise
        return dict(answer)


def judge(settings: dict[str, str], role: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (problems, warnings) for these settings; a missing one could not be read."""
    problems, warnings = [], []
    if role in {"slave", "replica"}:
        problems.append("the store is a read-only replica: point REDIS_URL at the primary")
    policy = settings.get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        problems.append(
            f"the store may evict records: set maxmemory-policy noeviction (is {policy})"
        )
    hidden = [name for name in _SETTINGS if name not in settings]
    if hidden:
        warnings.append(f"the store does not show its settings ({', '.join(hidden)}): check them")
    if settings.get("appendonly", "yes") != "yes":
        warnings.append(
            "the store keeps no log of writes, a crash loses everything since its last snapshot: "
            "set appendonly yes"
        )
    elif settings.get("appendfsync", "always") != "always":
        warnings.append("the store may lose the last second in a crash: set appendfsync always")
    return tuple(problems), tuple(warnings)
