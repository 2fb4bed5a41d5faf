"""What is not there or does not answer: said at once, and nothing is shown as accepted."""

import os
import sys
from asyncio import subprocess
from pathlib import Path

import pytest

from bot.redis_store import embedded
from tests.journey.reading import flat, form_of, open_form, pressed, typed
from tests.journey.stage import Stage, staged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the stage keeps its store."""
    return tmp_path / "state"


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_with_the_store_down_nothing_is_accepted(
    tmp_path: Path, folder: Path, mode: str
) -> None:
    """Commands, presses and forms all answer that nothing was recorded; later they work again."""
    async with staged(tmp_path, mode=mode) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Deny")
        form = open_form(stage, "bob")
        assert "you asked for" in await pressed(stage, "ana", "Approve")
        await embedded.stop(folder)
        for text in ("request db-01 memory=+1G", "start old-wiki", "show web-01"):
            reply = await stage.ask("ana", text)
            assert reply.message is not None
            said = flat(stage.slack.shown(reply.message))
            assert "my store does not answer, so I accept nothing. Try again in a minute." in said
        reply = await stage.ask("ana", "requests")
        assert reply.message is not None
        assert "my store does not answer" in flat(stage.slack.shown(reply.message))
        for button in ("Approve", "Deny", "Offer less"):
            assert "my store does not answer" in await pressed(stage, "cyr", button)
        await stage.person("bob").submit(form, {"reason": "not now"})
        assert "my store does not answer" in form_of(stage, "bob").replace("│ ", "")
        assert card == stage.shown()
        assert stage.memory(101) == 2048
        await embedded.ensure(folder)
        assert "is approved" in await pressed(stage, "cyr", "Approve")
        await stage.card_says("Read back")


async def test_with_proxmox_down_nothing_is_decided(tmp_path: Path) -> None:
    """Asking and approving say that it does not answer; the vote is not counted."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.pve.close_host("pve1")
        told = await typed(stage, "ana", "request db-01 memory=+1G")
        assert "Nothing changed: " in told
        assert "does not answer" in told
        assert "does not answer" in await pressed(stage, "bob", "Approve")
        assert "0 of 1" in stage.shown()


async def test_a_locked_guest_is_waited_for(tmp_path: Path) -> None:
    """A backup that holds the guest delays the change, says so, and never fails it."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        values = stage.pve.world.guest(101).config.values
        values["lock"] = "backup"
        await stage.press("bob", "Approve")
        assert "for its lock (backup) to go" in flat(await stage.card_says("Waiting since"))
        assert stage.memory(101) == 2048
        del values["lock"]
        await stage.card_says("Read back")
        assert stage.memory(101) == 3072


async def test_a_name_that_two_guests_have_is_asked_back(tmp_path: Path) -> None:
    """Candidates are named with their numbers; a number is never ambiguous."""
    async with staged(tmp_path) as stage:
        text = "arch: amd64\ncores: 1\nhostname: web-01\nmemory: 512\n"
        stage.pve.world.create(201, "lxc", "pve1", text)
        told = await typed(stage, "ana", "request web-01 memory=+1G")
        assert "web-01 fits more than one guest" in told
        assert "101" in told
        assert "201" in told
        assert "web-01 (CT 201" in flat(await stage.new_card("ana", "request 201 memory=+512M"))


async def test_a_template_is_refused(tmp_path: Path) -> None:
    """A template never runs, so it gets nothing."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(105).config.values["template"] = "1"
        told = await typed(stage, "ana", "request old-wiki memory=+1G")
        assert "old-wiki is a template and never runs" in told


async def test_a_missing_privilege_is_named_before_anybody_is_bothered(tmp_path: Path) -> None:
    """Exact name and path, at the request, with no card."""
    async with staged(tmp_path) as stage:
        revoke(stage, "VM.Config.Memory")
        told = await typed(stage, "ana", "request web-01 memory=+1G")
        assert "I lack the Proxmox privilege VM.Config.Memory on /vms/101" in told
        assert not stage.cards()


def revoke(stage: Stage, privilege: str) -> None:
    """Take a privilege out of every role of the simulated cluster."""
    roles = stage.pve.world.access.roles
    for name, held in list(roles.items()):
        roles[name] = type(held)(p for p in held if p != privilege)


MISTAKES = """
[slack]
mode = "carrier pigeon"
approvals_channel = "#approvals"

[[cluster]]
name = "home"
hosts = ["ftp://pve1"]
ca_file = "/nowhere/ca.pem"

[capacity]
memory_promised_max = "lots"

[[rule]]
name = "resources"
approvals = 1
approvers = ["opps"]
whenn = {}
"""


async def test_every_mistake_in_the_configuration_is_named_at_once(tmp_path: Path) -> None:
    """The service does not start, says each mistake with its place, and exits with 1."""
    config = tmp_path / "headroom.toml"
    config.write_text(MISTAKES)
    secrets = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    token = {"PROXMOX_TOKEN_HOME": "headroom@pve!bot=secret"}
    process = await subprocess.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config)),
        env=os.environ | secrets | token,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 1
    for place in ("mode", "approvals_channel", "hosts", "memory_promised_max", "whenn"):
        assert place in said, said
    assert "Traceback" not in said
    assert "not started" in said
