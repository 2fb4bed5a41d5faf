"""The backup and its way back, with the commands that the guide to operations gives, on real processes."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from signal import SIGTERM

from bot.redis_store import embedded
from tests.contract.operators import run
from tests.docs.pages import DOCS
from tests.journey.back import announced, released
from tests.journey.serving import serving, started
from tests.journey.stage import Stage, flat, soon
from tests.service import Service

RULE = """[[rule]]
name = "reboots"
when = { operations = ["reboot"] }
approvals = 1
approvers = ["ops"]

"""
PAGE = (DOCS / "operations.md").read_text()


def command(begins: str, folder: Path) -> str:
    """Return the command of the guide that begins so, for this folder."""
    found = re.search(rf"`({re.escape(begins)}[^`]*)`", PAGE)
    assert found, begins
    backup = folder / "backup.tar.gz"
    text = re.sub(r"headroom-\$\(date \+%F\)\.tar\.gz|BACKUP\.tar\.gz", str(backup), found[1])
    return text.replace("STATE", str(folder / "state"))


async def typed(text: str) -> None:
    """Run a command at a shell."""
    child = await asyncio.create_subprocess_shell(text)
    assert await child.wait() == 0, text


async def between(service: Service, folder: Path, work: Callable[[], Awaitable[None]]) -> None:
    """Stop service and store as the guide says, and do something with its files."""
    assert (await service.ends(SIGTERM))[0] == 0
    await typed(command("kill ", folder))
    async with asyncio.timeout(10):
        while await embedded.living(folder / "state"):
            continue
    await work()


def reboots(stage: Stage) -> list[str]:
    """Return the reboots that Proxmox was told."""
    return [c.path for c in stage.pve.calls if c.path.endswith("/status/reboot")]


async def test_a_backup_taken_and_restored_by_the_guide(tmp_path: Path) -> None:
    """What ran after the backup is listed, cancelled and not run again; new work goes on once released."""

    async def save() -> None:
        await typed(command("tar czf", tmp_path))

    async def restore() -> None:
        data = tmp_path / "state" / "store" / "appendonlydir"
        data.rename(tmp_path / "aside")
        await typed(command("tar xzf", tmp_path))
        await typed(command("chown -R", tmp_path))
        assert data.is_dir()

    async with serving(tmp_path) as (stage, first):
        config = tmp_path / "headroom.toml"
        text = config.read_text()
        config.write_text(text.replace('[[rule]]\nname = "by', f'{RULE}[[rule]]\nname = "by', 1))
        assert (await first.ends(SIGTERM))[0] == 0
        async with started(stage, tmp_path) as second:
            await stage.new_card("ana", f"reboot web-01 at {soon(8)}")
            await stage.press("bob", "Approve")
            await stage.card_says("Nothing happens before")
            await between(second, tmp_path, save)
        async with started(stage, tmp_path) as third:
            await stage.result("ana", "web-01")
            assert len(reboots(stage)) == 1
            await between(third, tmp_path, restore)
        async with started(stage, tmp_path):
            await stage.until(lambda: announced(stage))
            listed = await released(stage, answer="n\n")
            assert "vzreboot" in listed
            handle = re.search(r"(R-\w{4})  approved  reboot  web-01", listed)
            assert handle is not None
            words = ("cancel", "--config", str(config), handle[1])
            assert (await asyncio.to_thread(run, words, stage.environment)).status == 0
            assert "released" in await released(stage, "--yes")
            await stage.ask("ana", "start old-wiki")
            await stage.result("ana", "old-wiki is running (was stopped)")
            assert "All is well" in flat(await stage.told("ana", "status"))
            assert len(reboots(stage)) == 1
