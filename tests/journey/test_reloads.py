"""The configuration is read anew while the service runs: a real process, a changed file, SIGHUP."""

import asyncio
import os
from pathlib import Path
from signal import SIGHUP, SIGTERM

from bot.cli.service import _serve
from bot.config import Settings
from tests.journey.reading import typed
from tests.journey.serving import serving
from tests.journey.stage import Stage, flat, soon, staged
from tests.service import Service

FREEZE = '[[rule]]\nname = "freeze"\nrefuse = "Nothing changes this week."\n\n[[rule]]\n'
TAKEN, NOT_TAKEN = "configuration taken", "configuration not taken"


def edit(folder: Path, was: str, becomes: str) -> None:
    """Replace a text that is in the file."""
    file = folder / "headroom.toml"
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, becomes, 1))


async def reload(service: Service, says: str) -> str:
    """Tell the process to read the file anew; return what it says."""
    service.said.clear()
    service.send(SIGHUP)
    return await service.says(says)


async def status(stage: Stage) -> str:
    """Return what `/pve status` answers."""
    return flat(await stage.told("ana", "status"))


async def test_stricter_rules_apply_to_what_is_approved_already(tmp_path: Path) -> None:
    """Approved for later, then everything is frozen: cancelled where it would begin, with the reason."""
    async with serving(tmp_path) as (stage, service):
        await stage.new_card("ana", f"request web-01 memory=+2G at {soon(6)}")
        await stage.press("bob", "Approve")
        await stage.card_says("Nothing happens before")
        edit(tmp_path, "[[rule]]\n", FREEZE)
        await reload(service, TAKEN)
        assert "Nothing changes this week" in await stage.result("ana", "Cancelled")
        assert stage.memory(101) == 2048


async def test_without_rules_everything_is_refused(tmp_path: Path) -> None:
    """The last rule was taken out: what is asked is not recorded, and nobody is asked."""
    async with serving(tmp_path) as (stage, service):
        rules = (tmp_path / "headroom.toml").read_text().partition("\n[[group]]")
        edit(tmp_path, "".join(rules[1:]), "")
        await reload(service, TAKEN)
        for text in ("request web-01 memory=+1G", "start old-wiki", "snapshot web-01"):
            assert "no rule allows" in await stage.told("ana", text)
        assert stage.cards() == []
        assert not [c for c in stage.pve.calls if c.method != "GET"]


async def test_a_broken_file_is_told_and_the_last_good_one_stays(tmp_path: Path) -> None:
    """The channel hears of it once, with its mistakes; `/pve status` counts them until it is mended."""
    async with serving(tmp_path) as (stage, service):
        edit(tmp_path, "[[rule]]\n", FREEZE.replace("refuse", "refuze"))
        await reload(service, NOT_TAKEN)
        await service.says("refuze")
        await stage.until(stage.cards)
        assert "refuze: unknown key; did you mean refuse?" in flat(stage.shown())
        await reload(service, NOT_TAKEN)
        said = await status(stage)
        assert "the last good one is in force" in said
        assert "refuze" not in said
        await stage.ask("ana", "request web-01 memory=+2G")
        await stage.until(lambda: len(stage.cards()) == 2)
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        assert len(stage.cards()) == 2
        edit(tmp_path, "refuze", "refuse")
        await reload(service, TAKEN)
        assert "configuration" not in await status(stage)
        assert "Nothing changes this week" in await stage.told("ana", "start old-wiki")


async def test_settings_that_need_no_restart_are_in_force(tmp_path: Path) -> None:
    """Copies, our own guests, budgets, incidents and the log's level: all from the next ask on."""
    async with serving(tmp_path) as (stage, service):
        edit(
            tmp_path,
            'approvals_channel = "C0APPROVALS"\n',
            'approvals_channel = "C0APPROVALS"\ncopy_to = ["C0WEB"]\n',
        )
        edit(
            tmp_path,
            "[[group]]\n",
            '[requests]\nown_guests = ["web-01"]\nopen_per_person = 1\n\n'
            '[incidents]\nprefix = "sorry"\n\n[[group]]\n',
        )
        edit(tmp_path, "\n[slack]\n", 'log_level = "error"\n\n[slack]\n')
        await reload(service, TAKEN)
        assert "This guest carries me or my store" in await stage.new_card(
            "ana", "request web-01 memory=+1G"
        )
        await stage.until(lambda: stage.cards("#web"))
        assert "as many of your requests are open as one person may have" in flat(
            await stage.told("ana", "request db-01 memory=+1G")
        )
        assert "is open in #sorry-" in await typed(stage, "ana", "incident open slow")
        await service.says('"event": "audit"')
        assert not [line for line in service.said if '"event": "transition"' in line]


async def test_a_reload_asked_for_while_it_starts_is_not_lost(tmp_path: Path) -> None:
    """Nor does the signal end the process, as it would one that does not expect it."""
    async with staged(tmp_path) as stage:
        await stage.stop_bot()
        read_anew = asyncio.Event()

        def read() -> Settings:
            read_anew.set()
            return stage.settings

        serving = asyncio.create_task(_serve(stage.settings, "all", read))
        await asyncio.wait({serving}, timeout=0.01)
        os.kill(os.getpid(), SIGHUP)
        await asyncio.wait_for(read_anew.wait(), 10)
        os.kill(os.getpid(), SIGTERM)
        await asyncio.wait_for(serving, 10)
