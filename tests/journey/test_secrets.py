"""No configured secret is written anywhere: a whole story with faults, then a look through all of it."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from bot.model.redaction import REMOVED, Redaction
from bot.redis_store import embedded
from bot.telemetry import log_to_stderr
from tests.journey.reading import open_form
from tests.journey.stage import Stage, staged


@contextmanager
def logging_to(written: io.StringIO, secrets: tuple[str, ...]) -> Iterator[None]:
    """Log as the service does, to a text instead of standard error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        patch.setattr(logging.getLogger(), "handlers", [])
        log_to_stderr(Redaction.of(secrets).inside)
        yield
    structlog.reset_defaults()


READ: dict[bytes, Callable[[bytes], tuple[bytes | str | int, ...]]] = {
    b"string": lambda key: ("GET", key),
    b"hash": lambda key: ("HGETALL", key),
    b"stream": lambda key: ("XRANGE", key, "-", "+"),
    b"zset": lambda key: ("ZRANGE", key, 0, -1),
    b"list": lambda key: ("LRANGE", key, 0, -1),
    b"set": lambda key: ("SMEMBERS", key),
}
"""How each type of key is read whole."""


async def stored(stage: Stage) -> str:
    """Return everything that the store holds, as one text."""
    redis: Any = Redis.from_url(await embedded.ensure(stage.settings.store.folder))
    found = []
    async for key in redis.scan_iter("*"):
        read = READ.get(await redis.type(key))  # a lease may have lapsed since it was listed
        if read is not None:
            found.append(repr(await redis.execute_command(*read(key))))
    await redis.aclose()
    assert any("web-01" in text for text in found)
    return "\n".join(found)


def sent(stage: Stage) -> str:
    """Return every call to Slack with its arguments, as one text."""
    return "\n".join(
        json.dumps([call.method, call.arguments], default=str) for call in stage.slack.calls
    )


def in_files(folder: Path) -> bytes:
    """Return what stands in the files of a folder, together."""
    return b"\n".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())


async def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    """Typed into a reason and a refusal, logged with a fault: store, Slack, log and files lack it."""
    async with staged(tmp_path) as stage:
        secrets = tuple(stage.settings.secrets())
        assert len(secrets) >= 4
        typed = " ".join(secrets)
        card = await stage.new_card("ana", f"request web-01 memory=+1G because {typed}"[:480])
        assert REMOVED in card
        await stage.ask("ana", f"shwo {secrets[0]}")
        await stage.ask("ana", f"request {secrets[-1]} memory=+1G")
        await stage.press("bob", "Deny")
        await stage.person("bob").submit(open_form(stage, "bob"), {"reason": f"no {typed}"[:480]})
        await stage.result("ana", "Denied")
        log, fault = io.StringIO(), OSError(typed)
        with logging_to(log, secrets):
            structlog.get_logger("test").error("a fault", told={"deep": [typed]}, exc_info=fault)
            logging.getLogger("library").error("cannot reach %s", typed, exc_info=fault)
        everything = {
            "store": await stored(stage),
            "slack": sent(stage),
            "log": log.getvalue(),
            "files": in_files(stage.settings.store.folder).decode("latin-1"),
        }
        assert "a fault" in everything["log"]
        assert "cannot reach" in everything["log"]
        for place, text in everything.items():
            found = [secret[:6] for secret in secrets if secret in text]
            assert not found, place
