"""An incident from its beginning to its end, as people see it."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from tests.journey.incidents import (
    INCIDENTS,
    NOT_THE_API,
    THRASHES,
    card_text,
    channel_of,
    file_text,
    files_in,
    opened,
    says,
    status_card,
)
from tests.journey.reading import form_of, open_form, typed
from tests.journey.stage import QUICK, RULES, flat, staged


async def test_one_command_opens_a_channel_with_all_that_belongs_there(tmp_path: Path) -> None:
    """Channel, topic, card, pin, bookmarks, invitations, announcement, in few calls."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        await typed(stage, "ana", "whoami")  # who is in which group is known for a minute
        before = len(stage.slack.calls)
        told = await typed(stage, "ana", 'incident open "checkout is slow" sev2 web-01 db-01 mail')
        name = channel_of(stage)
        assert name.endswith("-checkout-is-slow")
        assert f"is open in #{name}." in told
        channel = stage.slack.directory.channel(name)
        assert channel.topic.endswith("· sev2 · investigating · checkout is slow")
        assert set(channel.members) >= {"U0ANA", "U0BOB", "U0CYR"}
        assert [title for title, _ in channel.bookmarks] == ["Runbook", "web-01", "db-01", "mail"]
        assert channel.bookmarks[1][1].endswith("/#v1:0:=lxc%2F101")
        card = status_card(stage, name)
        assert channel.pins == (card.ts,)
        said = flat(stage.says(card))
        assert "sev2: checkout is slow is being investigated; nobody leads yet." in said
        assert "web-01 (CT 101) on pve1: 1.6 GiB of 2 GiB memory in use (80 %)" in said
        assert "node pve1:" in said
        announcement = flat(stage.says(stage.cards("#general")[-1]))
        assert f"sev2: checkout is slow is being investigated in #{name}" in announcement
        assert "web-01" not in announcement
        made = [stage.slack.calls[n].method for n in range(before, len(stage.slack.calls))]
        assert len([method for method in made if method not in NOT_THE_API]) <= 12, made


async def test_two_who_open_the_same_meet_in_one(tmp_path: Path) -> None:
    """Whoever comes second is told where it is; another title about another guest is another."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        one, other = await asyncio.gather(
            typed(stage, "ana", "incident open slow sev2 web-01"),
            typed(stage, "bob", "incident open down sev1 web-01"),
        )
        refused = one if "already" in one else other
        assert "there is an incident about web-01 already: I-" in refused
        assert len(await stage.bot.store.open_incidents()) == 1
        assert "is open in" in await typed(stage, "bob", "incident open full sev3 db-01")


async def test_it_is_run_by_buttons_and_words(tmp_path: Path) -> None:
    """Lead, severity, status, guests: the card, the topic and the announcement follow."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        await stage.press("bob", "Take the lead", status_card(stage, channel))
        await says(stage, channel, "@Bob leads.")
        await stage.press("bob", "It is sev1", status_card(stage, channel))
        await says(stage, channel, "sev1: checkout is slow")
        told = await typed(stage, "bob", "incident status identified the cache is full", channel)
        assert "is identified: the cache is full; its card says so." in told
        await says(stage, channel, "is identified; @Bob leads. Last news: “the cache is full”")
        await stage.until(lambda: "the cache is full" in stage.says(stage.cards("#general")[-1]))
        topic = stage.slack.directory.channel(channel).topic
        assert "sev1 · identified" in topic
        await typed(stage, "ana", "incident attach mail", channel)
        await says(stage, channel, "mail (CT 103) on pve1")
        await typed(stage, "ana", "incident detach mail", channel)
        await stage.until(lambda: "mail" not in card_text(stage, channel).partition("Nov")[0])
        assert "@Cyr" in await typed(stage, "bob", "incident lead @cyr", channel)


async def test_the_timeline_takes_what_people_mark(tmp_path: Path) -> None:
    """A note, a pinned message and its removal, a message's own menu; nothing twice."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        await typed(stage, "bob", "incident note failover began by hand", channel)
        await says(stage, channel, "@Bob noted: “failover began by hand”")
        seen = stage.person("cyr").say("the cache evicts", channel=channel)
        await stage.person("ana").react(seen)
        await says(stage, channel, "@Cyr noted: “the cache evicts”")
        await stage.person("ana").react(seen, take_back=True)
        await stage.until(lambda: "the cache evicts" not in card_text(stage, channel))
        other = stage.person("ana").say("errors from 14:02 on", channel="#web")
        await stage.person("ana").shortcut("incident.note", other)
        await stage.until(lambda: stage.slack.open_view("ana") is not None)
        await stage.until(lambda: "Incident" in form_of(stage, "ana"))
        (incident,) = await stage.bot.store.open_incidents()
        view = open_form(stage, "ana")
        await stage.person("ana").submit(view, {"Incident": f"{incident.handle} {incident.title}"})
        await says(stage, channel, "@Ana noted: “errors from 14:02 on”")


async def test_it_ends_with_a_record_and_can_be_opened_again(tmp_path: Path) -> None:
    """The card, the announcement, the files; nothing is done to a closed one but opening it."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        await typed(stage, "bob", "incident note failover began by hand", channel)
        await typed(stage, "ana", "incident close the cache has its own node now", channel)
        await says(stage, channel, "is closed")
        await stage.until(lambda: len(files_in(stage, channel)) == 2)
        names = sorted(file["name"] for file in files_in(stage, channel))
        assert [name.rpartition(".")[2] for name in names] == ["json", "md"]
        record = json.loads(file_text(stage, channel, ".json"))
        assert record["summary"] == "the cache has its own node now"
        assert [line["what"] for line in record["timeline"]] == [
            "incident open",
            "incident channel",
            "note",
            "incident close",
        ]
        page = file_text(stage, channel, ".md")
        assert "noted: “failover began by hand”" in page
        ends = [flat(stage.says(message)) for message in stage.cards(channel)]
        assert any("Nothing of it is left to decide." in said for said in ends)
        refused = await typed(stage, "ana", "incident severity sev1", channel)
        assert "is closed since" in refused
        await typed(stage, "ana", "incident reopen", channel)
        await says(stage, channel, "is being investigated")


async def test_an_alert_opens_one_and_the_next_joins_it(tmp_path: Path) -> None:
    """A thrashing guest: its incident, who uses most, who is on call; nothing twice."""
    rules = RULES + INCIDENTS + THRASHES
    async with staged(tmp_path, rules=rules, terms=replace(QUICK, watch_every=100)) as stage:
        stage.pve.world.guest(101).usage.mem = int(1.99 * 2**30)
        await stage.until(lambda: channel_of(stage))
        channel = f"#{channel_of(stage)}"
        await stage.until(lambda: stage.cards(channel))
        assert "sev2: web-01 (CT 101): guest memory is being investigated" in card_text(
            stage, channel
        )
        (incident,) = await stage.bot.store.open_incidents()
        ((note,), _) = await stage.bot.store.notes(incident.id)
        assert "most memory there is used by VM 106 2.9 GiB, CT 102" in note.text
        members = stage.slack.directory.channel(channel).members
        assert {"U0BOB", "U0CYR"} <= set(members)
        assert len(await stage.bot.store.open_incidents()) == 1
        alert = next(m for m in stage.slack.messages("#web") if "web-01" in stage.says(m))
        assert "Open an incident" not in stage.says(alert)
