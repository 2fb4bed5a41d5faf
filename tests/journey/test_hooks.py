"""Notifications of Proxmox: into the channel once, with buttons that fit; forged ones nowhere."""

from itertools import pairwise
from pathlib import Path

import aiohttp

from bot.simulation.proxmox import notifications
from bot.simulation.slack.calls import refuse
from bot.simulation.slack.messages import Message
from bot.web import HOOK_BYTES
from tests.journey.acts import filled
from tests.journey.stage import RULES, Stage, flat, staged

SECRET = "correct-horse-battery-staple"
HOOK = f"""
{RULES}
[[hook]]
name = "paris"
channel = "C0WEB"
"""
SECRETS = {"HOOK_SECRET_PARIS": SECRET}
FAILED = notifications.body(
    "vzdump", "pve1", text="101 (web-01): command 'lvcreate' failed: no space left"
)


async def sent(stage: Stage, told: object, secret: str = SECRET, hook: str = "paris") -> int:
    """Send a notification; return the answer's status."""
    url = f"http://127.0.0.1:{stage.bot.port}/hooks/proxmox/{hook}"
    status, _ = await notifications.send(url, secret, told)  # type: ignore[arg-type] # also what is none
    return status


def told(stage: Stage, text: str) -> list[Message]:
    """Return the messages of the channel that say so."""
    return [m for m in stage.slack.messages("#web") if text in flat(stage.says(m))]


async def test_a_failed_backup_is_told_with_what_proxmox_wrote(tmp_path: Path) -> None:
    """Severity, title, text and host."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        assert await sent(stage, FAILED) == 200
        said = "Error from Proxmox: vzdump backup status (pve1): backup failed"
        await stage.until(lambda: told(stage, said))
        (message,) = told(stage, said)
        assert "no space left" in flat(stage.says(message))
        assert "Hook paris · type vzdump · hostname pve1" in flat(stage.says(message))


async def test_the_same_from_every_node_is_told_once(tmp_path: Path) -> None:
    """Each is answered as recorded; later ones change nothing."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        assert [await sent(stage, FAILED) for _ in range(3)] == [200, 200, 200]
        await stage.until(lambda: told(stage, "backup failed"))
        assert await sent(stage, FAILED) == 200
        assert await stage.bot.store.notifications("paris") == ()
        assert len(told(stage, "backup failed")) == 1


async def test_a_notification_that_names_a_guest_leads_to_it(tmp_path: Path) -> None:
    """Its button opens the form for that guest."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        await sent(stage, {"title": "CT 101 is out of memory", "severity": "warning"})
        await stage.until(lambda: told(stage, "Warning from Proxmox: CT 101 is out of memory"))
        (message,) = told(stage, "out of memory")
        await stage.press("ana", "Request resources", message)
        await filled(stage, "ana", "web-01")


async def test_without_the_secret_nothing_is_read(tmp_path: Path) -> None:
    """A wrong one, none, and a hook that does not exist are answered alike."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        assert await sent(stage, FAILED, secret="guessed") == 401
        assert await sent(stage, FAILED, secret="") == 401
        assert await sent(stage, FAILED, hook="lyon") == 401
        assert await stage.bot.store.notifications("paris") == ()
        assert told(stage, "backup failed") == []


async def test_what_is_no_notification_is_refused(tmp_path: Path) -> None:
    """No JSON object, no title, or far too long; nothing is kept."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        assert await sent(stage, {"message": "no title"}) == 400
        assert await sent(stage, {"title": "x" * (HOOK_BYTES + 1)}) == 413
        url = f"http://127.0.0.1:{stage.bot.port}/hooks/proxmox/paris"
        headers = {"X-Headroom-Secret": SECRET}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=b"\xff{", headers=headers) as answer,
        ):
            assert answer.status == 400
            assert "use the template of docs/running.md" in await answer.text()
        assert await stage.bot.store.notifications("paris") == ()


async def test_a_flood_is_one_message(tmp_path: Path) -> None:
    """A hundred at once: a few lines with the titles, none of them lost."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        stage.slack.on_call("chat.postMessage", refuse("ratelimited"), times=1)
        for number in range(100):
            assert await sent(stage, {"title": f"disk {number} failed", "severity": "error"}) == 200

        def counted() -> int:
            return sum(flat(stage.says(m)).count("Error from Proxmox: disk") for m in _all(stage))

        await stage.until(lambda: "notifications from Proxmox at once" in _text(stage), seconds=30)
        await stage.until(lambda: _more(stage) + counted() >= 100, seconds=30)
        assert len(_all(stage)) < 15


def _all(stage: Stage) -> list[Message]:
    return told(stage, "from Proxmox")


def _text(stage: Stage) -> str:
    return " ".join(flat(stage.says(m)) for m in _all(stage))


def _more(stage: Stage) -> int:
    words = _text(stage).split()
    return sum(int(w) for w, after in pairwise(words) if after == "more," and w.isdigit())


async def test_less_severe_ones_are_left_to_proxmox(tmp_path: Path) -> None:
    """From `least` on they are told; one of unknown severity is."""
    async with staged(tmp_path, rules=HOOK, environment=SECRETS) as stage:
        assert await sent(stage, notifications.body("package-updates", "pve1")) == 200
        assert await sent(stage, {"title": "something", "severity": "dire"}) == 200
        await stage.until(lambda: told(stage, "Notification from Proxmox: something"))
        assert told(stage, "New software packages") == []
