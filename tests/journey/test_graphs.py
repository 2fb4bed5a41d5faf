"""Pictures of usage, asked for in Slack."""

from pathlib import Path

import pytest

from bot.model.samples import Window
from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.calls import refuse
from tests.journey.stage import RULES, Stage, flat, staged

SEES_WEB = f"""
[[role]]
name = "web"
members = ["U0ANA"]
guests = {{ guests = ["web-01"] }}
may = ["view"]
{RULES}
"""


def uploads(slack: SimulatedSlack) -> list[str]:
    """Return the descriptions of the pictures that were uploaded."""
    calls = [c for c in slack.calls if c.method == "files.getUploadURLExternal"]
    return [str(c.arguments["alt_txt"]) for c in calls]


async def pictures(stage: Stage, channel: str) -> list[str]:
    """Wait for a picture in a channel; return the titles of all there."""

    def titles() -> list[str]:
        messages = stage.slack.messages(channel) if channel != "ana" else []
        messages = messages or stage.slack.direct_messages("ana")
        return [str(file["title"]) for message in messages for file in message.files]

    await stage.until(titles)
    return titles()


async def test_a_picture_comes_as_a_direct_message(tmp_path: Path) -> None:
    """Memory over a day unless said otherwise; the answer tells it in words, as its description does."""
    async with staged(tmp_path) as stage:
        told = await stage.told("ana", "graph web-01")
        assert "The picture is in our direct messages." in told
        assert "web-01 (CT 101): memory, last day. In use: typically 1.3 GiB" in told
        assert await pictures(stage, "ana") == ["web-01 (CT 101): memory, last day"]
        assert uploads(stage.slack)[0] in told


async def test_the_words_stand_in_any_order(tmp_path: Path) -> None:
    """A time without a figure is memory over that time."""
    async with staged(tmp_path) as stage:
        assert "web-01 (CT 101): memory, last week" in await stage.told("ana", "graph 101 week")
        assert "network, last hour" in await stage.told("ana", "graph web-01 hour net")


async def test_a_node_has_pictures_too(tmp_path: Path) -> None:
    """What is installed stands beside what is in use."""
    async with staged(tmp_path) as stage:
        told = await stage.told("ana", "graph pve1 memory month")
        assert "node pve1: memory, last month. In use:" in told
        assert "Installed: 16 GiB now." in told


async def test_with_public_it_stands_in_the_channel(tmp_path: Path) -> None:
    """Everybody there sees it."""
    async with staged(tmp_path) as stage:
        await stage.ask("ana", "graph web-01 cpu --public", channel="#approvals")
        assert await pictures(stage, "#approvals") == ["web-01 (CT 101): CPU, last day"]


async def test_a_guest_one_may_not_see_is_not_there(tmp_path: Path) -> None:
    """The same answer as for a name that does not exist, and no picture."""
    async with staged(tmp_path, rules=SEES_WEB) as stage:
        hidden = await stage.told("ana", "graph build-7")
        nowhere = await stage.told("ana", "graph build-9")
        assert "you see no guest called build-7, and no node is" in hidden
        assert hidden.replace("build-7", "X") == nowhere.replace("build-9", "X")
        assert uploads(stage.slack) == []


async def test_a_picture_that_cannot_be_public_comes_directly(tmp_path: Path) -> None:
    """The channel does not take it: who asked gets it, and is told why."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("files.completeUploadExternal", refuse("not_in_channel"))
        await stage.ask("ana", "graph web-01 --public")
        assert await pictures(stage, "ana") == ["web-01 (CT 101): memory, last day"]
        said = "not in the channel: Slack says `not_in_channel`"
        await stage.until(lambda: any(said in stage.says(m) for m in stage.slack.messages("#web")))


UPGRADED = "9.1.9 since six hours"


@pytest.mark.parametrize("version", ["8.4.1", "9.1.9", UPGRADED])
async def test_a_graph_reads_right_on_each_version(tmp_path: Path, version: str) -> None:
    """Whatever the grid: the same figures, no gap, every window; what PVE 8 does not keep is left out."""
    async with staged(tmp_path) as stage:
        node = stage.pve.world.nodes["pve1"]
        node.version = version.partition(" ")[0]
        node.upgraded_at = stage.pve.world.clock.now() - 6 * 3600 if version == UPGRADED else 0.0
        for window in Window:
            told = flat(await stage.told("ana", f"graph web-01 {window}"))
            assert f"web-01 (CT 101): memory, last {window}. In use: typically" in told
            typical = float(told.partition("typically ")[2].partition(" ")[0])
            assert typical == pytest.approx(1.33, abs=0.3)
            assert "Limit: 2 GiB now." in told
            assert "Samples are missing" not in told
        told = flat(await stage.told("ana", "graph pve1 week"))
        assert "node pve1: memory, last week. In use: typically" in told
        assert "Samples are missing" not in told
        assert ("ZFS ARC" in told) == (node.major > 8)
