"""The audit leaves as a file, and whoever cut or edited it, in the store or the file, is found out."""

import asyncio
import gzip
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from redis.asyncio import Redis

from bot.cli import main
from bot.redis_store import embedded
from tests.journey.stage import Stage, staged


async def headroom(stage: Stage, folder: Path, *words: str, text: str = "") -> Result:
    """Run a command of the host on the stage's configuration, beside the bot."""
    secrets = {
        "SLACK_BOT_TOKEN": stage.slack.bot_token,
        "SLACK_APP_TOKEN": stage.slack.app_token,
        "SLACK_API_URL": stage.slack.api_url,
        "PROXMOX_TOKEN_HOME": stage.pve.token,
    }
    config = ("--config", str(folder / "headroom.toml"))
    arguments = [*words[:2], *config, *words[2:]]
    run = CliRunner(env=secrets).invoke
    return await asyncio.to_thread(run, main, arguments, input=text)


async def asked(stage: Stage) -> None:
    """Have a request carried out, and another one made."""
    await stage.new_card("ana", "request web-01 memory=+1G")
    await stage.answer_to_press("bob", "Approve")
    await stage.card_says("Read back")
    await stage.new_card("ana", "request mail memory=+1G")


async def test_an_export_is_verified_and_rehearsed(tmp_path: Path) -> None:
    """What `audit export` writes, `audit verify` and `policy test` read; so does a part of it."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        export = (await headroom(stage, tmp_path, "audit", "export")).output
        verified = await headroom(stage, tmp_path, "audit", "verify")
        same = await headroom(stage, tmp_path, "audit", "verify", "-", text=export)
        part = "".join(export.splitlines(keepends=True)[2:])
        partly = await headroom(stage, tmp_path, "audit", "verify", "-", text=part)
        tested = await headroom(stage, tmp_path, "policy", "test", "-", text=export)
        kept = ("audit", "verify", "--head", await stage.bot.store.audit_head())
        known = await headroom(stage, tmp_path, *kept)
        unknown = await headroom(stage, tmp_path, *kept[:3], "0" * 40)
    assert verified.output.startswith("the chain holds: ")
    assert same.output == verified.output
    assert ", following " in partly.output
    assert tested.output == "0 of 2 decisions would differ\n"
    assert (known.exit_code, unknown.exit_code) == (0, 1)
    assert "is not in the chain" in unknown.output


async def test_an_export_can_be_of_a_time_or_a_request(tmp_path: Path) -> None:
    """Only what was asked for; a word that is no time or number is named."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        handles = {r.handle for r in await stage.bot.store.recent_requests(10)}
        for handle in handles:
            one = await headroom(stage, tmp_path, "audit", "export", "--request", handle)
            assert {handle} == set(re.findall(r'"handle":"(R-\w+)"', one.output)) & handles
        everything = (await headroom(stage, tmp_path, "audit", "export")).output
        since = await headroom(stage, tmp_path, "audit", "export", "--since", "2020-01-01")
        until = await headroom(stage, tmp_path, "audit", "export", "--until", "2020-01-01")
        wrong = await headroom(stage, tmp_path, "audit", "export", "--since", "yesterday")
    assert everything == since.output
    assert until.output == ""
    assert "--since yesterday: write it as 2026-11-26T22:00" in wrong.output


async def test_a_changed_file_is_found_out(tmp_path: Path) -> None:
    """An edited line, a removed one, and one that was written otherwise."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        lines = (await headroom(stage, tmp_path, "audit", "export")).output.splitlines(
            keepends=True
        )
        said = []
        for changed in (
            [lines[0], lines[1].replace('"accepted":true', '"accepted":false'), *lines[2:]],
            [lines[0], *lines[2:]],
            [lines[0].replace('":"', '": "'), *lines[1:]],
        ):
            told = await headroom(stage, tmp_path, "audit", "verify", "-", text="".join(changed))
            assert told.exit_code == 1
            said.append(told.output)
    assert "was changed after it was written" in said[0]
    assert "does not follow the one before it" in said[1]
    assert "line 1 is not as headroom audit export writes it" in said[2]


async def test_a_changed_store_is_found_out(tmp_path: Path) -> None:
    """Whoever takes an entry out of the store leaves a gap that is named."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        second, third = (await stage.bot.store.audit_since("0", 3))[1:]
        url = await embedded.ensure(stage.settings.store.folder)
        redis: Any = Redis.from_url(url)
        await redis.xdel("{headroom}:audit", second.position)
        await redis.aclose()
        told = await headroom(stage, tmp_path, "audit", "verify")
    assert told.exit_code == 1
    assert f"the entry at {third.position} does not follow the one before it" in told.output


async def test_a_file_that_proves_nothing_is_not_called_verified(tmp_path: Path) -> None:
    """One that is emptied, or compressed, or no text at all ends with a sentence and status 1."""
    async with staged(tmp_path) as stage:
        brand_new = await headroom(stage, tmp_path, "audit", "verify")
        empty = await headroom(stage, tmp_path, "audit", "verify", "-")
        packed = tmp_path / "audit.jsonl.gz"
        packed.write_bytes(gzip.compress(b"{}"))
        latin = tmp_path / "latin.jsonl"
        latin.write_bytes("{}\nnaïve".encode("latin-1"))
        for file in (packed, latin):
            for words in (("audit", "verify"), ("policy", "test")):
                said = await headroom(stage, tmp_path, *words, str(file))
                assert said.exit_code == 1
                assert isinstance(said.exception, SystemExit)
                assert "it is no UTF-8 text" in said.output
    assert (brand_new.exit_code, brand_new.output) == (0, "no entries\n")
    assert (empty.exit_code, "there is no entry in it" in empty.output) == (1, True)


async def test_an_emptied_store_is_not_called_verified(tmp_path: Path) -> None:
    """This host has seen an entry, and none is left."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        await stage.until((stage.settings.store.folder / "heartbeat.json").exists)
        redis: Any = Redis.from_url(await embedded.ensure(stage.settings.store.folder))
        await stage.stop_bot()
        await redis.flushall()
        await redis.aclose()
        told = await headroom(stage, tmp_path, "audit", "verify")
    assert told.exit_code == 1
    assert "none is left, and this host has seen one at " in told.output


async def test_an_export_of_a_request_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """An empty export would read as if nothing had happened; one of an empty time is empty."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        handle = (await stage.request()).handle
        only = ("audit", "export", "--request")
        unknown = await headroom(stage, tmp_path, *only, "R-9999")
        early = await headroom(stage, tmp_path, *only, handle, "--until", "2020-01-01")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "I know no request R-9999" in unknown.stderr
    assert (early.exit_code, early.output) == (0, "")
