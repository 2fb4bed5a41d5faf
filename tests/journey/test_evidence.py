"""What a guest used over a week stands behind Details, with the picture of it behind a button."""

from pathlib import Path

import pytest

from bot.simulation.proxmox import faults
from tests.journey.reading import form_of, form_says, open_form
from tests.journey.stage import RULES, Stage, staged

SCOPED = (
    RULES
    + """
[[role]]
name = "web team"
members = ["S0WEB"]
guests = { guests = ["web-01"] }
may = ["view", "request"]
"""
)


def samples_read(stage: Stage) -> int:
    """Return how often samples were read."""
    return sum(call.path.endswith("/rrddata") for call in stage.pve.calls)


async def details(stage: Stage, name: str) -> str:
    """Let somebody press Details on the newest card; return what the dialog says."""
    await stage.press(name, "Details")
    return (await form_says(stage, name, "What happened so far")).replace("│", "")


@pytest.mark.parametrize("version", ["8.4.1", "9.1.9"])
async def test_details_say_what_was_used_over_a_week(tmp_path: Path, version: str) -> None:
    """Peak and typical use, from one read of samples that no plan and no card costs."""
    async with staged(tmp_path) as stage:
        stage.pve.world.nodes["pve1"].version = version
        await stage.new_card("ana", "request web-01 memory=+2G")
        assert samples_read(stage) == 0
        said = " ".join((await details(stage, "bob")).split())
        assert "What web-01 used, from" in said
        assert "memory typically 1.3 GiB, at most 1.6 GiB; CPU typically" in said
        step = "3 h" if version == "8.4.1" else "30 min"
        assert f"(averages of {step}: shorter peaks do not show)." in said
        assert samples_read(stage) == 1


async def test_the_graph_of_the_week_comes_as_a_direct_message(tmp_path: Path) -> None:
    """The answer lies over Details, which are there again when it is closed."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        await details(stage, "bob")
        bob = stage.person("bob")
        await bob.press(open_form(stage, "bob"), "Graph of the week")
        await form_says(stage, "bob", "The picture is in our direct messages.")
        titles = [f["title"] for m in stage.slack.direct_messages("bob") for f in m.files]
        assert titles == ["web-01 (CT 101): memory, last week"]
        await bob.close(open_form(stage, "bob"))
        assert "What web-01 used" in form_of(stage, "bob")


async def test_who_may_not_see_the_guest_gets_no_button(tmp_path: Path) -> None:
    """Approvers of a guest outside their role read what the request rests on, no more."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        assert "Graph of the week" in await details(stage, "ana")
        said = await details(stage, "bob")
        assert "What web-01 used" in said
        assert "Graph of the week" not in said


async def test_without_samples_details_are_there_all_the_same(tmp_path: Path) -> None:
    """Where Proxmox does not tell, nothing is said of it."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        stage.pve.on_call("GET /nodes/*/lxc/*/rrddata", faults.cut_before())
        said = await details(stage, "bob")
        assert "memory 2 → 4 GiB" in said
        assert "used, from" not in said


async def test_where_pictures_are_off_the_sentence_stays(tmp_path: Path) -> None:
    """Only the button needs what the feature drops."""
    async with staged(tmp_path, rules=RULES + "\n[features]\npictures = false\n") as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        said = await details(stage, "bob")
        assert "What web-01 used" in said
        assert "Graph of the week" not in said
