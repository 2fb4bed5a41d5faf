"""The store killed with SIGKILL: what it had answered has to be there when it is started again."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from bot.redis_store.embedded import Home

PASSING = ("{headroom}:engine", "{headroom}:lease:")
"""The engine's own keys, and leases, which lapse in seconds."""

READ: dict[str, Callable[[Any, str], Any]] = {
    "string": lambda redis, name: redis.get(name),
    "hash": lambda redis, name: redis.hgetall(name),
    "set": lambda redis, name: redis.smembers(name),
    "list": lambda redis, name: redis.lrange(name, 0, -1),
    "zset": lambda redis, name: redis.zrange(name, 0, -1, withscores=True),
    "stream": lambda redis, name: redis.xrange(name),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Every key with its whole value, as the store served it at its last moment."""

    home: Home
    values: dict[str, Any]

    def lost(self) -> list[str]:
        """Return what is not there as it was; asked before anything else is written."""
        found = everything(self.home)
        return [f"the store lost {n}" for n, value in self.values.items() if found.get(n) != value]


def everything(home: Home) -> dict[str, Any]:
    """Return every key with its whole value, now."""
    with Redis(unix_socket_path=str(home.socket), decode_responses=True) as redis:
        names = [str(name) for name in redis.scan_iter("{headroom}:*")]
        kept = [name for name in names if not name.startswith(PASSING)]
        kinds = {name: str(redis.type(name)) for name in kept}
        return {name: READ[kind](redis, name) for name, kind in kinds.items() if kind in READ}


def kill_store(home: Home) -> Kept:
    """Note all that the store holds, and kill its process."""
    kept = Kept(home, everything(home))
    os.kill(int((home.folder / "valkey.pid").read_text()), signal.SIGKILL)
    return kept
