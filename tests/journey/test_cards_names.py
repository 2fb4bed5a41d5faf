"""Names and texts that are up to no good: no pings, nothing that formats, nothing over a limit."""

from pathlib import Path

import pytest

from tests.journey.reading import form_says, open_form, typed
from tests.journey.stage import Stage, staged

NASTY = {
    "backticks": "a`b``c```d",
    "a ping": "<!channel> <@U0EVE> @here",
    "turned around": "web\u202e10-\u2066bew\u2069\u200f",
    "a link": "<https://evil.example|web-01>",
    "formatting": "*web* _01_ ~x~ :fire: &amp; >q",
    "long": "x" * 900,
}


def rename(stage: Stage, vmid: int, name: str) -> None:
    """Give a CT a name that Proxmox itself would not take, to be on the safe side."""
    guest = stage.pve.world.guest(vmid)
    guest.config.values["hostname"] = name


def broadcasts(stage: Stage) -> list[str]:
    """Return the pings of groups and channels, and of people who have no part in it."""
    ours = {"<@U0ANA>", "<@U0BOB>", "<@U0CYR>"}
    return [ping.what for ping in stage.slack.pings if ping.what not in ours]


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY.keys())
async def test_names_and_reasons_are_only_shown(tmp_path: Path, name: str) -> None:
    """Whatever guests are called and reasons say, it notifies nobody and every message is taken."""
    async with staged(tmp_path) as stage:
        rename(stage, 101, name)
        stage.pve.world.guest(101).config.values["tags"] = "a;b"
        await typed(stage, "ana", "show 101")
        await stage.ask("ana", "list")
        card = await stage.new_card("ana", f"request 101 memory=+1G because {name[:300]}")
        assert "\u202e" not in card
        assert "\u2066" not in card
        await stage.person("ana").press(stage.card(), "Details")
        await form_says(stage, "ana", "What happened so far")
        await stage.press("bob", "Deny")
        form = open_form(stage, "bob")
        await stage.person("bob").submit(form, {"reason": name[:400]})
        await stage.result("ana", "Denied")
        assert not broadcasts(stage)


async def test_a_reason_over_the_limit_is_refused_with_its_length(tmp_path: Path) -> None:
    """Nothing is cut away silently."""
    async with staged(tmp_path) as stage:
        told = await typed(stage, "ana", f"request web-01 memory=+1G {'because ' * 90}")
        assert "the reason has 719 characters, 500 at most" in told
        assert not stage.cards()


async def test_three_hundred_guests_do_not_overfill_the_picker(tmp_path: Path) -> None:
    """The picker offers a hundred at most and finds the others by what is typed."""
    async with staged(tmp_path) as stage:
        for number in range(300):
            text = "\n".join(
                ("arch: amd64", "cores: 1", f"hostname: worker-{number:03d}", "memory: 16", "")
            )
            stage.pve.world.create(2000 + number, "lxc", "pve1", text)
        ana = stage.person("ana")
        await ana.command("/pve request", channel="#web")
        await form_says(stage, "ana", "Send request")
        form = open_form(stage, "ana")
        assert len(await ana.suggest(form, "guest", "")) == 100
        assert len(await ana.suggest(form, "guest", "worker-29")) == 10
        found = await ana.suggest(form, "guest", "2299")
        assert [o["text"]["text"] for o in found] == ["worker-299 (CT 2299, pve1)"]
        listed = await stage.ask("ana", "list worker")
        assert listed.message is not None
        assert "300 guests for worker, page 1 of 20." in stage.slack.shown(listed.message)
        assert "[ More ]" in stage.slack.shown(listed.message)
        await stage.press("ana", "More", listed.message)
        await stage.until(lambda: "page 2 of 20" in stage.slack.visible())
