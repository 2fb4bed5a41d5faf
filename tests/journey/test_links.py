"""Links into the web UI: in listed channels they become cards, elsewhere they stay links."""

from pathlib import Path

import pytest

from bot.simulation.slack import broken, cut_after, refuse
from bot.simulation.slack.messages import Message
from tests.journey.acts import eventually, filled
from tests.journey.reading import flat, typed
from tests.journey.stage import RULES, Stage, staged

UI = "https://pve.example.org:8006"
WEB_01 = f"{UI}/#v1:0:=lxc%2F101:4:5::::::"
CARD = "web-01 (CT 101, pve1) is running: memory 2 GiB"

SCOPED = (
    RULES
    + """
[[role]]
name = "web team"
members = ["S0WEB"]
guests = { guests = ["web-01"] }
may = ["view", "request"]

[[role]]
name = "operators"
members = ["S0OPSGROUP"]
may = ["view", "request"]
"""
)


def watched(stage: Stage) -> None:
    """Let Slack watch the domain of the web UI, as the manifest says."""
    stage.slack.workspace.unfurl_domains = ("example.org",)


async def posted(stage: Stage, name: str, text: str, channel: str = "#web") -> Message:
    """Let somebody post a text and wait until the bot is through with it."""
    watched(stage)
    message = await stage.person(name).share(text, channel=channel)

    async def through() -> bool:
        waiting = [member for member, _ in await stage.bot.store.backlog(100)]
        return not [member for member in waiting if member.startswith("intake:")]

    await eventually(stage, through)
    return next(m for m in stage.slack.messages(channel) if m.ts == message.ts)


def unfurls(stage: Stage) -> int:
    """Return how often links were shown as cards."""
    return stage.slack.calls.count("chat.unfurl")


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_link_to_a_guest_becomes_its_card(tmp_path: Path, mode: str) -> None:
    """State, memory in force, node and use; the message itself stays as it was written."""
    async with staged(tmp_path, mode=mode) as stage:
        message = await posted(stage, "ana", f"is {WEB_01} too small?")
        said = flat(stage.says(message))
        assert said.startswith("is https://pve.example.org:8006")
        assert CARD in said
        assert "of it in use; 2 cores" in said
        assert "[ Show ] [ Graph ] [ Request resources ]" in said
        assert "As seen" in said
        assert stage.slack.late_acks == 0


async def test_the_buttons_of_a_card_answer_whoever_presses(tmp_path: Path) -> None:
    """Show privately, the picture as a direct message, the form with the guest chosen."""
    async with staged(tmp_path) as stage:
        message = await posted(stage, "ana", WEB_01)
        assert "web-01 (CT 101, pve1) has memory 2 GiB" in await stage.answer_to_press(
            "bob", "Show", message
        )
        said = await stage.answer_to_press("bob", "Graph", message)
        assert "The picture is in our direct messages." in said
        assert [file["title"] for m in stage.slack.direct_messages("bob") for file in m.files]
        await stage.press("dora", "Request resources", message)
        await filled(stage, "dora", "It has memory 2 GiB")
        refused = await stage.answer_to_press("gus", "Show", message)
        assert "a guest of the workspace" in refused
        assert "2 GiB" not in refused


async def test_several_links_each_get_their_card(tmp_path: Path) -> None:
    """Guests and nodes, written plainly or encoded; one that leads to nothing stays a link."""
    text = f"{WEB_01} and {UI}/#v1:0:=qemu/106:4 on {UI}/#v1:0:=node%2Fpve1:4 not {UI}/#v1:0:=qemu%2F999"
    async with staged(tmp_path) as stage:
        message = await posted(stage, "ana", text)
        said = flat(stage.says(message))
        assert CARD in said
        assert "app1 (VM 106, pve1) is running" in said
        assert (
            "Node pve1 is online, with 7 guests that count. All guests on pve1 are promised" in said
        )
        assert "In use on pve1: 11.1 of 14.4 GiB. [ Headroom ]" in said
        assert len(message.attachments) == 3
        assert unfurls(stage) == 1


@pytest.mark.parametrize(
    "link",
    [
        f"{UI}/#v1:0:=qemu%2F999:4",
        f"{UI}/#v1:0:=qemu%2F101:4",
        f"{UI}/#v1:0:=node%2Fpve9:4",
        f"{UI}/#v1:0:18:4",
        "https://other.example.org:8006/#v1:0:=qemu%2F101:4",
        "https://pve.example.org/#v1:0:=qemu%2F101:4",
    ],
    ids=["unknown vmid", "other kind", "unknown node", "datacenter", "other host", "other port"],
)
async def test_what_leads_to_nothing_of_ours_stays_a_link(tmp_path: Path, link: str) -> None:
    """No card, no word to anybody."""
    async with staged(tmp_path) as stage:
        message = await posted(stage, "ana", link)
        assert message.attachments == ()
        assert unfurls(stage) == 0
        assert stage.slack.direct_messages("ana") == []


async def test_in_other_channels_links_stay_links(tmp_path: Path) -> None:
    """Also where the channel's other people could not see the guest."""
    async with staged(tmp_path) as stage:
        await posted(stage, "ana", WEB_01, "#general")
        assert unfurls(stage) == 0


async def test_what_the_poster_may_not_see_stays_a_link(tmp_path: Path) -> None:
    """A name that their role does not show is not shown for posting a number."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        mail = f"{UI}/#v1:0:=lxc%2F{stage.pve.world.named('mail').vmid}:4"
        assert (await posted(stage, "ana", mail)).attachments == ()
        assert len((await posted(stage, "ana", WEB_01)).attachments) == 1
        assert "mail" in stage.says(await posted(stage, "bob", mail))


async def test_links_of_guests_of_the_workspace_and_outsiders_stay_links(tmp_path: Path) -> None:
    """Nor does a channel that another organisation shares show any."""
    async with staged(tmp_path) as stage:
        assert (await posted(stage, "gus", WEB_01)).attachments == ()
        await posted(stage, "xena", WEB_01, "#partners")
        await posted(stage, "ana", WEB_01, "#partners")
        message = stage.person("ana").say(WEB_01, channel="#web")
        event = {
            "type": "link_shared",
            "user": "U0XENA",
            "channel": "C0WEB",
            "message_ts": message.ts,
            "links": [{"domain": "example.org", "url": WEB_01}],
        }
        await stage.slack.send_event(event)
        await posted(stage, "gus", WEB_01)
        assert unfurls(stage) == 0


async def test_the_same_event_again_shows_nothing_twice(tmp_path: Path) -> None:
    """Slack delivers events up to four times; also across a restart."""
    async with staged(tmp_path) as stage:
        await posted(stage, "ana", WEB_01)
        await stage.slack.redeliver()
        await stage.stop_bot()
        await stage.start_bot()
        await stage.slack.redeliver()
        message = await posted(stage, "bob", "unrelated")
        assert unfurls(stage) == 1
        assert message.attachments == ()


@pytest.mark.parametrize("fault", [broken(), cut_after()], ids=["broken", "answer lost"])
async def test_a_fault_is_tried_again_and_shows_one_card(tmp_path: Path, fault: object) -> None:
    """A second call with the same links shows the same previews, not more of them."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("chat.unfurl", fault, times=1)  # type: ignore[arg-type] # an Action
        watched(stage)
        await stage.person("ana").share(WEB_01, channel="#web")
        await stage.until(lambda: unfurls(stage) == 2, seconds=30)
        message = await posted(stage, "ana", "and?")
        (card,) = [m for m in stage.slack.messages("#web") if m.attachments]
        assert message.ts != card.ts
        assert len(card.attachments) == 1


async def test_a_refusal_of_slack_leaves_a_link(tmp_path: Path) -> None:
    """What Slack will never show is not asked for again."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("chat.unfurl", refuse("cannot_unfurl_url"), times=None)
        message = await posted(stage, "ana", WEB_01)
        assert message.attachments == ()
        assert unfurls(stage) == 1
        assert stage.slack.direct_messages("ana") == []


async def test_where_links_are_off_the_event_does_nothing(tmp_path: Path) -> None:
    """It is acknowledged, for an older manifest may still ask for it; the rest works."""
    rules = RULES + "\n[features]\nlinks = false\n"
    async with staged(tmp_path, rules=rules) as stage:
        await posted(stage, "ana", WEB_01)
        assert stage.slack.deliveries[-1].ack.acknowledged
        assert unfurls(stage) == 0
        assert "You are @Ana" in await typed(stage, "ana", "whoami")
