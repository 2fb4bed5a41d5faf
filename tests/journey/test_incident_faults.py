"""An incident goes on whatever becomes of its channel, its card, its lead, and its clock."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.audit import AuditEntry
from bot.model.incident import Incident
from bot.model.people import SYSTEM
from bot.model.save import Save
from bot.simulation.slack import refuse
from tests.journey.acts import eventually, told
from tests.journey.incidents import INCIDENTS, card_text, files_in, opened, says, status_card
from tests.journey.reading import typed
from tests.journey.stage import QUICK, RULES, Stage, flat, staged

LIVELY = replace(QUICK, live_every=1_000, live_each=0)
"""Cards that are edited for fresh figures every second."""

LOST = "I can no longer write in the channel of"

AT_ONCE = replace(QUICK, roster_age=1)
"""Terms for who may not wait until Slack is asked again about people."""


async def the_incident(stage: Stage) -> Incident:
    """Return the one that is open."""
    (incident,) = await stage.bot.store.open_incidents()
    return incident


def directly(stage: Stage, name: str) -> list[str]:
    """Return what somebody was told directly of channels that were lost."""
    said = [flat(stage.says(m)) for m in stage.slack.direct_messages(name)]
    return [text for text in said if LOST in text]


async def moved(stage: Stage, handle: str, channel: str) -> None:
    """Adopt an incident in another channel; all that belongs there comes to be there."""
    answer = await typed(stage, "ana", f"incident adopt {handle}", channel)
    assert f"{handle} goes on in this channel." in answer
    await says(stage, channel, "is being investigated")
    await stage.until(lambda: stage.slack.directory.channel(channel).pins)
    place = stage.slack.directory.channel(channel)
    assert place.pins == (status_card(stage, channel).ts,)
    assert [title for title, _ in place.bookmarks] == ["Runbook", "web-01", "db-01"]
    assert place.topic.startswith(handle)
    await stage.until(lambda: f"in {place.title}." in stage.says(stage.cards("#general")[-1]))


@pytest.mark.parametrize("lead", ["", "bob"])
async def test_an_archived_channel_is_told_and_another_adopted(tmp_path: Path, lead: str) -> None:
    """The lead, else who opened it, hears of it once; card, pin and bookmarks are in the next one."""
    async with staged(tmp_path, rules=RULES + INCIDENTS, terms=LIVELY) as stage:
        channel = await opened(stage)
        handle = (await the_incident(stage)).handle
        if lead:
            await stage.press(lead, "Take the lead", status_card(stage, channel))
            await says(stage, channel, "leads.")
        stage.slack.directory.change_channel(channel, is_archived=True)
        who = lead or "ana"
        said = await told(stage, who, LOST)
        assert "`/pve incident adopt` with its number, in another channel, goes on there." in said
        await stage.until(lambda: "no longer write in its channel" in stage.shown("#general"))
        await moved(stage, handle, "#web")
        await typed(stage, "ana", "incident note it goes on", "#web")
        await says(stage, "#web", "it goes on")
        assert len(directly(stage, who)) == 1
        assert len(stage.cards("#general")) == 1
        assert len([m for m in stage.cards("#web") if handle in stage.says(m)]) == 1


async def test_where_the_bot_was_removed_it_goes_on_once_it_is_back(tmp_path: Path) -> None:
    """Told at the next change; adopted in the same channel its old card is the card again."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        incident = await the_incident(stage)
        card = status_card(stage, channel).ts
        stage.slack.directory.leave("headroom", channel)
        await typed(stage, "ana", "incident status identified the cache", channel)
        await told(stage, "ana", LOST)
        stage.slack.directory.join("headroom", channel)
        await typed(stage, "ana", f"incident adopt {incident.handle}", channel)
        await says(stage, channel, "is identified")
        await stage.until(lambda: "· identified ·" in stage.slack.directory.channel(channel).topic)
        assert [m.ts for m in stage.cards(channel)] == [card]
        place = stage.slack.directory.channel(channel)
        assert place.pins == (card,)
        assert len(place.bookmarks) == 3


async def test_a_card_that_somebody_deletes_is_posted_and_pinned_anew(tmp_path: Path) -> None:
    """At the next change."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        await stage.until(lambda: stage.slack.directory.channel(channel).pins)
        gone = status_card(stage, channel)
        stage.slack.workspace.delete(gone)
        await typed(stage, "ana", "incident severity sev1", channel)
        await stage.until(lambda: stage.cards(channel))
        await stage.until(lambda: len(stage.slack.directory.channel(channel).pins) == 2)
        assert stage.slack.directory.channel(channel).pins[-1] == status_card(stage, channel).ts
        await says(stage, channel, "sev1: checkout is slow")
        assert (await the_incident(stage)).failed == ()


async def test_a_lead_whose_account_is_closed_leads_no_more(tmp_path: Path) -> None:
    """Card and announcement say that nobody leads, at the next look; another may take the lead."""
    async with staged(tmp_path, rules=RULES + INCIDENTS, terms=AT_ONCE) as stage:
        channel = await opened(stage)
        await stage.press("bob", "Take the lead", status_card(stage, channel))
        await says(stage, channel, "@Bob leads.")
        stage.slack.deactivate("bob")
        await typed(stage, "ana", "incident note where is everybody", channel)
        await says(stage, channel, "nobody leads yet")
        await stage.until(lambda: "nobody leads yet" in stage.shown("#general"))
        assert "cannot lead it: the account is deactivated" in await typed(
            stage, "ana", "incident lead @bob", channel
        )
        await stage.press("ana", "Take the lead", status_card(stage, channel))
        await says(stage, channel, "@Ana leads.")


async def test_only_pins_of_people_who_may_count(tmp_path: Path) -> None:
    """Of a guest of the workspace, and of somebody of another workspace: nothing is noted."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        for outsider in ("gus", "xena"):
            stage.slack.directory.join(outsider, channel)
            seen = stage.person("ana").say(f"what {outsider} marks", channel=channel)
            await stage.person(outsider).react(seen)
        gone = stage.person("ana").say("taken back at once", channel=channel)
        await stage.person("ana").react(gone)
        stage.slack.workspace.delete(gone)
        last = stage.person("ana").say("what ana marks", channel=channel)
        await stage.person("ana").react(last)
        for _ in range(3):
            await stage.slack.redeliver()
        await stage.person("gus").react(last, take_back=True)
        await says(stage, channel, "what ana marks")

        async def looked() -> bool:
            redis = stage.bot.store._connection._redis
            due = await redis.zrange("{headroom}:due", 0, -1)
            return not [member for member in due if str(member).startswith("pin:")]

        await eventually(stage, looked)
        notes, _ = await stage.bot.store.notes((await the_incident(stage)).id)
        assert [note.text for note in notes] == ["what ana marks"]


async def test_what_people_write_is_shown_and_its_secrets_are_not(tmp_path: Path) -> None:
    """Typed or marked: no markup has an effect, no secret is kept."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        secret = stage.slack.bot_token
        await typed(stage, "ana", f"incident note *<!channel>* password=hunter2 {secret}", channel)
        await says(stage, channel, "[secret]")
        seen = stage.person("ana").say(
            f"a < b & `c` <!here> token=abc123 {secret}", channel=channel
        )
        await stage.person("ana").react(seen)
        await says(stage, channel, "a < b & ")
        notes, _ = await stage.bot.store.notes((await the_incident(stage)).id)
        kept = " ".join(note.text for note in notes)
        for hidden in (secret, "hunter2", "abc123"):
            assert hidden not in kept
            assert hidden not in card_text(stage, channel)
        assert not {ping.what for ping in stage.slack.pings} & {"channel", "here"}


@pytest.mark.parametrize("hours", [-48, 48])
async def test_a_clock_that_leaps_keeps_nothing_from_being_shown(
    tmp_path: Path, hours: int
) -> None:
    """What is kept lies two days ahead of the store's clock, or behind: changes are shown as ever."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        leap, incident = hours * 3_600_000, await the_incident(stage)
        leapt = replace(
            incident,
            created_at=incident.created_at + leap,
            changed_at=incident.changed_at + leap,
            news_at=incident.news_at + leap,
        )
        entry = AuditEntry(
            at=leapt.changed_at,
            actor=SYSTEM,
            what="incident step",
            request_id=incident.id,
            handle=incident.handle,
            accepted=True,
        )
        await stage.bot.store.save(Save(incident=leapt, audit=entry))
        for card in await stage.bot.store.cards(incident.id):
            if card.role == "announced":
                await stage.bot.store.put_card(replace(card, version=max(leapt.news_at, 1)))
        await typed(stage, "ana", "incident status identified the clock", channel)
        await says(stage, channel, "is identified")
        await stage.until(lambda: "is identified" in stage.shown("#general"))
        await typed(stage, "ana", "incident close the clock was wrong", channel)
        await says(stage, channel, "is closed")
        await stage.until(lambda: "is closed" in stage.shown("#general"))
        await stage.until(lambda: files_in(stage, channel))


@pytest.mark.parametrize("lost", ["archived", "no scope"])
async def test_it_ends_where_the_record_cannot_be_shared(tmp_path: Path, lost: str) -> None:
    """Announced as closed, and looked at no more."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        await stage.until(lambda: stage.slack.directory.channel(channel).pins)
        incident = await the_incident(stage)
        if lost == "archived":
            stage.slack.directory.change_channel(channel, is_archived=True)
        else:
            stage.slack.on_call("files.getUploadURLExternal", refuse("missing_scope"), times=None)
        await typed(stage, "ana", "incident close done", channel)
        await stage.until(lambda: "is closed" in stage.shown("#general"))

        async def looked() -> bool:
            return await stage.bot.store.due_at(f"incident:{incident.id}") is None

        await eventually(stage, looked)
        assert files_in(stage, channel) == []
        assert await stage.bot.store.open_incidents() == ()
