"""No configured secret is written anywhere: a whole story with faults, then a look through all of it."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from bot.model.redaction import REMOVED, Redaction
from bot.redis_store import embedded
from bot.simulation.proxmox import faults, notifications
from bot.simulation.slack import broken, refuse
from bot.telemetry import log_to_stderr
from tests.journey.acts import eventually
from tests.journey.reading import open_form
from tests.journey.stage import QUICK, RULES, Stage, staged

WATCHFUL = replace(QUICK, watch_every=200)

ALERT = """
[[alert]]
name = "quorum"
watch = "quorum"
channel = "C0WEB"
"""


@contextmanager
def logging_to(written: io.StringIO, redact: Callable[[Any], Any]) -> Iterator[None]:
    """Log as the service does, to a text instead of standard error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        patch.setattr(logging.getLogger(), "handlers", [])
        log_to_stderr(redact)
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


def recorded(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return what a simulator recorded of the wire."""
    lines = (folder / f"{name}.jsonl").read_text().splitlines()
    assert len(lines) > 20
    return [json.loads(line) for line in lines]


def ours_in_records(folder: Path) -> str:
    """Return what the bot said on both wires: its calls, and how it acknowledged."""
    calls = [(c["path"], c["params"]) for c in recorded(folder, "proxmox")]
    said = [
        c["arguments" if c["direction"] == "in" else "response"] for c in recorded(folder, "slack")
    ]
    return json.dumps([calls, said])


async def go_through_faults(stage: Stage, typed: str) -> None:
    """Ask, deny, and let Proxmox repeat our secrets in a call, a task and its log; Slack falters."""
    told = f"cannot write config: {typed}"
    card = await stage.new_card("ana", f"request web-01 memory=+1G because {typed}"[:480])
    assert REMOVED in card
    await stage.ask("ana", f"shwo {typed[:80]}")
    await stage.ask("ana", f"request {typed[-36:]} memory=+1G")
    await stage.press("bob", "Deny")
    await stage.person("bob").submit(open_form(stage, "bob"), {"reason": f"no {typed}"[:480]})
    await stage.result("ana", "Denied")
    stage.pve.on_call("GET /nodes/*/lxc/101/status/current", faults.broken(told), times=1)
    assert REMOVED in await stage.told("ana", "show web-01")
    stage.slack.on_call("chat.postMessage", broken(after_effect=True))
    await stage.new_card("ana", "request web-01 memory=+1G")
    stage.pve.on_call("GET /nodes/*/lxc/101/status/current", faults.no_route(told), times=1)
    assert REMOVED in await stage.answer_to_press("bob", "Approve")
    stage.pve.on_call("PUT /nodes/*/lxc/101/config", faults.broken(told))
    await stage.press("bob", "Approve")
    assert REMOVED in await stage.result("ana", "Not done")
    await stage.new_card("ana", "request app1 memory=+1G cores=3")
    stage.pve.world.tasks.fail_next("qmconfig", told, after_effect=True)
    await stage.press("bob", "Approve")
    assert REMOVED in await stage.result("ana", "app1 still has 4 GiB")


async def falter(stage: Stage, typed: str, log: io.StringIO) -> None:
    """Let Slack not know a person for a while, and Proxmox not answer for a cluster."""
    unknown = stage.slack.on_call("users.info", refuse("fatal_error"), times=2)
    await stage.ask("dora", "show web-01")
    await stage.until(lambda: unknown.hits == 2)
    silent = stage.pve.on_call("GET /cluster/*", faults.no_route(typed))

    async def logged() -> bool:
        return "alerts wait for the cluster" in log.getvalue()

    await eventually(stage, logged)
    stage.pve.remove_hook(silent)


async def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    """Typed by people, repeated by Proxmox, logged with faults: store, Slack, log and files lack it."""
    log, known = io.StringIO(), [Redaction()]

    def redact(value: Any) -> Any:
        return known[0].inside(value)

    with logging_to(log, redact):
        async with staged(tmp_path, rules=RULES + ALERT, terms=WATCHFUL, record=True) as stage:
            secrets = tuple(stage.settings.secrets())
            assert len(secrets) >= 4
            known[0] = Redaction.of(secrets)
            typed = " ".join(secrets)
            await go_through_faults(stage, typed)
            await falter(stage, typed, log)
            fault = OSError(typed)
            structlog.get_logger("test").error("a fault", told={"deep": [typed]}, exc_info=fault)
            logging.getLogger("library").error("cannot reach %s", typed, exc_info=fault)
            everything = {
                "store": await stored(stage),
                "slack": sent(stage),
                "files": in_files(stage.settings.store.folder).decode("latin-1"),
            }
    everything |= {
        "log": log.getvalue(),
        "records": ours_in_records(tmp_path),
    }
    said = [json.loads(line) for line in everything["log"].splitlines()]
    assert {"library", "warning"} <= {line.get("logger", line["level"]) for line in said}
    for line in (
        "a fault",
        "cannot reach",
        "job put off",
        "fatal_error",
        "alerts wait for the cluster",
    ):
        assert line in everything["log"]
    for place, text in everything.items():
        found = [secret[:6] for secret in secrets if secret in text]
        assert not found, place


async def test_secrets_in_names_and_notes_of_guests_are_redacted(tmp_path: Path) -> None:
    """A token in a guest's name, notes, what waits, a snapshot's text, a notification: as in reasons."""
    theirs = "xoxb-1234567890-of-somebody"
    hook = '[[hook]]\nname = "home"\nchannel = "C0WEB"\n'
    secret = {"HOOK_SECRET_HOME": "a-secret-of-the-hook"}
    log, known = io.StringIO(), [Redaction()]

    def redact(value: Any) -> Any:
        return known[0].inside(value)

    with logging_to(log, redact):
        async with staged(tmp_path, rules=RULES + hook, environment=secret) as stage:
            ours = stage.pve.token.partition("=")[2]
            known[0] = Redaction.of(stage.settings.secrets())
            await look_at_names_and_notes(stage, theirs, ours)
            everything = {
                "store": await stored(stage),
                "slack": sent(stage),
                "files": in_files(stage.settings.store.folder).decode("latin-1"),
            }
    everything["log"] = log.getvalue()
    found = [(place, s) for place, text in everything.items() for s in (theirs, ours) if s in text]
    assert found == []


async def look_at_names_and_notes(stage: Stage, theirs: str, ours: str) -> None:
    """Put secrets wherever people write in Proxmox, then list, show, change and be notified."""
    web, app = stage.pve.world.guest(101), stage.pve.world.guest(106)
    web.set(hostname=f"web-01.{ours}", description=f"token {theirs}")
    app.set(description=f"password={ours}")
    app.config.pending["description"] = f"the bot has {theirs}"
    app.config.snapshots["before"] = {**app.config.values, "description": theirs, "snaptime": "1"}
    app.save(app.config)
    await stage.bot.parts.inventory.picture("home", 0)
    name = f"web-01.{REMOVED}"
    assert name in await stage.told("ana", "list")
    assert name in await stage.told("ana", "show 101")
    assert name in await stage.told("ana", f"show web-01.{ours}")
    assert REMOVED in await stage.told("ana", "snapshots app1")
    assert name in await stage.new_card("ana", "request 101 memory=+1G")
    await stage.press("bob", "Approve")
    assert name in await stage.result("ana", "Read back")
    assert stage.memory(101) == 3072
    assert "app1" in await stage.new_card("ana", "request app1 memory=+1G")
    url = f"http://127.0.0.1:{stage.bot.port}/hooks/proxmox/home"
    told = notifications.body("vzdump", "pve1", text=f"cannot log in with {theirs}, {ours}")
    assert (await notifications.send(url, "a-secret-of-the-hook", told))[0] == 200
    await stage.until(lambda: any("cannot log in" in stage.says(m) for m in stage.cards("#web")))
