"""The connection to Redis or Valkey."""

from redis.asyncio import Redis


def connect(url: str) -> Redis:
    """Return a client for `url` (`redis://`, `rediss://` or `unix://PATH`); lazy."""
    return Redis.from_url(url, decode_responses=True)
