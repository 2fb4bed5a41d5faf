"""The operator's hand on the host: the same transitions as in Slack, without Slack."""

import asyncio
import json
import os
import pwd
import sys
from pathlib import Path

from bot.model.people import host_person
from bot.model.redaction import REMOVED
from bot.model.request import State
from bot.redis_store import embedded
from tests.contract.operators import Said, run
from tests.journey.acts import held, nothing_held
from tests.journey.stage import Stage, flat, staged
from tests.journey.test_secrets import in_files, stored
from tests.journey.test_secrets import sent as sent_to_slack
from tests.journey.test_uncertain import CT, PUT, SHORT, approved, sent, silent_after

ME = pwd.getpwuid(os.getuid()).pw_name


async def headroom(stage: Stage, folder: Path, *words: str) -> Said:
    """Run a command on the stage's host, with tokens that Slack would not take, and no way to it."""
    variables = {
        "SLACK_BOT_TOKEN": "xoxb-taken-back",
        "SLACK_APP_TOKEN": "xapp-taken-back",
        "SLACK_API_URL": "http://127.0.0.1:9/",
        "PROXMOX_TOKEN_HOME": stage.pve.token,
    }
    command, *rest = words
    config = ("--config", str(folder / "headroom.toml"))
    return await asyncio.to_thread(run, (command, *config, *rest), variables, "")


async def test_a_pause_typed_on_the_host_holds_what_slack_approves(tmp_path: Path) -> None:
    """Cards name the system user; `requests` lists what waits; unpause lets it run."""
    async with staged(tmp_path) as stage:
        said = await headroom(stage, tmp_path, "pause", "power", "is", "going")
        assert (said.status, "Paused: everything: “power is going”." in said.text) == (0, True)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says(f"It waits: {ME} on the host paused everything")
        handle = (await stage.request()).handle
        listed = await headroom(stage, tmp_path, "requests")
        assert f"{ME} on the host paused everything" in listed.text
        line = listed.line(handle)
        assert "approved · web-01 (CT 101, pve1) · cluster home · memory 2 → 3 GiB" in line
        assert (await headroom(stage, tmp_path, "unpause")).status == 0
        await stage.card_says("Read back")
        assert stage.memory(101) == 3072
        again = await headroom(stage, tmp_path, "unpause")
        assert (again.status, "there is no pause of everything" in again.text) == (1, True)
        assert "No request is open." in (await headroom(stage, tmp_path, "requests")).text


async def test_what_is_done_on_the_host_is_in_the_log_too(tmp_path: Path) -> None:
    """A command writes the line of its audit entry on standard error, and nothing else there."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "cancel", "--config", str(tmp_path / "headroom.toml")),
            handle,
            env=os.environ | dict(stage.environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, log = await child.communicate()
        assert f"{handle} is cancelled" in said.decode()
        written = json.loads(log)
        last = (await stage.bot.store.newest_audit(1))[0]
        assert (written["event"], written["who"]) == ("audit", host_person(ME).user_id)
        assert (written["handle"], written["hash"]) == (handle, last.hash)


async def test_a_cancel_on_the_host_frees_the_room_and_the_card_follows(tmp_path: Path) -> None:
    """Whoever asked for it, with its reason, and in the audit under the system user."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at 02:00")
        await stage.press("bob", "Approve")
        await stage.card_says("Nothing happens before")
        assert await held(stage) == {"memory": 1024}
        request = await stage.request()
        said = await headroom(stage, tmp_path, "cancel", request.handle.lower(), "wrong", "guest")
        assert f"{request.handle} is cancelled" in said.text
        await stage.card_says(f"Stopped by {ME} on the host")
        await nothing_held(stage)
        last = (await stage.bot.store.audit_of(request.id))[-1].entry
        assert (last.actor, last.what, last.why) == (host_person(ME), "cancel", "wrong guest")
        late = await headroom(stage, tmp_path, "cancel", request.handle)
        assert late.status == 1
        assert "is cancelled already" in flat(late.text)
        refused = (await stage.bot.store.audit_of(request.id))[-1].entry
        assert (refused.actor, refused.accepted) == (host_person(ME), False)
        nobody = await headroom(stage, tmp_path, "cancel", "R-2222")
        assert (nobody.status, "I know no request R-2222" in nobody.text) == (1, True)


async def test_an_unknown_outcome_is_resolved_on_the_host(tmp_path: Path) -> None:
    """Marked as said by the system user, and never sent again; a known one is refused."""
    async with staged(tmp_path, terms=SHORT) as stage:
        back = silent_after(stage, PUT, effect=True)
        await approved(stage, CT)
        await stage.card_says("I do not know")
        handle = (await stage.request()).handle
        words = ("resolve", handle, "done", "seen", "in", "the", "web", "UI")
        assert "is marked done" in (await headroom(stage, tmp_path, *words)).text
        await stage.card_says(f"Marked done by {ME} on the host, not read back by me")
        back.set()
        assert "is known" in (await headroom(stage, tmp_path, *words)).text
        assert sent(stage) == ["PUT"]
        assert (await stage.request()).state is State.SUCCEEDED


async def test_the_commands_work_while_the_bot_is_stopped(tmp_path: Path) -> None:
    """What is said meanwhile holds once it starts, and its cards follow."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at 02:00")
        await stage.press("bob", "Approve")
        await stage.card_says("Nothing happens before")
        handle = (await stage.request()).handle
        await stage.stop_bot()
        calls = len(stage.slack.calls)
        assert (await headroom(stage, tmp_path, "pause", "home", "maintenance")).status == 0
        assert (await headroom(stage, tmp_path, "cancel", handle)).status == 0
        assert len(stage.slack.calls) == calls
        await stage.start_bot()
        await stage.card_says(f"Stopped by {ME} on the host")
        await stage.new_card("ana", "request mail memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says(f"It waits: {ME} on the host paused cluster home")


async def test_a_store_it_started_is_named(tmp_path: Path) -> None:
    """Where nothing runs the embedded store is started, which the command says."""
    async with staged(tmp_path) as stage:
        here = await headroom(stage, tmp_path, "requests")
        assert "did not run" not in here.text
        other = (tmp_path / "headroom.toml").read_text()
        elsewhere = tmp_path / "b"  # short: the path of a socket has little room
        elsewhere.mkdir()
        folder = str(stage.settings.store.folder)
        (elsewhere / "headroom.toml").write_text(other.replace(folder, str(elsewhere / "s")))
        try:
            said = await headroom(stage, elsewhere, "requests")
            assert f"The store in {elsewhere / 's'} did not run; I started it" in said.text
            assert "No request is open." in said.text
            assert "did not run" not in (await headroom(stage, elsewhere, "requests")).text
        finally:
            await embedded.stop(elsewhere / "s")


async def test_no_secret_typed_on_the_host_is_written_anywhere(tmp_path: Path) -> None:
    """Not in the answer, the store, the audit or Slack: `[secret]` stands in its place."""
    async with staged(tmp_path, terms=SHORT) as stage:
        secrets = (stage.pve.token, stage.pve.token.partition("=")[2], "xapp-taken-back")
        typed = f"the token is {' '.join(secrets)}"
        answers = [
            await headroom(stage, tmp_path, "pause", typed),
            await headroom(stage, tmp_path, "unpause", secrets[1]),
        ]
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says(f"the token is {REMOVED}")
        waiting = (await stage.request()).handle
        answers += [
            await headroom(stage, tmp_path, "cancel", waiting, *typed.split()),
            await headroom(stage, tmp_path, "cancel", secrets[1]),
            await headroom(stage, tmp_path, "unpause"),
        ]
        await stage.card_says("Stopped by")
        back = silent_after(stage, PUT, effect=True)
        await approved(stage, CT)
        await stage.card_says("I do not know")
        unknown = (await stage.request()).handle
        answers.append(await headroom(stage, tmp_path, "resolve", unknown, "done", typed))
        await stage.card_says("Marked done by")
        back.set()
        everything = {
            "answers": "\n".join(said.text for said in answers),
            "store": await stored(stage),
            "slack": sent_to_slack(stage),
            "files": in_files(stage.settings.store.folder).decode("latin-1"),
        }
    assert [said.status for said in answers] == [0, 1, 0, 2, 0, 0]
    for place, text in everything.items():
        assert [secret[:6] for secret in secrets if secret in text] == [], place
        assert REMOVED in text, place
